#pragma once

#include "net/acceptor.h"
#include "net/epollloop.h"

#include <QTimer>

namespace wsw::net {

/// An Acceptor whose listening descriptor stands in an EpollLoop.
class EpollAcceptor final : public Acceptor, private EpollSource
{
public:
    EpollAcceptor(EpollLoop &loop, Accepted accepted);
    ~EpollAcceptor() override;

    [[nodiscard]] std::optional<Failure> listen(const QHostAddress &address, quint16 port) override;
    [[nodiscard]] quint16 port() const override { return m_port; }
    [[nodiscard]] QHostAddress address() const override { return m_address; }

private:
    void ready(quint32 events) override;
    void rest(int error);
    std::optional<Failure> fail();

    Accepted m_accepted;
    QHostAddress m_address;
    quint16 m_port = 0;
    int m_descriptor = -1;
    QTimer m_restTimer;
};

} // namespace wsw::net
