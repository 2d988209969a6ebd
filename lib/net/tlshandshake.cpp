#include "net/tlshandshake.h"

#include "net/tlsfacts.h"

#include <QSslCertificate>
#include <QSslSocket>

namespace wsw::net {

TlsHandshake::TlsHandshake(std::unique_ptr<QSslSocket> socket, TlsTerms terms, Done done)
    : m_socket(std::move(socket)), m_terms(std::move(terms)), m_done(std::move(done))
{
    connect(m_socket.get(), &QSslSocket::encrypted, this, &TlsHandshake::onEncrypted);
    connect(m_socket.get(), &QSslSocket::sslErrors, this, &TlsHandshake::onSslErrors);
    connect(m_socket.get(), &QSslSocket::errorOccurred, this, &TlsHandshake::onError);
    connect(m_socket.get(), &QSslSocket::disconnected, this, &TlsHandshake::onError);
    m_socket->setSslConfiguration(m_terms.configuration);
    if (m_terms.timeoutMs > 0) {
        connect(&m_timer, &QTimer::timeout, this, &TlsHandshake::onTimeout);
        m_timer.setSingleShot(true);
        m_timer.start(m_terms.timeoutMs);
    }
    if (m_terms.role == Role::Server) {
        m_socket->startServerEncryption();
        return;
    }
    m_socket->setPeerVerifyName(m_terms.name);
    m_socket->startClientEncryption();
}

TlsHandshake::~TlsHandshake()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket.release()->deleteLater();  // we may be inside one of its signals
}

void TlsHandshake::onEncrypted()
{
    finish(std::nullopt);
}

void TlsHandshake::onSslErrors(const QList<QSslError> &errors)
{
    m_failedChecks = errors;
    if (m_terms.ignoreErrors)
        m_socket->ignoreSslErrors();
}

void TlsHandshake::onError()
{
    if (!m_failedChecks.isEmpty() && !m_terms.ignoreErrors) {
        finish(untrusted());
        return;
    }
    const QString words = m_socket->errorString();
    switch (m_socket->error()) {
    case QAbstractSocket::RemoteHostClosedError:
        finish(Error{ErrorKind::Tls, QStringLiteral("%1 cut the connection during the TLS handshake.").arg(m_terms.peer),
                     m_terms.role == Role::Client
                         ? QStringLiteral("Check that this port speaks TLS (wss); for a plain server use ws.")
                         : QStringLiteral("The client may not trust this server's certificate, or it may not speak TLS."), words});
        return;
    default:
        finish(Error{ErrorKind::Tls, QStringLiteral("The TLS handshake with %1 failed: %2.").arg(m_terms.peer, words),
                     m_terms.role == Role::Client
                         ? QStringLiteral("Check that this port speaks TLS (wss); for a plain server use ws.")
                         : QStringLiteral("The client may speak no TLS (ws in place of wss), or no version or cipher of ours."), {}});
    }
}

void TlsHandshake::onTimeout()
{
    finish(Error{ErrorKind::TimedOut,
                 QStringLiteral("%1 did not finish the TLS handshake within %2 s.").arg(m_terms.peer).arg(m_terms.timeoutMs / 1000.0),
                 QStringLiteral("Check that the other side speaks TLS on this port."), {}});
}

void TlsHandshake::finish(const std::optional<Error> &error)
{
    if (std::exchange(m_finished, true))
        return;
    m_timer.stop();
    m_socket->disconnect(this);
    // Not from within the socket's own signal: who gets the socket may delete it.
    QMetaObject::invokeMethod(this, [this, error] {
        const Done done = std::move(m_done);
        if (error)
            done(nullptr, error);
        else
            done(std::move(m_socket), std::nullopt);
    }, Qt::QueuedConnection);
}

Error TlsHandshake::untrusted() const
{
    QStringList checks;
    for (const QSslError &failed : m_failedChecks) {
        const QString text = checkText(failed);
        if (!checks.contains(text))
            checks.append(text);
    }
    QStringList lines{QStringLiteral("Name checked: %1").arg(m_terms.name)};
    for (const QSslError &failed : m_failedChecks)
        lines.append(QStringLiteral("Failed check: %1 (%2)").arg(checkText(failed), failed.errorString()));
    const auto chain = m_socket->peerCertificateChain();
    for (qsizetype at = 0; at < chain.size(); ++at) {
        lines.append(QStringLiteral("Certificate %1: %2").arg(at + 1).arg(certificateLine(chain[at])));
        if (at == 0)
            lines.append(QStringLiteral("Names of certificate 1: %1")
                             .arg(QStringList(chain[at].subjectAlternativeNames().values()).join(QStringLiteral(", "))));
    }
    return {ErrorKind::Tls,
            QStringLiteral("The certificate of %1 is not trusted: %2.").arg(m_terms.peer, checks.join(QStringLiteral("; "))),
            QStringLiteral("Name the authority that issued it as a trusted one or, for a test, ignore certificate errors."),
            lines.join(QLatin1Char('\n'))};
}

} // namespace wsw::net
