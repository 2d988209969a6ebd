#include "gui/conversation.h"

#include "capture/document.h"
#include "wire/handshake.h"
#include "wire/mask.h"

#include <QJsonObject>
#include <QTest>

namespace wsw::test {

namespace {

using wire::Fin;
using wire::Opcode;
using wire::RecordKind;
using wire::Violation;

constexpr wire::MaskingKey key{0x1f, 0x8a, 0x04, 0xc9};
const ConnectionId connection{1};

/// Hands records to a document's recorder as a relay would.
class Conversation final
{
public:
    explicit Conversation(capture::Document &document) : m_sink(document.recorder()) {}

    void bytes(RecordKind kind, Direction direction, const QByteArray &payload, Violation violation = Violation::None)
    {
        wire::TrafficRecord record = next(kind, direction);
        record.violation = violation;
        record.payload = payload;
        m_sink.record(record);
    }

    void frame(Direction direction, Opcode opcode, Fin fin, QByteArray payload, quint64 message = 0)
    {
        const Role sender = direction == Direction::Sent ? Role::Client : Role::Server;
        const wire::FrameHeader header = wire::legalHeader(opcode, fin, static_cast<quint64>(payload.size()), sender, key);
        frame(direction, header, std::move(payload), message, {}, Violation::None);
    }

    void frame(Direction direction, const wire::FrameHeader &header, QByteArray payload, quint64 message, wire::RecordFlags flags,
               Violation violation)
    {
        wire::TrafficRecord record = next(RecordKind::Frame, direction);
        record.header = header;
        record.flags = flags;
        record.violation = violation;
        record.message = MessageId(message);
        record.inflatedLength = header.length;
        if (header.masked) {
            auto *data = reinterpret_cast<uchar *>(payload.data());
            wire::applyMask(data, data, payload.size(), header.key);
        }
        record.payload = payload;
        m_sink.record(record);
    }

private:
    wire::TrafficRecord next(RecordKind kind, Direction direction)
    {
        wire::TrafficRecord record;
        record.kind = kind;
        record.direction = direction;
        record.connection = connection;
        m_time += 354'000;
        record.time = m_time;
        record.firstByteTime = m_time;
        return record;
    }

    wire::TrafficSink &m_sink;
    MonotonicNs m_time = monotonicNow();
};

void speak(Conversation &talk)
{
    const QByteArray webSocketKey = "AAECAwQFBgcICQoLDA0ODw==";
    wire::RequestOptions request;
    request.host = "localhost:8765";
    request.key = webSocketKey;
    request.origin = "http://localhost";
    talk.bytes(RecordKind::RequestHead, Direction::Sent, wire::composeRequest(request));
    wire::ResponseOptions response;
    response.key = webSocketKey;
    response.extra = {{"Server", "Python/3.11 websockets/10.4"}};
    talk.bytes(RecordKind::ResponseHead, Direction::Received, wire::composeResponse(response));

    talk.frame(Direction::Sent, Opcode::Text, Fin::Yes, "Hello server!", 1);
    talk.frame(Direction::Received, Opcode::Text, Fin::Yes, "Echo: Hello server!", 1);
    talk.frame(Direction::Sent, Opcode::Ping, Fin::Yes, "p100");
    talk.frame(Direction::Received, Opcode::Pong, Fin::Yes, "p100");
    talk.frame(Direction::Sent, Opcode::Text, Fin::No, "{\"symbol\":\"ACME\",\"a", 2);
    talk.frame(Direction::Sent, Opcode::Ping, Fin::Yes, "");
    talk.frame(Direction::Sent, Opcode::Continuation, Fin::Yes, "t\":[10,20.50],\"ok\":true}", 2);
    talk.frame(Direction::Received, Opcode::Binary, Fin::Yes, QByteArray("\x89PNG\r\n\x1a\n") + QByteArray(292, '\x07'), 2);
    talk.frame(Direction::Sent, Opcode::Binary, Fin::Yes, largePayload(), 3);

    wire::FrameHeader crafted = wire::legalHeader(Opcode::Text, Fin::Yes, 4, Role::Client, {});
    crafted.rsv2 = true;
    crafted.lengthForm = wire::LengthForm::Bits16;
    talk.frame(Direction::Sent, crafted, "oops", 4, wire::RecordFlag::Crafted | wire::RecordFlag::NotMinimal, Violation::ReservedBit2Set);
    talk.frame(Direction::Received, Opcode::Close, Fin::Yes, QByteArray("\x03\xea") + "RSV2 must be clear");
    talk.frame(Direction::Sent, Opcode::Close, Fin::Yes, "\x03\xea");
    talk.bytes(RecordKind::End, Direction::Received, "peer closed first");
}

} // namespace

QByteArray largePayload()
{
    QByteArray bytes(3'000'000, Qt::Uninitialized);
    for (qsizetype i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>((i * 31 + i / 256) & 0xff);
    return bytes;
}

void writeConversation(const QString &path)
{
    auto document = capture::Document::create(path);
    if (!document)
        qFatal("%s", qPrintable(document.error().message));
    capture::ConnectionInfo info;
    info.id = connection;
    info.localRole = Role::Client;
    info.endpoint = QStringLiteral("Echo client");
    info.name = QStringLiteral("client 1");
    info.url = QStringLiteral("ws://localhost:8765");
    info.localAddress = QStringLiteral("127.0.0.1:50112");
    info.peerAddress = QStringLiteral("127.0.0.1:8765");
    info.phases = {{QStringLiteral("dns"), 120'000}, {QStringLiteral("tcp"), 46'000}, {QStringLiteral("upgrade"), 514'000}};
    info.closeText = QStringLiteral("closed 1002");
    document.value()->putConnection(info);
    Conversation talk(*document.value());
    speak(talk);
    if (const auto stopped = document.value()->stopRecording(); !stopped)
        qFatal("%s", qPrintable(stopped.error().message));
}

} // namespace wsw::test
