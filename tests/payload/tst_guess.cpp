#include "payload/reading.h"

#include "support/testmain.h"

#include <QRandomGenerator>
#include <QTest>

#include <optional>

using namespace wsw;
using namespace wsw::payload;

/// What payloads look like.
class tst_Guess final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void guesses_data();
    void guesses();
    void chanceIsNoFormat();
};

void tst_Guess::guesses_data()
{
    QTest::addColumn<bool>("isText");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<std::optional<Format>>("format");
    const auto binary = [](const char *name, const char *digits, std::optional<Format> format) {
        QTest::newRow(name) << false << QByteArray::fromHex(digits) << format;
    };
    binary("empty", "", std::nullopt);
    binary("msgpack map", "82a7636f6d70616374c3a6736368656d6100", Format::MessagePack);
    binary("msgpack array", "930102a161", Format::MessagePack);
    binary("msgpack with a rest", "82a7636f6d70616374c3a6736368656d610000", std::nullopt);
    binary("one small number", "01", std::nullopt);
    binary("cbor map", "a26161016162820203", Format::Cbor);
    binary("cbor that says so", "d9d9f701", Format::Cbor);
    binary("bson", "160000000268656c6c6f0006000000776f726c640000", Format::Bson);
    binary("protobuf with a text", "120774657374696e67", Format::Protobuf);
    binary("protobuf without one", "089601", std::nullopt);
    binary("utf-16", "fffe48006900", Format::PlainText);
    binary("text", "48656c6c6f", Format::PlainText);
    binary("bytes", "0001ff0d0a", std::nullopt);
    QTest::newRow("xml") << true << QByteArrayLiteral(" <a/>") << std::optional(Format::Xml);
    QTest::newRow("no xml") << true << QByteArrayLiteral("<a>") << std::optional<Format>();
    QTest::newRow("plain") << true << QByteArrayLiteral("Hello") << std::optional<Format>();
    QTest::newRow("large") << false << QByteArray(mostBytes + 1, 'a') << std::optional<Format>();
}

void tst_Guess::guesses()
{
    QFETCH(bool, isText);
    QFETCH(QByteArray, payload);
    QFETCH(std::optional<Format>, format);
    QCOMPARE(guess(payload, isText), format);
    if (format)
        QVERIFY(layOut(payload, *format).ok());
}

void tst_Guess::chanceIsNoFormat()
{
    // Encrypted or compressed data must hardly ever be called something they are not.
    QRandomGenerator random(4711);
    int guessed = 0;
    for (int i = 0; i < 10'000; ++i) {
        QByteArray payload(16 + random.bounded(100), Qt::Uninitialized);
        for (char &byte : payload)
            byte = static_cast<char>(random.bounded(256));
        guessed += guess(payload, false) ? 1 : 0;
    }
    QVERIFY2(guessed <= 10, qPrintable(QString::number(guessed)));
}

QTEST_GUILESS_MAIN(tst_Guess)
#include "tst_guess.moc"
