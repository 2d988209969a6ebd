#pragma once

#include "base/result.h"
#include "capture/record.h"

#include <QByteArray>
#include <QList>

#include <atomic>
#include <memory>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// A data message put together from its frames, as far as it was asked for.
struct LoadedMessage
{
    enum class Content : quint8 { Text, Binary };

    /// Something of the message that lies in a damaged part of the file: it is never joined across.
    struct Gap
    {
        enum class Of : quint8 { Frames, Payload };

        qsizetype at = 0;           ///< where in bytes it lies
        Of of = Of::Frames;
        quint64 lostBytes = 0;      ///< of frames: with their headers, as they crossed the wire, 0: nobody knows; of a payload: its own
        RecordId first;             ///< the damaged records; of a payload the frame's own
        RecordId last;
    };

    Content content = Content::Binary;
    QByteArray bytes;               ///< the payloads joined, inflated where compressed, at most as many bytes as asked for
    quint64 totalBytes = 0;         ///< of all frames that were found
    bool compressed = false;
    quint64 wireBytes = 0;          ///< payload bytes of all frames that were found, as they crossed the wire
    qsizetype frames = 1;           ///< of the message, as far as found
    qsizetype position = 0;         ///< of the frame among them, from 0
    bool beginFound = true;         ///< the frame that began the message is among them
    bool endFound = true;           ///< and the one with FIN
    bool beginDamaged = false;      ///< not found, and records before those that were found are damaged
    bool endDamaged = false;        ///< the same behind them
    QList<Gap> gaps;                ///< between bytes, in their order
    [[nodiscard]] bool isWhole() const noexcept
    {
        return beginFound && endFound && gaps.isEmpty() && static_cast<quint64>(bytes.size()) == totalBytes;
    }
    /// Payload bytes of found frames that lie in damaged pieces.
    [[nodiscard]] quint64 lostPayload() const noexcept;
};

/// Reads up to @p maxBytes of the message that @p frame belongs to; frames around it are looked for within bounds, so that a stream whose
/// message never ends cannot hold a worker for ever. For workers. Stops early, with what it has, when @p cancelled becomes true.
[[nodiscard]] Result<LoadedMessage> loadMessage(const capture::Document &document, const capture::RecordHeader &frame, quint64 maxBytes,
                                                const std::atomic_bool &cancelled);

} // namespace wsw::desktop
