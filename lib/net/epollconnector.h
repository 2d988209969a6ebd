#pragma once

#include "net/connector.h"
#include "net/epollloop.h"

namespace wsw::net {

/// A Connector whose descriptor stands in an EpollLoop.
class EpollConnector final : public Connector, private EpollSource
{
public:
    EpollConnector(EpollLoop &loop, Done done);
    ~EpollConnector() override;

    void start(const QHostAddress &address, quint16 port) override;
    [[nodiscard]] std::unique_ptr<ByteStream> takeStream() override;
    [[nodiscard]] std::unique_ptr<QSslSocket> takeTlsSocket() override;

private:
    void ready(quint32 events) override;
    void turnEnded() override;
    void finish(int error);

    Done m_done;
    int m_descriptor = -1;
    int m_startError = 0;   ///< errno of start(), told at the end of the turn
};

} // namespace wsw::net
