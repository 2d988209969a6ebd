#pragma once

#include <QJsonObject>
#include <QSslError>
#include <QString>

class QSslCertificate;
class QSslSocket;

namespace wsw::net {

/// What a finished TLS handshake agreed on: protocol, cipher, serverName, alpn, errors (ignored ones), and the chain with
/// subject, issuer, notBefore, notAfter, names, sha256 and serial of each certificate.
[[nodiscard]] QJsonObject tlsFacts(const QSslSocket &socket);

/// A certificate in one line for a person: subject, issuer, validity.
[[nodiscard]] QString certificateLine(const QSslCertificate &certificate);

/// A failed check in plain words: "the certificate is not for this name", ...
[[nodiscard]] QString checkText(const QSslError &error);

} // namespace wsw::net
