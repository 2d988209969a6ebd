#include "wire/utf8.h"

#include "support/plainutf8.h"
#include "support/splits.h"
#include "support/testmain.h"

#include <QRandomGenerator>

using namespace wsw::wire;
using namespace wsw::test;

namespace {

QStringList validate(const Chunks &chunks)
{
    Utf8Validator validator;
    for (const QByteArray &chunk : chunks)
        validator.feed(chunk);
    return {QStringLiteral("bad %1, boundary %2, open %3")
                .arg(validator.badOffset())
                .arg(validator.atBoundary() ? 1 : 0)
                .arg(validator.openBytes())};
}

} // namespace

class Utf8Test final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void good_data();
    void good();
    void bad_data();
    void bad();
    void unfinished_data();
    void unfinished();
    void everyCodePoint();
    void everySequenceOfTwoBytes();
    void everyByteAfterEveryBeginning();
    void badByteAtEveryPlace();
    void randomBytesInRandomPieces();
    void badForEver();
    void resetForgets();

private:
    /// Compares with the independent reading, whole and at every split.
    void check(const QByteArray &text) const;
    const PlainUtf8 m_plain;
};

void Utf8Test::check(const QByteArray &text) const
{
    const PlainUtf8::Reading expected = m_plain.read(text);
    Utf8Validator validator;
    const bool good = validator.feed(text);
    if (good != (expected.firstBad < 0) || validator.badOffset() != expected.firstBad
        || validator.openBytes() != expected.openBytes
        || validator.atBoundary() != (expected.firstBad < 0 && expected.openBytes == 0)) {
        QFAIL(qPrintable(QStringLiteral("%1: bad at %2, expected %3; open %4, expected %5")
                             .arg(QString::fromLatin1(text.toHex(' ')))
                             .arg(validator.badOffset())
                             .arg(expected.firstBad)
                             .arg(validator.openBytes())
                             .arg(expected.openBytes)));
    }
}

void Utf8Test::good_data()
{
    // The good lines of Markus Kuhn's stress test, sections 1, 2 and 5.3, and some texts of our own.
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("ascii") << QByteArray("Hello server!");
    QTest::newRow("a NUL is text") << QByteArray("a\0b", 3);
    QTest::newRow("1 kosme") << QByteArray("\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5");
    QTest::newRow("2.1.2 U+0080") << QByteArray("\xc2\x80");
    QTest::newRow("2.1.3 U+0800") << QByteArray("\xe0\xa0\x80");
    QTest::newRow("2.1.4 U+10000") << QByteArray("\xf0\x90\x80\x80");
    QTest::newRow("2.2.1 U+007F") << QByteArray("\x7f");
    QTest::newRow("2.2.2 U+07FF") << QByteArray("\xdf\xbf");
    QTest::newRow("2.2.3 U+FFFF") << QByteArray("\xef\xbf\xbf");
    QTest::newRow("2.3.1 U+D7FF") << QByteArray("\xed\x9f\xbf");
    QTest::newRow("2.3.2 U+E000") << QByteArray("\xee\x80\x80");
    QTest::newRow("2.3.3 U+FFFD") << QByteArray("\xef\xbf\xbd");
    QTest::newRow("2.3.4 U+10FFFF") << QByteArray("\xf4\x8f\xbf\xbf");
    QTest::newRow("5.3.1 U+FFFE") << QByteArray("\xef\xbf\xbe");
    QTest::newRow("5.3 U+FDD0") << QByteArray("\xef\xb7\x90");
    QTest::newRow("a byte order mark") << QByteArray("\xef\xbb\xbfx");
    QTest::newRow("long mixed") << QByteArray("h\xc3\xa9llo \xe4\xb8\x96\xe7\x95\x8c \xf0\x9f\x8e\x89 ").repeated(20);
}

void Utf8Test::good()
{
    QFETCH(QByteArray, text);
    Utf8Validator validator;
    QVERIFY(validator.feed(text));
    QVERIFY(validator.atBoundary());
    QCOMPARE(validator.badOffset(), -1);
    QCOMPARE(validator.fed(), text.size());
    QCOMPARE(splitDifference(text, validate), QString());
    check(text);
}

void Utf8Test::bad_data()
{
    // The bad lines of Markus Kuhn's stress test, with the offset of the first byte that no legal text could have there.
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("offset");
    const auto row = [](const char *name, const char *hex, int offset) {
        QTest::newRow(name) << QByteArray::fromHex(hex) << offset;
    };
    row("2.1.5 five bytes", "f888808080", 0);
    row("2.1.6 six bytes", "fc8480808080", 0);
    row("2.2.4 U+1FFFFF", "f7bfbfbf", 0);
    row("2.2.5 U+3FFFFFF", "fbbfbfbfbf", 0);
    row("2.2.6 U+7FFFFFFF", "fdbfbfbfbfbf", 0);
    row("2.3.5 U+110000", "f4908080", 1);
    row("3.1.1 first continuation byte", "80", 0);
    row("3.1.2 last continuation byte", "bf", 0);
    row("3.1.3 two continuation bytes", "80bf", 0);
    row("3.1.9 all continuation bytes", "808182838485868788898a8b8c8d8e8f90", 0);
    row("3.2.1 two-byte lead, then space", "c320", 1);
    row("3.2.2 three-byte lead, then space", "e120", 1);
    row("3.2.3 four-byte lead, then space", "f120", 1);
    row("3.2.4 five-byte lead", "f820", 0);
    row("3.2.5 six-byte lead", "fc20", 0);
    row("3.3.2 three bytes, last missing", "e0a020", 2);
    row("3.3.3 four bytes, last missing", "f0908020", 3);
    row("3.3.7 three bytes, last missing", "efbf20", 2);
    row("3.3.8 four bytes, last missing", "f48fbf20", 3);
    row("3.4 unfinished ones joined", "c3e0a0f09080", 1);
    row("3.5.1 FE", "fe", 0);
    row("3.5.2 FF", "ff", 0);
    row("3.5.3 FE FE FF FF", "fefeffff", 0);
    row("4.1.1 overlong slash, two bytes", "c0af", 0);
    row("4.1.2 overlong slash, three bytes", "e080af", 1);
    row("4.1.3 overlong slash, four bytes", "f08080af", 1);
    row("4.1.4 overlong slash, five bytes", "f8808080af", 0);
    row("4.1.5 overlong slash, six bytes", "fc80808080af", 0);
    row("4.2.1 longest overlong, two bytes", "c1bf", 0);
    row("4.2.2 longest overlong, three bytes", "e09fbf", 1);
    row("4.2.3 longest overlong, four bytes", "f08fbfbf", 1);
    row("4.3.1 overlong NUL, two bytes", "c080", 0);
    row("4.3.2 overlong NUL, three bytes", "e08080", 1);
    row("4.3.3 overlong NUL, four bytes", "f0808080", 1);
    row("5.1.1 U+D800", "eda080", 1);
    row("5.1.2 U+DB7F", "edadbf", 1);
    row("5.1.4 U+DBFF", "edafbf", 1);
    row("5.1.5 U+DC00", "edb080", 1);
    row("5.1.7 U+DFFF", "edbfbf", 1);
    row("5.2.1 a pair of surrogates", "eda080edb080", 1);
    row("after good text", "cebae1bdb9cf83cebcceb5eda080656469746564", 12);
    row("F5", "f5808080", 0);
}

void Utf8Test::bad()
{
    QFETCH(QByteArray, text);
    QFETCH(int, offset);
    Utf8Validator validator;
    QVERIFY(!validator.feed(text));
    QCOMPARE(validator.badOffset(), offset);
    QVERIFY(!validator.atBoundary());
    QCOMPARE(validator.openBytes(), 0);
    QCOMPARE(splitDifference(text, validate), QString());
    check(text);
    // The same behind enough text for every fast path.
    const QByteArray longer = QByteArray(97, 'a') + QByteArray("\xc3\xa9").repeated(50) + text + QByteArray(99, 'z');
    Utf8Validator again;
    QVERIFY(!again.feed(longer));
    QCOMPARE(again.badOffset(), 197 + offset);
}

void Utf8Test::unfinished_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("open");
    QTest::newRow("1 of 2") << QByteArray("a\xc3") << 1;
    QTest::newRow("1 of 3") << QByteArray("a\xe4") << 1;
    QTest::newRow("2 of 3") << QByteArray("a\xe4\xb8") << 2;
    QTest::newRow("1 of 4") << QByteArray("a\xf0") << 1;
    QTest::newRow("2 of 4") << QByteArray("a\xf0\x9f") << 2;
    QTest::newRow("3 of 4") << QByteArray("a\xf0\x9f\x8e") << 3;
}

void Utf8Test::unfinished()
{
    QFETCH(QByteArray, text);
    QFETCH(int, open);
    Utf8Validator validator;
    QVERIFY(validator.feed(text));
    QVERIFY(!validator.atBoundary());
    QCOMPARE(validator.openBytes(), open);
    QCOMPARE(splitDifference(text, validate), QString());
    const QByteArray longer = QByteArray(200, 'a') + text;
    QCOMPARE(splitDifference(longer, validate), QString());
}

void Utf8Test::everyCodePoint()
{
    Utf8Validator validator;
    qsizetype size = 0;
    for (char32_t codePoint = 0; codePoint <= 0x10ffff; ++codePoint) {
        if (!isScalarValue(codePoint))
            continue;
        const QByteArray sequence = utf8Of(codePoint);
        size += sequence.size();
        if (!validator.feed(sequence) || !validator.atBoundary())
            QFAIL(qPrintable(QString::number(codePoint, 16)));
    }
    QCOMPARE(validator.fed(), size);
}

void Utf8Test::everySequenceOfTwoBytes()
{
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            check(QByteArray(1, static_cast<char>(first)) + static_cast<char>(second));
            if (QTest::currentTestFailed())
                return;
        }
    }
}

void Utf8Test::everyByteAfterEveryBeginning()
{
    const QList<QByteArray> beginnings{"e080", "e0a0", "e19f", "ecbf", "ed80", "ed9f", "ee80", "efbf",
                                       "f090", "f09080", "f0bfbf", "f180", "f1bf80", "f480", "f48f", "f48fbf"};
    for (const QByteArray &hex : beginnings) {
        for (int byte = 0; byte < 256; ++byte) {
            const QByteArray text = QByteArray::fromHex(hex) + static_cast<char>(byte);
            check(text);
            check(QByteArray(61, 'a') + text);
            check(text + QByteArray(70, 'a'));
            if (QTest::currentTestFailed())
                return;
        }
    }
}

void Utf8Test::badByteAtEveryPlace()
{
    const QByteArray ascii(150, 'a');
    const QByteArray mixed = QByteArray("h\xc3\xa9\xe4\xb8\x96\xf0\x9f\x8e\x89").repeated(15);
    for (const QByteArray &text : {ascii, mixed}) {
        for (const int replacement : {0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xf0, 0xf4, 0xf5, 0xff, 0x20}) {
            for (qsizetype at = 0; at < text.size(); ++at) {
                QByteArray broken = text;
                broken[at] = static_cast<char>(replacement);
                check(broken);
                check(broken.first(at + 1));
                if (QTest::currentTestFailed())
                    return;
            }
        }
    }
}

void Utf8Test::randomBytesInRandomPieces()
{
    // Likely bytes only, so that long good stretches and every sort of mistake occur.
    const QByteArray bytes("a\x7f\x80\x8f\x90\x9f\xa0\xbf\xc2\xdf\xe0\xe1\xed\xef\xf0\xf1\xf4");
    QRandomGenerator random(3629);
    for (int round = 0; round < 4000; ++round) {
        QByteArray text;
        for (int i = random.bounded(40); i > 0; --i)
            text += random.bounded(3) == 0 ? QByteArray(random.bounded(70), 'a') : utf8Of(0x80u + random.bounded(0xd000u));
        for (int i = random.bounded(3); i > 0; --i)
            text += bytes[random.bounded(static_cast<int>(bytes.size()))];
        text += QByteArray(random.bounded(70), 'b');
        check(text);
        Chunks pieces;
        for (qsizetype at = 0; at < text.size();) {
            const qsizetype size = std::min<qsizetype>(random.bounded(100), text.size() - at);
            pieces.append(text.sliced(at, size));
            at += size;
        }
        QCOMPARE(validate(pieces), validate({text}));
        if (QTest::currentTestFailed())
            return;
    }
}

void Utf8Test::badForEver()
{
    Utf8Validator validator;
    QVERIFY(validator.feed("ab"));
    QVERIFY(!validator.feed("c\xff"));
    QVERIFY(!validator.feed("good again"));
    QVERIFY(!validator.feed({}));
    QCOMPARE(validator.badOffset(), 3);
}

void Utf8Test::resetForgets()
{
    Utf8Validator validator;
    QVERIFY(!validator.feed("\xff"));
    validator.reset();
    QVERIFY(validator.feed("fine"));
    QVERIFY(validator.atBoundary());
    QCOMPARE(validator.badOffset(), -1);
}

QTEST_GUILESS_MAIN(Utf8Test)
#include "tst_utf8.moc"
