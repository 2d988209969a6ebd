#pragma once

#include <QByteArray>

#include <vector>

namespace wsw::bench {

/// A client of an echo server that counts bytes: plain epoll, the same for every server. Loopback only; blocking; one thread.
class RawLoad final
{
public:
    explicit RawLoad(quint16 port);
    ~RawLoad();
    RawLoad(const RawLoad &) = delete;
    RawLoad &operator=(const RawLoad &) = delete;

    /// Opens @p count further connections and leaves them idle. @returns false when one fails.
    [[nodiscard]] bool open(int count);
    /// Keeps @p depth messages of @p bytes in flight on each of the first @p count connections for @p seconds.
    /// @returns messages echoed a second; -1 when a connection broke.
    [[nodiscard]] double run(int count, int depth, qsizetype bytes, double seconds);

private:
    struct Connection
    {
        int descriptor = -1;
        qsizetype toSend = 0;
        qsizetype toRead = 0;
        bool blocked = false;
    };
    [[nodiscard]] bool send(Connection &connection);
    [[nodiscard]] bool begin(int count, qsizetype bytesEach);
    void endAll(int count);

    quint16 m_port;
    int m_epoll;
    QByteArray m_bytes;
    std::vector<char> m_buffer;
    std::vector<Connection> m_connections;
};

} // namespace wsw::bench
