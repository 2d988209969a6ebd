#include "net/tlsconfiguration.h"

#include "support/testcertificate.h"
#include "support/testmain.h"

#include <QSslCertificate>
#include <QSslKey>
#include <QTest>

using namespace wsw;
using net::clientConfiguration;
using net::serverConfiguration;

class TstTlsConfiguration final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void readsAServersFiles();
    void addsAnAuthorityAndAClientCertificate();
    void namesWhatIsWrong_data();
    void namesWhatIsWrong();
    void namesAnUnreadableFile();
    void namesAMissingAuthority();

private:
    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(m_authority.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() ? file.fileName() : QString();
    }
    test::TestAuthority m_authority;
};

void TstTlsConfiguration::readsAServersFiles()
{
    const auto files = m_authority.issue();
    const auto configuration = serverConfiguration({files.certificateFile, files.keyFile});
    QVERIFY(configuration.ok());
    QCOMPARE(configuration->localCertificateChain().size(), 1);
    QCOMPARE(configuration->privateKey().algorithm(), QSsl::Ec);
    QCOMPARE(configuration->peerVerifyMode(), QSslSocket::VerifyNone);
}

void TstTlsConfiguration::addsAnAuthorityAndAClientCertificate()
{
    test::CertificateWish wish;
    wish.name = QStringLiteral("client");
    const auto files = m_authority.issue(wish);
    net::TlsClientOptions options;
    const auto plain = clientConfiguration(options);
    options.authorityFile = m_authority.authorityFile();
    options.certificateFile = files.certificateFile;
    options.keyFile = files.keyFile;
    const auto configuration = clientConfiguration(options);
    QVERIFY(configuration.ok());
    QCOMPARE(configuration->caCertificates().size(), plain->caCertificates().size() + 1);
    QCOMPARE(configuration->localCertificate().subjectInfo(QSslCertificate::CommonName).first(), QStringLiteral("client"));
    QCOMPARE(configuration->peerVerifyMode(), QSslSocket::VerifyPeer);
}

void TstTlsConfiguration::namesWhatIsWrong_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("words");

    const auto good = m_authority.issue();
    test::CertificateWish wish;
    wish.name = QStringLiteral("other");
    const auto other = m_authority.issue(wish);
    const QString missing = m_authority.filePath(QStringLiteral("missing.pem"));
    const QString noPem = write(QStringLiteral("nopem.pem"), "no PEM at all");
    const QString locked = write(QStringLiteral("locked.pem"),
                                 "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIHj\n-----END ENCRYPTED PRIVATE KEY-----\n");
    const auto row = [](const char *name, const QString &certificate, const QString &key, ErrorKind kind, const QString &words) {
        QTest::newRow(name) << certificate << key << int(kind) << words;
    };
    row("no certificate named", {}, good.keyFile, ErrorKind::Usage, QStringLiteral("No certificate file is named"));
    row("no key named", good.certificateFile, {}, ErrorKind::Usage, QStringLiteral("No key file is named"));
    row("certificate missing", missing, good.keyFile, ErrorKind::NotFound, QStringLiteral("certificate file %1 does not exist").arg(missing));
    row("key missing", good.certificateFile, missing, ErrorKind::NotFound, QStringLiteral("key file %1 does not exist").arg(missing));
    row("certificate no PEM", noPem, good.keyFile, ErrorKind::Tls, QStringLiteral("%1 holds no certificate in PEM form").arg(noPem));
    row("key as certificate", good.keyFile, good.keyFile, ErrorKind::Tls, QStringLiteral("holds no certificate"));
    row("key no PEM", good.certificateFile, noPem, ErrorKind::Tls, QStringLiteral("%1 holds no RSA or elliptic-curve key").arg(noPem));
    row("key with pass phrase", good.certificateFile, locked, ErrorKind::Tls, QStringLiteral("has a pass phrase"));
    row("key of another certificate", good.certificateFile, other.keyFile, ErrorKind::Tls,
        QStringLiteral("The key in %1 does not match the certificate in %2").arg(other.keyFile, good.certificateFile));
}

void TstTlsConfiguration::namesWhatIsWrong()
{
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    QFETCH(int, kind);
    QFETCH(QString, words);
    const auto configuration = serverConfiguration({certificate, key});
    QVERIFY(!configuration.ok());
    QCOMPARE(int(configuration.error().kind), kind);
    QVERIFY2(configuration.error().message.contains(words), qPrintable(configuration.error().message));
    QVERIFY(!configuration.error().remedy.isEmpty());
}

void TstTlsConfiguration::namesAnUnreadableFile()
{
    // A folder exists and cannot be read as a file, not even by an administrator.
    const auto configuration = serverConfiguration({m_authority.filePath(QString()), QStringLiteral("key.pem")});
    QVERIFY(!configuration.ok());
    QVERIFY(configuration.error().message.contains(QStringLiteral("cannot be read")));
}

void TstTlsConfiguration::namesAMissingAuthority()
{
    net::TlsClientOptions options;
    options.authorityFile = QStringLiteral("/nowhere/authority.pem");
    const auto configuration = clientConfiguration(options);
    QVERIFY(!configuration.ok());
    QCOMPARE(configuration.error().kind, ErrorKind::NotFound);
    QVERIFY(configuration.error().message.contains(QStringLiteral("authority file /nowhere/authority.pem")));
}

QTEST_GUILESS_MAIN(TstTlsConfiguration)
#include "tst_tlsconfiguration.moc"
