#include "net/tlsfacts.h"

#include "support/testcertificate.h"
#include "support/testmain.h"

#include <QJsonArray>
#include <QSslCertificate>
#include <QSslSocket>
#include <QJsonArray>
#include <QTest>

using namespace wsw;

class TstTlsFacts final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void writesACertificateInOneLine();
    void saysInPlainWordsWhichCheckFailed_data();
    void saysInPlainWordsWhichCheckFailed();
    void hasNoChainBeforeTheHandshake();
};

void TstTlsFacts::writesACertificateInOneLine()
{
    test::TestAuthority authority(QStringLiteral("Some authority"));
    const auto files = authority.issue();
    const QSslCertificate certificate = QSslCertificate::fromPath(files.certificateFile).first();
    QCOMPARE(net::certificateLine(certificate),
             QStringLiteral("subject: server; issuer: Some authority; valid from %1 to %2")
                 .arg(certificate.effectiveDate().toUTC().toString(Qt::ISODate), certificate.expiryDate().toUTC().toString(Qt::ISODate)));
}

void TstTlsFacts::saysInPlainWordsWhichCheckFailed_data()
{
    QTest::addColumn<int>("error");
    QTest::addColumn<QString>("words");
    QTest::newRow("name") << int(QSslError::HostNameMismatch) << QStringLiteral("not for this name");
    QTest::newRow("expired") << int(QSslError::CertificateExpired) << QStringLiteral("expired");
    QTest::newRow("early") << int(QSslError::CertificateNotYetValid) << QStringLiteral("not valid yet");
    QTest::newRow("self-signed") << int(QSslError::SelfSignedCertificate) << QStringLiteral("signed by itself");
    QTest::newRow("authority") << int(QSslError::SelfSignedCertificateInChain) << QStringLiteral("authority that is not trusted");
    QTest::newRow("issuer") << int(QSslError::UnableToGetLocalIssuerCertificate) << QStringLiteral("issuer");
    QTest::newRow("another") << int(QSslError::CertificateRevoked) << QSslError(QSslError::CertificateRevoked).errorString();
}

void TstTlsFacts::saysInPlainWordsWhichCheckFailed()
{
    QFETCH(int, error);
    QFETCH(QString, words);
    const QString text = net::checkText(QSslError(QSslError::SslError(error)));
    QVERIFY2(text.contains(words), qPrintable(text));
}

void TstTlsFacts::hasNoChainBeforeTheHandshake()
{
    QSslSocket socket;
    QVERIFY(net::tlsFacts(socket).value(QStringLiteral("chain")).toArray().isEmpty());
}

QTEST_GUILESS_MAIN(TstTlsFacts)
#include "tst_tlsfacts.moc"
