#pragma once

#include "base/result.h"
#include "capture/filter.h"
#include "capture/record.h"

#include <QSet>

#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace wsw::capture {
class Document;
}

namespace wsw::replay {

/// Told now and then how many records have been looked at, of how many; false: stop.
using ReadProgress = std::function<bool(quint64 done, quint64 total)>;

enum class MessageKind : quint8 { Text, Binary, Ping, Pong, Close };
/// "text", "binary", "ping", "pong", "close".
[[nodiscard]] QString kindName(MessageKind kind);
/// @p text with its control characters as escapes, so that they cannot play with a terminal, nor break a line.
[[nodiscard]] QString printable(const QString &text);
[[nodiscard]] constexpr bool isControl(MessageKind kind) noexcept { return kind != MessageKind::Text && kind != MessageKind::Binary; }

/// A data message, its fragments folded, or a control frame of a capture: small, since its payload is only read when it is needed.
struct MessageRef
{
    MessageKind kind = MessageKind::Text;
    RecordId first;             ///< its only frame, or the first of them
    MonotonicNs time = 0;       ///< of its first byte
    quint64 bytes = 0;          ///< payload as it was meant: inflated where it was compressed
    quint32 frames = 1;
    quint32 rest = 0;           ///< more than one frame: where in its list the numbers of the others begin
};

/// Messages in order, and how to read them. A plain value; a million of them take 40 MB.
class MessageList final
{
public:
    /// @p frames: numbers of all frames of the message.
    void append(MessageRef message, std::span<const RecordId> frames);
    [[nodiscard]] size_t size() const noexcept { return m_messages.size(); }
    [[nodiscard]] bool isEmpty() const noexcept { return m_messages.empty(); }
    [[nodiscard]] const MessageRef &at(size_t index) const { return m_messages.at(index); }
    /// The payload as it was meant, whatever its size; from disk if need be. Errors: those of the document; Damaged where a part is
    /// missing; Limit where it is longer than any endpoint takes.
    [[nodiscard]] Result<QByteArray> read(const capture::Document &document, size_t index) const;
    /// The same, cut as it crossed the wire.
    [[nodiscard]] Result<QByteArrayList> readFrames(const capture::Document &document, size_t index) const;
    void removeLast();

private:
    std::vector<MessageRef> m_messages;
    std::vector<RecordId> m_rest;
};

/// Which records are asked for. A message is meant when one of its frames is; where rows stand for messages, when its first frame lies
/// in a range and any of them matches.
struct Choice
{
    enum class Rows : quint8 { Frames, Messages };
    std::optional<QSet<ConnectionId>> connections{};            ///< nothing: those of all
    capture::Filter filter{};
    std::vector<std::pair<RecordId, RecordId>> ranges{};        ///< first and last of rows, in order; empty: all
    Rows rows = Rows::Frames;

    [[nodiscard]] bool isEverythingOfItsConnections() const { return filter.matchesEverything() && ranges.empty(); }
    /// Does it lie in one of the ranges?
    [[nodiscard]] bool holds(RecordId record) const;
};

/// A message as it goes by in forEachMessage().
struct PassingMessage
{
    MessageRef message;
    std::span<const RecordId> frames;
    ConnectionId connection;
    Direction direction = Direction::Sent;
    bool complete = false;      ///< all its frames and bytes are there
    bool chosen = false;
};

/// Calls @p visit with the messages and control frames of the wanted connections, chosen or not, in the order of their ends, and
/// @p head with their opening heads, of both ends. For workers: reads the whole capture once. Errors: Cancelled; Damaged when all that can be read has
/// been visited; those of Document::scan().
[[nodiscard]] Result<> forEachMessage(const capture::Document &document, const Choice &choice, const ReadProgress &progress,
                                      const std::function<void(const PassingMessage &)> &visit,
                                      const std::function<void(const capture::RecordView &)> &head = {});

} // namespace wsw::replay
