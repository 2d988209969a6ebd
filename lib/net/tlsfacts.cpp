#include "net/tlsfacts.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QJsonArray>
#include <QSslCertificate>
#include <QSslCipher>
#include <QSslConfiguration>
#include <QSslSocket>

namespace wsw::net {

namespace {

QString protocolName(QSsl::SslProtocol protocol)
{
    switch (protocol) {
    case QSsl::TlsV1_2: return QStringLiteral("TLS 1.2");
    case QSsl::TlsV1_3: return QStringLiteral("TLS 1.3");
    default: return QStringLiteral("older than TLS 1.2");
    }
}

/// The common name where there is one, else the whole distinguished name's values.
QString nameOf(const QStringList &commonNames, const QString &organisation)
{
    if (!commonNames.isEmpty())
        return commonNames.join(QStringLiteral(", "));
    return organisation.isEmpty() ? QStringLiteral("(no name)") : organisation;
}

QString subjectOf(const QSslCertificate &certificate)
{
    return nameOf(certificate.subjectInfo(QSslCertificate::CommonName),
                  certificate.subjectInfo(QSslCertificate::Organization).join(QStringLiteral(", ")));
}

QString issuerOf(const QSslCertificate &certificate)
{
    return nameOf(certificate.issuerInfo(QSslCertificate::CommonName),
                  certificate.issuerInfo(QSslCertificate::Organization).join(QStringLiteral(", ")));
}

QJsonObject certificateFacts(const QSslCertificate &certificate)
{
    QJsonArray names;
    const auto alternatives = certificate.subjectAlternativeNames();
    for (const QString &name : alternatives)
        names.append(name);
    return {
        {QStringLiteral("subject"), subjectOf(certificate)},
        {QStringLiteral("issuer"), issuerOf(certificate)},
        {QStringLiteral("notBefore"), certificate.effectiveDate().toUTC().toString(Qt::ISODate)},
        {QStringLiteral("notAfter"), certificate.expiryDate().toUTC().toString(Qt::ISODate)},
        {QStringLiteral("names"), names},
        {QStringLiteral("serial"), QString::fromLatin1(certificate.serialNumber())},
        {QStringLiteral("sha256"), QString::fromLatin1(certificate.digest(QCryptographicHash::Sha256).toHex(':'))},
    };
}

} // namespace

QJsonObject tlsFacts(const QSslSocket &socket)
{
    const QSslConfiguration configuration = socket.sslConfiguration();
    const QString name = socket.peerVerifyName();
    QJsonArray chain;
    const auto certificates = configuration.peerCertificateChain();
    for (const QSslCertificate &certificate : certificates)
        chain.append(certificateFacts(certificate));
    QJsonArray errors;
    const auto failed = socket.sslHandshakeErrors();
    for (const QSslError &error : failed)
        errors.append(checkText(error));
    QJsonObject facts{
        {QStringLiteral("protocol"), protocolName(configuration.sessionProtocol())},
        {QStringLiteral("cipher"), configuration.sessionCipher().name()},
        {QStringLiteral("serverName"), name},
        {QStringLiteral("alpn"), QString::fromLatin1(configuration.nextNegotiatedProtocol())},
        {QStringLiteral("chain"), chain},
    };
    if (!errors.isEmpty())
        facts.insert(QStringLiteral("errors"), errors);
    return facts;
}

QString certificateLine(const QSslCertificate &certificate)
{
    return QStringLiteral("subject: %1; issuer: %2; valid from %3 to %4")
        .arg(subjectOf(certificate), issuerOf(certificate),
             certificate.effectiveDate().toUTC().toString(Qt::ISODate),
             certificate.expiryDate().toUTC().toString(Qt::ISODate));
}

QString checkText(const QSslError &error)
{
    switch (error.error()) {
    case QSslError::HostNameMismatch: return QStringLiteral("the certificate is not for this name");
    case QSslError::CertificateExpired: return QStringLiteral("the certificate has expired");
    case QSslError::CertificateNotYetValid: return QStringLiteral("the certificate is not valid yet");
    case QSslError::SelfSignedCertificate: return QStringLiteral("the certificate is signed by itself and not trusted here");
    case QSslError::SelfSignedCertificateInChain:
        return QStringLiteral("the chain ends in an authority that is not trusted here");
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToGetIssuerCertificate:
        return QStringLiteral("the issuer of the certificate is not known here");
    case QSslError::UnableToVerifyFirstCertificate:
        return QStringLiteral("the certificate was not issued by an authority that is trusted here");
    default: return error.errorString();
    }
}

} // namespace wsw::net
