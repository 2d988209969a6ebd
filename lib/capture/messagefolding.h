#pragma once

#include "capture/record.h"

#include <QHash>

#include <vector>

namespace wsw::capture {

/// The frames that are shown as part of an earlier one, the first of their message. 12 bytes each, and nothing where no message is
/// fragmented. Not thread-safe.
class FoldedFrames final
{
public:
    /// @p frame comes after all that were added; @p first is the frame with which its message begins.
    void append(RecordId frame, RecordId first);
    /// All of @p others come after all of these.
    void append(const FoldedFrames &others);
    /// Takes @p others in among them.
    void merge(const FoldedFrames &others);
    void clear();
    [[nodiscard]] bool isEmpty() const noexcept { return m_frames.empty(); }
    [[nodiscard]] quint64 count() const noexcept { return m_frames.size(); }
    /// How many of them come before @p record.
    [[nodiscard]] quint64 before(RecordId record) const;
    /// The first frame of the message into which @p record is folded; any other record is its own.
    [[nodiscard]] RecordId beginningOf(RecordId record) const;
    /// The record in @p row where all records but these have one.
    [[nodiscard]] RecordId unfolded(quint64 row) const;

private:
    std::vector<quint64> m_frames;
    std::vector<quint32> m_back;    ///< how many records lie between it and the first
};

/// Puts the frames of fragmented messages together while records come in order, and says which of them pass a filter: a message passes as
/// soon as its frames have met all conditions, each of them by any frame. Control frames between fragments stand for themselves, and so
/// does a continuation that continues nothing. Not thread-safe.
class MessageFolding final
{
public:
    struct Step
    {
        bool passes = false;    ///< the record has a row of its own
        RecordId first;         ///< the record is folded into this one
        bool raises = false;    ///< and with it its message passes, which had not before
    };
    /// @p met: one bit for each condition that the record meets; @p wanted: all of them.
    [[nodiscard]] Step feed(const RecordHeader &header, quint8 met, quint8 wanted);
    /// Goes on with what @p other, which has seen other connections, has begun.
    void takeIn(const MessageFolding &other);
    void clear() { m_open.clear(); }

private:
    /// A message of which more frames are to come.
    struct Open
    {
        RecordId first;
        MessageId message;
        quint8 met = 0;
    };
    QHash<quint64, Open> m_open;    ///< by connection and direction
};

} // namespace wsw::capture
