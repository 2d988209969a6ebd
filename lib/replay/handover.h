#pragma once

#include <QtGlobal>

#include <cstddef>
#include <deque>

namespace wsw::replay {

/// What of the messages of one connection is on its way: handed over, and not yet written. Messages are written in the order in which they
/// were handed over, frame by frame.
class Handover final
{
public:
    struct Message
    {
        size_t step = 0;        ///< which of the script
        quint32 frames = 1;
        friend bool operator==(const Message &, const Message &) = default;
    };

    void add(const Message &message);
    /// So many frames have been written on this connection in all.
    void written(quint64 frames);
    /// The oldest one will not be written.
    void refused();
    [[nodiscard]] bool isEmpty() const noexcept { return m_underWay.empty(); }
    /// Frames that are on their way.
    [[nodiscard]] quint64 frames() const noexcept { return m_handed - m_settled; }
    /// The connection has ended: what was on its way never arrived as a whole. Nothing is on its way any more.
    [[nodiscard]] std::deque<Message> takeLost();

private:
    void settle();

    std::deque<Message> m_underWay;
    quint64 m_handed = 0;       ///< frames of all messages
    quint64 m_settled = 0;      ///< of those that are not on their way any more
    quint64 m_written = 0;
    quint64 m_refused = 0;      ///< frames
};

} // namespace wsw::replay
