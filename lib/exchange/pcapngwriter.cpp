#include "capture/document.h"
#include "exchange/conversation.h"
#include "exchange/pcapngblocks.h"
#include "exchange/recordwriter.h"
#include "exchange/secrets.h"
#include "exchange/tcpstory.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace wsw::exchange {

namespace {

/// What fits into an Ethernet frame, so that nobody wonders about jumbo packets.
constexpr qsizetype largestSegment(bool isIPv4) { return isIPv4 ? 1460 : 1440; }

QByteArray headComment(const ExportOptions &options)
{
    QByteArray text = "Exported by WebSocket Workbench. The bytes above TCP, their order and their times are those that were recorded where TCP "
                      "handed them over; IP and TCP around them are made up. What crossed the network within TLS stands here as plain text, with port "
                    + QByteArray::number(plainTextPort) + " for the server's.";
    if (!options.filter.matchesEverything())
        text += " Only connections in which something matches this filter are here, whole: " + options.filter.text().toUtf8();
    if (options.secrets == Secrets::Masked)
        text += " Secrets are overwritten with asterisks; compressed messages from the first secret on are packed anew.";
    return text;
}

class Pcapng final : public RecordWriter
{
public:
    Pcapng(Output &output, const ExportOptions &options, const capture::Document &document) : m_output(output), m_options(options), m_clock(document.clock())
    {
        for (const capture::ConnectionInfo &info : document.connections())
            add(info);
    }

    void begin() override
    {
        const QString name = QCoreApplication::applicationName() + u' ' + QCoreApplication::applicationVersion();
        appendPcapngHead(m_output.buffer(), name.trimmed().toUtf8(), headComment(m_options));
    }

    void record(const capture::Record &record) override
    {
        if (record.header.integrity == capture::Integrity::Lost)
            return;
        openUntil(record.header.time);
        Conversation &conversation = at(record.header.connection);
        if (!conversation.story->isOpen())
            open(conversation, record.header.time);
        m_time = m_clock.toWall(record.header.time);
        m_comment = commentOn(record);
        write(conversation, record);
        m_comment.clear();
        m_output.flushIfFull();
    }

    void message(const Message &) override { Q_UNREACHABLE(); }
    Result<> end(ExportSummary &summary) override
    {
        summary.written = m_packets;
        return {};
    }

private:
    struct Conversation
    {
        capture::ConnectionInfo info;
        TcpEnds ends;
        std::unique_ptr<TcpStory> story;
        std::array<quint64, 2> headBytes{};     ///< of heads and bodies, by direction: frames are counted from there
    };

    void add(const capture::ConnectionInfo &info)
    {
        Conversation &made = m_conversations[info.id];
        made.info = info;
        made.ends = endsOf(info);
        const bool isIPv4 = made.ends.local.isIPv4 && made.ends.peer.isIPv4;
        made.story = std::make_unique<TcpStory>(info.localRole, largestSegment(isIPv4), [this, &made](Direction direction, const TcpSegment &segment) {
            packet(made, direction, segment);
        });
        if (info.opened != 0)
            m_waiting.emplace(openingTime(info), info.id);
    }

    Conversation &at(ConnectionId id)
    {
        if (!m_conversations.contains(id)) {    // a damaged file may have lost it
            capture::ConnectionInfo info;
            info.id = id;
            add(info);
        }
        return m_conversations[id];
    }

    /// The first SYN's time.
    static MonotonicNs openingTime(const capture::ConnectionInfo &info)
    {
        return info.opened - (info.localRole == Role::Client ? info.phases.value(QStringLiteral("tcp")).toInteger() : 0);
    }

    /// Connections that begin before the next record do so at their place among the others.
    void openUntil(MonotonicNs time)
    {
        while (!m_waiting.empty() && m_waiting.begin()->first <= time) {
            const auto [when, id] = *m_waiting.begin();
            m_waiting.erase(m_waiting.begin());
            Conversation &conversation = m_conversations[id];
            if (!conversation.story->isOpen() && wanted(id))
                open(conversation, when);
        }
    }

    [[nodiscard]] bool wanted(ConnectionId id) const { return !m_options.connections || m_options.connections->contains(id); }

    void open(Conversation &conversation, MonotonicNs time)
    {
        const TcpEnds &ends = conversation.ends;
        QByteArray url = conversation.info.url.toUtf8();
        if (m_options.secrets == Secrets::Masked)
            maskRanges(url, secretsInText(url));
        m_time = m_clock.toWall(time);
        m_comment = "Connection " + QByteArray::number(conversation.info.id.value()) + (url.isEmpty() ? "" : ": " + url) + '.';
        if (ends.tlsPort != 0) {
            m_comment += " Plain text of TLS: the server's port was " + QByteArray::number(ends.tlsPort) + ", and is " + QByteArray::number(plainTextPort)
                + " here.";
        }
        if (ends.madeUp)
            m_comment += " Not all of the addresses and ports are known: the rest is made up.";
        conversation.story->open();
    }

    static QByteArray commentOn(const capture::Record &record)
    {
        using wire::RecordFlag;
        const capture::RecordHeader &header = record.header;
        QByteArrayList notes;
        if (header.violation != wire::Violation::None)
            notes += "violation " + QByteArray(wire::violationInfo(header.violation).name);
        if (header.flags.testFlag(RecordFlag::Crafted))
            notes += "crafted";
        if (header.flags.testFlag(RecordFlag::Truncated))
            notes += "cut off";
        if (header.firstByteTime < header.time)
            notes += "its first byte came " + QByteArray::number(header.time - header.firstByteTime) + " ns before";
        if (header.kind == wire::RecordKind::End)
            notes += "end: " + record.payload;
        if (record.note)
            notes += record.note->isEmpty() ? QByteArray("marked") : "note: " + *record.note;
        return notes.isEmpty() ? QByteArray() : "Record " + QByteArray::number(header.id.value()) + ": " + notes.join(", ");
    }

    void write(Conversation &conversation, const capture::Record &record)
    {
        TcpStory &story = *conversation.story;
        const Direction direction = record.header.direction;
        quint64 &headBytes = conversation.headBytes.at(direction == Direction::Sent ? 0 : 1);
        switch (record.header.kind) {
        case wire::RecordKind::Frame: {
            const quint64 due = headBytes + record.header.frame.wireOffset;
            if (!m_repacked && due > story.position(direction)) {
                m_comment += " Bytes before this one are missing in the capture.";
                story.skip(direction, due - story.position(direction));
            }
            story.bytes(direction, wire::serializeFrame(record.header.frame, record.payload));
            break;
        }
        case wire::RecordKind::RequestHead:
        case wire::RecordKind::ResponseHead:
        case wire::RecordKind::Body:
            headBytes += static_cast<quint64>(record.payload.size());
            [[fallthrough]];
        case wire::RecordKind::Raw:
            story.bytes(direction, record.payload);
            break;
        case wire::RecordKind::End:
            finish(story, direction, record.payload);
            break;
        }
    }

    /// Both directions end with the same words where nobody said FIN: the one who reset is the only one to be seen.
    static void finish(TcpStory &story, Direction direction, const QByteArray &how)
    {
        const bool cutHere = how.contains(wire::cutHereText);
        const bool resetByPeer = how.contains(wire::resetText);
        if (cutHere && direction == Direction::Sent)
            story.reset(Direction::Sent);
        else if (resetByPeer)
            story.reset(Direction::Received);
        else if (!cutHere && how != notSeen)
            story.finish(direction);
    }

    void packet(const Conversation &conversation, Direction direction, const TcpSegment &segment)
    {
        const TcpEnds &ends = conversation.ends;
        const bool sent = direction == Direction::Sent;
        m_packet.resize(0);
        appendPacket(m_packet, sent ? ends.local : ends.peer, sent ? ends.peer : ends.local, segment, static_cast<quint16>(m_packets));
        appendPcapngPacket(m_output.buffer(), m_time, direction, m_packet, std::exchange(m_comment, {}));
        m_output.flushIfFull();
        ++m_packets;
    }

    Output &m_output;
    const ExportOptions &m_options;
    ClockAnchor m_clock;
    std::map<ConnectionId, Conversation> m_conversations;   // whose members do not move
    std::multimap<MonotonicNs, ConnectionId> m_waiting;     ///< for their SYN
    WallNs m_time = 0;
    QByteArray m_comment;       ///< for the next packet
    QByteArray m_packet;
    quint64 m_packets = 0;
    bool m_repacked = m_options.secrets == Secrets::Masked;     ///< lengths may be others than those recorded
};

} // namespace

std::unique_ptr<RecordWriter> pcapngWriter(Output &output, const ExportOptions &options, const capture::Document &document)
{
    return std::make_unique<Pcapng>(output, options, document);
}

} // namespace wsw::exchange
