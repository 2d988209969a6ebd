#pragma once

#include "wire/traffic.h"

#include <array>
#include <vector>

namespace wsw::session {

/// A first-in first-out queue that never holds more than @p Max values; memory grows with use and is none while it is empty and new.
template<class T, size_t Max>
class BoundedQueue final
{
public:
    [[nodiscard]] bool isEmpty() const noexcept { return m_count == 0; }
    [[nodiscard]] bool isFull() const noexcept { return m_count == Max; }
    [[nodiscard]] size_t size() const noexcept { return m_count; }
    /// The @p i-th value from the front.
    [[nodiscard]] const T &at(size_t i) const { return m_values[(m_first + i) % m_values.size()]; }
    void push(const T &value)
    {
        Q_ASSERT(!isFull());
        if (m_count == m_values.size())
            grow();
        m_values[(m_first + m_count++) % m_values.size()] = value;
    }
    void drop(size_t n)
    {
        Q_ASSERT(n <= m_count);
        m_first = (m_first + n) % m_values.size();
        m_count -= n;
    }

private:
    void grow()
    {
        std::vector<T> larger(m_values.empty() ? 4 : m_values.size() * 2);
        for (size_t i = 0; i < m_count; ++i)
            larger[i] = at(i);
        m_values.swap(larger);
        m_first = 0;
    }

    std::vector<T> m_values;
    size_t m_first = 0;
    size_t m_count = 0;
};

/// Pairs what was sent on one connection with what came back: pings with pongs by their payload (RFC 6455, 5.5.3), and, where
/// this end asks, messages with replies in order: the first message without a reply belongs to the next message that comes.
/// Fixed memory: what goes beyond is not measured, but counted, so that later pairs are still the right ones.
class Pairing final
{
public:
    /// Whether messages are paired too: only where this end asks and the other answers.
    enum class Echo : quint8 { Ignored, Paired };
    explicit Pairing(Echo echo) noexcept : m_echo(echo) {}

    /// What a received record ended.
    struct Trip
    {
        qint64 ns = 0;  ///< 0: none
        wire::RecordFlag sort = wire::RecordFlag::PingReply;
    };
    /// Every frame of the connection, in order, goes through this. A ping's trip ends with the Pong's last byte, a message's, begun
    /// with the first byte of its first frame, with the last byte of the reply's last frame. At least 1 ns where there is one.
    [[nodiscard]] Trip take(const wire::TrafficRecord &record);

    static constexpr size_t maxPings = 64;
    static constexpr size_t maxMessages = 4096;

private:
    struct Ping
    {
        MonotonicNs time = 0;
        quint8 size = 0;
        std::array<char, 125> payload{};
    };
    void pingSent(const wire::TrafficRecord &record);
    [[nodiscard]] Trip pongReceived(const wire::TrafficRecord &record);
    void messageFrameSent(const wire::TrafficRecord &record);
    [[nodiscard]] Trip messageFrameReceived(const wire::TrafficRecord &record);

    Echo m_echo;
    BoundedQueue<Ping, maxPings> m_pings;
    BoundedQueue<MonotonicNs, maxMessages> m_messages;
    quint64 m_untimed = 0;          ///< messages sent after the queue was full, still without a reply
    MonotonicNs m_messageBegin = 0; ///< of the message that is being sent; 0: none
};

} // namespace wsw::session
