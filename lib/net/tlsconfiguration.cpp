#include "net/tlsconfiguration.h"

#include <QFile>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>

#include <memory>

#include <openssl/pem.h>
#include <openssl/x509.h>

namespace wsw::net {

namespace {

struct Identity
{
    QList<QSslCertificate> chain;
    QSslKey key;
};

Result<QByteArray> contentOf(const QString &path, const QString &what)
{
    QFile file(path);
    if (path.isEmpty())
        return Error{ErrorKind::Usage, QStringLiteral("No %1 file is named.").arg(what),
                     QStringLiteral("Choose a file in PEM form."), {}};
    if (!file.exists())
        return Error{ErrorKind::NotFound, QStringLiteral("The %1 file %2 does not exist.").arg(what, path),
                     QStringLiteral("Check the path."), {}};
    if (!file.open(QIODevice::ReadOnly)) {
        const auto kind = file.error() == QFileDevice::PermissionsError ? ErrorKind::Permission : ErrorKind::Io;
        return Error{kind, QStringLiteral("The %1 file %2 cannot be read: %3.").arg(what, path, file.errorString()),
                     QStringLiteral("Check who may read it."), {}};
    }
    return file.readAll();
}

Result<QList<QSslCertificate>> certificatesOf(const QString &path, const QString &what)
{
    const auto content = contentOf(path, what);
    if (!content)
        return content.error();
    auto certificates = QSslCertificate::fromData(*content, QSsl::Pem);
    if (certificates.isEmpty())
        return Error{ErrorKind::Tls, QStringLiteral("%1 holds no certificate in PEM form.").arg(path),
                     QStringLiteral("A PEM file has a line -----BEGIN CERTIFICATE-----."), {}};
    return certificates;
}

template<class T, void (*Free)(T *)>
struct Freed
{
    void operator()(T *it) const { Free(it); }
};
using BioPointer = std::unique_ptr<BIO, Freed<BIO, BIO_free_all>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using X509Pointer = std::unique_ptr<X509, Freed<X509, X509_free>>;

BioPointer reading(const QByteArray &bytes)
{
    return BioPointer(BIO_new_mem_buf(bytes.constData(), int(bytes.size())));
}

/// Never asks a person for a pass phrase (OpenSSL would, on the terminal).
int noPassPhrase(char *, int, int, void *)
{
    return -1;
}

Result<QSslKey> keyOf(const QString &path, const QSslCertificate &certificate, const QString &certificatePath)
{
    const auto content = contentOf(path, QStringLiteral("key"));
    if (!content)
        return content.error();
    const BioPointer keyBytes = reading(*content);
    const KeyPointer key(PEM_read_bio_PrivateKey(keyBytes.get(), nullptr, noPassPhrase, nullptr));
    if (!key && content->contains("ENCRYPTED"))
        return Error{ErrorKind::Tls, QStringLiteral("The key in %1 has a pass phrase.").arg(path),
                     QStringLiteral("Store it without one: openssl pkey -in KEY -out NEWKEY"), {}};
    const QSsl::KeyAlgorithm algorithm = key && EVP_PKEY_is_a(key.get(), "EC") ? QSsl::Ec : QSsl::Rsa;
    QSslKey forQt(*content, algorithm);
    if (!key || forQt.isNull())
        return Error{ErrorKind::Tls, QStringLiteral("%1 holds no RSA or elliptic-curve key in PEM form.").arg(path),
                     QStringLiteral("A PEM file has a line -----BEGIN PRIVATE KEY-----."), {}};
    const QByteArray pem = certificate.toPem();
    const BioPointer certificateBytes = reading(pem);
    const X509Pointer x509(PEM_read_bio_X509(certificateBytes.get(), nullptr, noPassPhrase, nullptr));
    if (!x509 || X509_check_private_key(x509.get(), key.get()) != 1)
        return Error{ErrorKind::Tls, QStringLiteral("The key in %1 does not match the certificate in %2.").arg(path, certificatePath),
                     QStringLiteral("Choose the key that the certificate was made for; the server's own certificate must stand first in its file."), {}};
    return forQt;
}

Result<Identity> identityOf(const QString &certificateFile, const QString &keyFile)
{
    auto chain = certificatesOf(certificateFile, QStringLiteral("certificate"));
    if (!chain)
        return chain.error();
    auto key = keyOf(keyFile, chain->first(), certificateFile);
    if (!key)
        return key.error();
    return Identity{std::move(chain).value(), std::move(key).value()};
}

std::optional<Error> missingTls()
{
    if (QSslSocket::supportsSsl())
        return std::nullopt;
    return Error{ErrorKind::Tls, QStringLiteral("This Qt has no TLS: its OpenSSL library was not found."),
                 QStringLiteral("Install the OpenSSL 3 library (libssl3)."), QSslSocket::sslLibraryBuildVersionString()};
}

} // namespace

Result<QSslConfiguration> serverConfiguration(const TlsServerOptions &options)
{
    if (const auto missing = missingTls())
        return *missing;
    const auto identity = identityOf(options.certificateFile, options.keyFile);
    if (!identity)
        return identity.error();
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificateChain(identity->chain);
    configuration.setPrivateKey(identity->key);
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    return configuration;
}

Result<QSslConfiguration> clientConfiguration(const TlsClientOptions &options)
{
    if (const auto missing = missingTls())
        return *missing;
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (!options.authorityFile.isEmpty()) {
        const auto authorities = certificatesOf(options.authorityFile, QStringLiteral("authority"));
        if (!authorities)
            return authorities.error();
        configuration.addCaCertificates(*authorities);
    }
    if (!options.certificateFile.isEmpty()) {
        const auto identity = identityOf(options.certificateFile, options.keyFile);
        if (!identity)
            return identity.error();
        configuration.setLocalCertificateChain(identity->chain);
        configuration.setPrivateKey(identity->key);
    }
    return configuration;
}

} // namespace wsw::net
