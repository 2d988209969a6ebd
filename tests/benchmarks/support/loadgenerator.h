#pragma once

#include <QByteArray>
#include <QtGlobal>

#include <memory>
#include <vector>

namespace wsw::bench {

/// A WebSocket client made for measuring: plain epoll, frames encoded once, echoes counted by their headers. It shares no code with
/// the program, so that what it costs is the same for every server. Loopback only; blocking; one thread.
class LoadGenerator final
{
public:
    explicit LoadGenerator(quint16 port);
    ~LoadGenerator();

    /// Opens @p count further connections (TCP and upgrade) and leaves them idle. Returns false (and says why on stderr) if one fails.
    [[nodiscard]] bool open(int count);
    /// Keeps @p depth messages of @p payloadBytes in flight on each of the connections [from, from + count) for @p seconds.
    /// Returns messages echoed a second, or -1 when a connection broke.
    [[nodiscard]] double run(int from, int count, int depth, qsizetype payloadBytes, double seconds);
    /// Sends @p total frames of @p payloadBytes on connection 0 at @p perSecond (open loop); echoes are read and thrown away.
    /// Returns the frames sent, fewer than @p total when the connection broke.
    [[nodiscard]] qint64 flood(qint64 total, double perSecond, qsizetype payloadBytes);

private:
    struct Connection;
    [[nodiscard]] bool pump(Connection &connection);
    [[nodiscard]] bool flush(Connection &connection);

    quint16 m_port;
    int m_epoll = -1;
    QByteArray m_frame;
    std::vector<char> m_readBuffer;
    std::vector<std::unique_ptr<Connection>> m_connections;
};

} // namespace wsw::bench
