#pragma once

#include "net/acceptor.h"

#include <QTcpServer>

namespace wsw::net {

/// An Acceptor over QTcpServer; every platform.
class QtAcceptor final : public QTcpServer, public Acceptor
{
    Q_OBJECT
public:
    explicit QtAcceptor(Accepted accepted);

    [[nodiscard]] std::optional<Failure> listen(const QHostAddress &address, quint16 port) override;
    [[nodiscard]] quint16 port() const override { return serverPort(); }
    [[nodiscard]] QHostAddress address() const override { return serverAddress(); }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void handOver();
    void onAcceptError();

    Accepted m_accepted;
    bool m_hasTaken = false;    ///< since the last error
    qintptr m_waiting = -1;     ///< accepted, to be handed over at once
};

} // namespace wsw::net
