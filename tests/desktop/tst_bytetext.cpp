#include "panes/composer/bytetext.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw::desktop;

class TestByteText final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void readsHexInEverySpelling_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QString() << QByteArray();
        QTest::newRow("pairs") << QStringLiteral("01 02 0a ff") << QByteArray::fromHex("01020aff");
        QTest::newRow("run together") << QStringLiteral("01020AFF") << QByteArray::fromHex("01020aff");
        QTest::newRow("C array") << QStringLiteral("0x01, 0x02,\n0x0a,0xFF") << QByteArray::fromHex("01020aff");
        QTest::newRow("escapes") << QStringLiteral("\\x01\\x02\\x0a\\xff") << QByteArray::fromHex("01020aff");
        QTest::newRow("colons") << QStringLiteral("01:02:0a:ff") << QByteArray::fromHex("01020aff");
        QTest::newRow("one digit behind 0x") << QStringLiteral("0x5, 0xA") << QByteArray::fromHex("050a");
        QTest::newRow("00 is no prefix") << QStringLiteral("00 00") << QByteArray::fromHex("0000");
    }

    void readsHexInEverySpelling()
    {
        QFETCH(QString, text);
        QFETCH(QByteArray, bytes);
        const ByteText read = readBytes(text, ByteFormat::Hex);
        QVERIFY2(read.ok(), qPrintable(read.problem));
        QCOMPARE(read.bytes, bytes);
    }

    void namesThePlaceOfAMistake_data()
    {
        QTest::addColumn<ByteFormat>("format");
        QTest::addColumn<QString>("text");
        QTest::addColumn<qsizetype>("position");
        QTest::newRow("no digit") << ByteFormat::Hex << QStringLiteral("01 0g") << qsizetype{4};
        QTest::newRow("no digit first") << ByteFormat::Hex << QStringLiteral("01 g0") << qsizetype{3};
        QTest::newRow("alone at the end") << ByteFormat::Hex << QStringLiteral("01 0") << qsizetype{3};
        QTest::newRow("alone in the middle") << ByteFormat::Hex << QStringLiteral("01 0 02") << qsizetype{3};
        QTest::newRow("prefix without digits") << ByteFormat::Hex << QStringLiteral("01 0x") << qsizetype{5};
        QTest::newRow("base64 alphabet") << ByteFormat::Base64 << QStringLiteral("AQ*C") << qsizetype{2};
        QTest::newRow("behind the padding") << ByteFormat::Base64 << QStringLiteral("AQ==AQ==") << qsizetype{4};
        QTest::newRow("no escape") << ByteFormat::Escaped << QStringLiteral("ab\\q") << qsizetype{2};
        QTest::newRow("escape cut off") << ByteFormat::Escaped << QStringLiteral("ab\\x0") << qsizetype{2};
        QTest::newRow("one character") << ByteFormat::Base64 << QStringLiteral("AQID A") << qsizetype{5};
    }

    void namesThePlaceOfAMistake()
    {
        QFETCH(ByteFormat, format);
        QFETCH(QString, text);
        QFETCH(qsizetype, position);
        const ByteText read = readBytes(text, format);
        QVERIFY(!read.ok());
        QCOMPARE(read.position, position);
    }

    void readsBase64WithAndWithoutPadding()
    {
        for (const char *text : {"AQIDBA==", "AQIDBA", "AQID BA==", "AQID\nBA"})
            QCOMPARE(readBytes(QString::fromLatin1(text), ByteFormat::Base64).bytes, QByteArray::fromHex("01020304"));
        QCOMPARE(readBytes(QStringLiteral("-_8="), ByteFormat::Base64).bytes, QByteArray::fromHex("fbff"));
        QCOMPARE(readBytes(QStringLiteral("+/8="), ByteFormat::Base64).bytes, QByteArray::fromHex("fbff"));
    }

    void aHeadIsWrittenALineALine()
    {
        const ByteText read = readBytes(QStringLiteral("GET / HTTP/1.1\\r\\n\nX: \u00e9\\xff\\\\\\r\\n\n\\r\\n"), ByteFormat::Escaped);
        QVERIFY2(read.ok(), qPrintable(read.problem));
        QCOMPARE(read.bytes, QByteArray("GET / HTTP/1.1\r\nX: \xc3\xa9\xff\\\r\n\r\n"));
    }

    void everyByteComesBack()
    {
        QByteArray all;
        for (int length = 0; length < 260; ++length) {
            for (const ByteFormat format : {ByteFormat::Hex, ByteFormat::Base64, ByteFormat::Escaped}) {
                const auto text = writeBytes(all, format);
                QVERIFY(text);
                const ByteText read = readBytes(*text, format);
                QVERIFY(read.ok());
                QCOMPARE(read.bytes, all);
            }
            all.append(static_cast<char>(length));
        }
    }

    void textIsUtf8OrNothing()
    {
        QCOMPARE(readBytes(QStringLiteral("é"), ByteFormat::Text).bytes, QByteArray("\xc3\xa9"));
        QCOMPARE(writeBytes("\xc3\xa9", ByteFormat::Text).value(), QStringLiteral("é"));
        QVERIFY(!writeBytes("\xc3", ByteFormat::Text));
        QVERIFY(!writeBytes("\xff", ByteFormat::Text));
    }
};

QTEST_GUILESS_MAIN(TestByteText)
#include "tst_bytetext.moc"
