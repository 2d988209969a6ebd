#include "payload/textguess.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::payload;

/// Encodings of text in binary messages.
class tst_TextGuess final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void encodings_data();
    void encodings();
    void printable();
};

void tst_TextGuess::encodings_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("encoding");
    const auto row = [](const char *name, const char *digits, const char *encoding) {
        QTest::newRow(name) << QByteArray::fromHex(digits) << QString::fromLatin1(encoding);
    };
    row("utf-8", "4dc3a4", "UTF-8");
    row("utf-16 le", "fffe4d00e400", "UTF-16, little-endian");
    row("utf-16 be", "feff004d00e4", "UTF-16, big-endian");
    row("utf-32 le", "fffe00004d000000e4000000", "UTF-32, little-endian");
    row("utf-32 be", "0000feff0000004d000000e4", "UTF-32, big-endian");
    row("latin-1", "4de4", "");
    row("control characters", "4d01", "");
    row("nothing", "", "");
}

void tst_TextGuess::encodings()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, encoding);
    const auto guessed = guessText(bytes);
    QCOMPARE(guessed.has_value(), !encoding.isEmpty());
    if (guessed) {
        QCOMPARE(guessed->encoding, encoding);
        QCOMPARE(guessed->text, QString::fromUtf8("M\xc3\xa4"));
    }
}

void tst_TextGuess::printable()
{
    QVERIFY(isPrintableText("a\tb\r\n"));
    QVERIFY(!isPrintableText("a\x7f"));
    QVERIFY(!isPrintableText("\xc3"));
    QVERIFY(!isPrintableText(""));
}

QTEST_GUILESS_MAIN(tst_TextGuess)
#include "tst_textguess.moc"
