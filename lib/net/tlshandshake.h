#pragma once

#include "base/direction.h"
#include "base/result.h"

#include <QObject>
#include <QSslConfiguration>
#include <QSslError>
#include <QString>
#include <QTimer>

#include <functional>
#include <memory>

class QSslSocket;

namespace wsw::net {

/// How one handshake is to be done.
struct TlsTerms
{
    Role role = Role::Client;
    QSslConfiguration configuration;
    QString name;               ///< client: SNI and the name to check
    QString peer;               ///< "example.org:443", for the error texts
    bool ignoreErrors = false;  ///< client
    int timeoutMs = 0;          ///< 0: somebody else watches the time
};

/// The TLS handshake on a connected socket. Deleting it cuts the connection without a call.
class TlsHandshake final : public QObject
{
    Q_OBJECT
public:
    /// The encrypted socket, or why there is none (the socket is null then). One call, from the event loop; the handshake may be deleted in it.
    using Done = std::function<void(std::unique_ptr<QSslSocket> socket, const std::optional<Error> &error)>;

    TlsHandshake(std::unique_ptr<QSslSocket> socket, TlsTerms terms, Done done);
    ~TlsHandshake() override;

private:
    void onEncrypted();
    void onSslErrors(const QList<QSslError> &errors);
    void onError();
    void onTimeout();
    void finish(const std::optional<Error> &error);
    [[nodiscard]] Error untrusted() const;

    std::unique_ptr<QSslSocket> m_socket;
    TlsTerms m_terms;
    Done m_done;
    QList<QSslError> m_failedChecks;
    QTimer m_timer;
    bool m_finished = false;
};

} // namespace wsw::net
