#pragma once

#include "net/connector.h"

#include <QAbstractSocket>
#include <QObject>

namespace wsw::net {

/// A Connector over Qt's sockets; every platform.
class QtConnector final : public QObject, public Connector
{
    Q_OBJECT
public:
    explicit QtConnector(Done done);
    ~QtConnector() override;

    void start(const QHostAddress &address, quint16 port) override;
    [[nodiscard]] std::unique_ptr<ByteStream> takeStream() override;
    [[nodiscard]] std::unique_ptr<QSslSocket> takeTlsSocket() override;

private:
    void onConnected();
    void onError(QAbstractSocket::SocketError error);
    void finish(const std::optional<ConnectFailure> &failure);

    Done m_done;
    std::unique_ptr<QSslSocket> m_socket;   ///< it stays plain TCP as long as nobody starts TLS
    bool m_finished = false;
};

} // namespace wsw::net
