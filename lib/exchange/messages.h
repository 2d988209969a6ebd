#pragma once

#include "capture/record.h"

#include <QHash>

#include <functional>
#include <optional>
#include <vector>

namespace wsw::capture {
class Document;
}

namespace wsw::exchange {

/// A data message: its frames folded into one.
struct Message
{
    RecordId first;
    RecordId last;
    ConnectionId connection;
    Direction direction = Direction::Sent;
    MessageId number;
    wire::Opcode opcode = wire::Opcode::Text;   ///< of its first frame
    quint64 frames = 0;
    MonotonicNs firstByteTime = 0;
    MonotonicNs time = 0;
    quint64 wireLength = 0;         ///< payload bytes on the wire
    quint64 inflatedLength = 0;     ///< bytes that they became; the same where not compressed
    wire::RecordFlags flags;        ///< of all frames together
    wire::Violation violation = wire::Violation::None;  ///< the gravest
    qint64 rttNs = 0;
    bool complete = false;          ///< its last frame has come, and all bytes are here
    bool matches = false;           ///< one of its frames was said to match
    std::vector<RecordId> records;  ///< of its frames
    QByteArray payload;             ///< as it was meant
    std::optional<QByteArray> note; ///< what the user has noted on its frames, a line each
};

/// Whether the payloads of messages are wanted.
enum class Payloads : bool { Left, Read };

/// Folds frames into messages. Keeps the numbers of the frames of unfinished messages, never their payloads: however many messages are
/// open, only the one that is finished lies in memory.
class MessageGatherer final
{
public:
    using Take = std::function<void(Message &)>;
    /// @p take is called with each message when it is finished, in the order of their ends.
    MessageGatherer(const capture::Document &document, Payloads payloads, Take take);

    /// More fragments than this are not one message for us: the message is given as incomplete, and what follows as another.
    static constexpr size_t mostFrames = 1024 * 1024;

    /// The next record of the document, of any kind. One that is lost may have been a part of any message that is under way. @p matches: whoever asked wants the message that it belongs to.
    void take(const capture::Record &record, bool matches = true);
    /// No more records: gives what is unfinished.
    void end();

private:
    void noteLoss();
    void finish(Message &message, bool complete);
    void read(Message &message) const;

    const capture::Document &m_document;
    Payloads m_payloads;
    Take m_take;
    QHash<quint64, Message> m_open;     ///< by connection and direction
    bool m_lost = false;                ///< the record before is lost
};

} // namespace wsw::exchange
