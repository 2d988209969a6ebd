#pragma once

#include <QFile>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace wsw::test {

/// What a test certificate says.
struct CertificateWish
{
    QString name = QStringLiteral("server");    ///< common name, and stem of the file names
    /// As OpenSSL writes them.
    QStringList alternativeNames{QStringLiteral("DNS:localhost"), QStringLiteral("IP:127.0.0.1"), QStringLiteral("IP:::1")};
    int validFromDays = -1;                     ///< from today
    int validToDays = 30;
};

/// PEM files of one certificate.
struct CertificateFiles
{
    QString certificateFile;
    QString keyFile;
};

/// A certificate authority that lives as long as a test, with its files in a temporary folder.
class TestAuthority final
{
public:
    explicit TestAuthority(const QString &name = QStringLiteral("Test authority"))
        : m_key(EVP_EC_gen("P-256")), m_certificate(X509_new())
    {
        fill(m_certificate.get(), m_key.get(), {name, {}, -1, 365});
        X509_set_issuer_name(m_certificate.get(), X509_get_subject_name(m_certificate.get()));
        extend(m_certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
        extend(m_certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
        X509_sign(m_certificate.get(), m_key.get(), EVP_sha256());
        write(authorityFile(), [this](BIO *out) { PEM_write_bio_X509(out, m_certificate.get()); });
    }

    [[nodiscard]] QString authorityFile() const { return m_folder.filePath(QStringLiteral("authority.pem")); }
    [[nodiscard]] QString filePath(const QString &name) const { return m_folder.filePath(name); }

    /// Makes a key and a certificate signed by this authority.
    CertificateFiles issue(const CertificateWish &wish = {})
    {
        const Key key(EVP_EC_gen("P-256"));
        const Certificate certificate(X509_new());
        fill(certificate.get(), key.get(), wish);
        X509_set_issuer_name(certificate.get(), X509_get_subject_name(m_certificate.get()));
        if (!wish.alternativeNames.isEmpty())
            extend(certificate.get(), NID_subject_alt_name, wish.alternativeNames.join(QLatin1Char(',')).toLatin1().constData());
        X509_sign(certificate.get(), m_key.get(), EVP_sha256());
        const CertificateFiles files{filePath(wish.name + QStringLiteral(".pem")), filePath(wish.name + QStringLiteral("-key.pem"))};
        write(files.certificateFile, [&](BIO *out) { PEM_write_bio_X509(out, certificate.get()); });
        write(files.keyFile, [&](BIO *out) {
            PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
        return files;
    }

private:
    template<class T, void (*Free)(T *)>
    struct Freed
    {
        void operator()(T *it) const { Free(it); }
    };
    using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
    using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;

    void fill(X509 *certificate, EVP_PKEY *key, const CertificateWish &wish)
    {
        constexpr long daySeconds = 24 * 60 * 60;
        X509_set_version(certificate, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), m_nextSerial++);
        X509_gmtime_adj(X509_getm_notBefore(certificate), wish.validFromDays * daySeconds);
        X509_gmtime_adj(X509_getm_notAfter(certificate), wish.validToDays * daySeconds);
        X509_set_pubkey(certificate, key);
        const QByteArray name = wish.name.toUtf8();
        X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char *>(name.constData()), int(name.size()), -1, 0);
    }

    static void extend(X509 *certificate, int id, const char *value)
    {
        X509V3_CTX context{};
        X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
        if (!extension)
            throw std::runtime_error("a certificate extension cannot be made");
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }

    template<class Write>
    static void write(const QString &path, Write content)
    {
        BIO *out = BIO_new_file(QFile::encodeName(path).constData(), "w");
        if (!out)
            throw std::runtime_error("a certificate file cannot be written");
        content(out);
        BIO_free_all(out);
    }

    QTemporaryDir m_folder;
    Key m_key;
    Certificate m_certificate;
    long m_nextSerial = 1;
};

} // namespace wsw::test
