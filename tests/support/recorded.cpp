#include "support/recorded.h"

#include "wire/deflate.h"

#include <QTest>

namespace wsw::test {

QList<capture::Record> recordsOf(const capture::Document &document, ConnectionId connection)
{
    QList<capture::Record> records;
    for (quint64 number = 1; number <= document.received(); ++number) {
        const Result<capture::Record> record = document.read(RecordId(number));
        if (!record) {
            QTest::qFail(qPrintable(record.error().message), __FILE__, __LINE__);
            return records;
        }
        if (record->header.connection != connection)
            continue;
        records.append(*record);
        if (!record->header.flags.testFlag(wire::RecordFlag::Chunked))
            continue;
        const Result<QByteArray> payload =
            document.readPayload(RecordId(number), 0, static_cast<qsizetype>(record->header.payloadStored));
        if (payload)
            records.last().payload = *payload;
        else
            QTest::qFail(qPrintable(payload.error().message), __FILE__, __LINE__);
    }
    return records;
}

QList<capture::Record> framesOf(const capture::Document &document, ConnectionId connection, Direction direction)
{
    QList<capture::Record> frames = recordsOf(document, connection);
    frames.removeIf([direction](const capture::Record &record) {
        return record.header.kind != wire::RecordKind::Frame || record.header.direction != direction;
    });
    return frames;
}

QByteArray recordedBytes(const capture::Document &document, ConnectionId connection, Direction direction)
{
    QByteArray bytes;
    for (const capture::Record &record : recordsOf(document, connection)) {
        if (record.header.direction != direction)
            continue;
        switch (record.header.kind) {
        case wire::RecordKind::Frame:
            bytes += wire::serializeFrame(record.header.frame, record.payload);
            break;
        case wire::RecordKind::RequestHead:
        case wire::RecordKind::ResponseHead:
        case wire::RecordKind::Body:
        case wire::RecordKind::Raw:
            bytes += record.payload;
            break;
        case wire::RecordKind::End:
            break;
        }
    }
    return bytes;
}

QList<MeantMessage> messagesOf(const capture::Document &document, ConnectionId connection, Direction direction)
{
    // What a sender without context takeover writes can be read with one as well.
    wire::Inflater inflater(wire::ContextTakeover::Yes);
    QList<MeantMessage> messages;
    MeantMessage message;
    for (const capture::Record &frame : framesOf(document, connection, direction)) {
        const wire::FrameHeader &header = frame.header.frame;
        if (wire::isControl(header.opcode))
            continue;
        if (header.opcode != wire::Opcode::Continuation)
            message = {header.opcode == wire::Opcode::Text, header.rsv1, {}};
        if (message.compressed != frame.header.flags.testFlag(wire::RecordFlag::Compressed))
            QTest::qFail("a frame's record says of compression something else than the first frame of its message", __FILE__, __LINE__);
        const qsizetype before = message.payload.size();
        if (!message.compressed)
            message.payload += frame.payload;
        else if (inflater.inflate(frame.payload, header.fin ? wire::MessagePart::Last : wire::MessagePart::More, message.payload) != wire::Inflater::Status::Good)
            QTest::qFail("a message cannot be inflated", __FILE__, __LINE__);
        if (frame.header.inflatedLength != static_cast<quint64>(message.payload.size() - before))
            QTest::qFail("a frame has become something else than its record says", __FILE__, __LINE__);
        if (header.fin)
            messages.append(std::exchange(message, {}));
    }
    return messages;
}

} // namespace wsw::test
