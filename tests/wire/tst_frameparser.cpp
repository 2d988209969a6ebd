#include "wire/frameparser.h"

#include "support/plainframe.h"
#include "support/splits.h"
#include "support/testmain.h"

using namespace wsw::wire;
using namespace wsw::test;

namespace {

const QByteArray rfcKey = QByteArray::fromHex("37fa213d");

QString headerText(const FrameHeader &header)
{
    return QStringLiteral("%1 %2 form %3 length %4 key %5 at %6")
        .arg(header.firstByte(), 2, 16, QLatin1Char('0'))
        .arg(header.masked ? QStringLiteral("masked") : QStringLiteral("plain"))
        .arg(static_cast<int>(header.lengthForm))
        .arg(header.length)
        .arg(QString::fromLatin1(QByteArray(reinterpret_cast<const char *>(header.key.data()), 4).toHex()))
        .arg(header.wireOffset);
}

/// Everything that a parser says, payloads joined over pieces.
class Reader final
{
public:
    void feed(const QByteArray &chunk)
    {
        parser.feed(chunk);
        for (FramePiece piece; parser.next(piece);)
            note(piece);
    }
    [[nodiscard]] QStringList finish()
    {
        events.append(QStringLiteral("end at %1, %2, partial header '%3'")
                          .arg(parser.wireOffset())
                          .arg(parser.inFrame() ? QStringLiteral("inside a frame") : QStringLiteral("between frames"))
                          .arg(QString::fromLatin1(parser.partialHeader().toByteArray().toHex())));
        if (parser.inFrame() && parser.partialHeader().isEmpty())
            events.append(QStringLiteral("%1 of it came: %2").arg(parser.payloadReceived()).arg(QString::fromLatin1(m_payload.toHex())));
        return events;
    }

    FrameParser parser;
    QStringList events;

private:
    void note(const FramePiece &piece)
    {
        if (piece.first) {
            events.append(headerText(*piece.header));
            m_payload.clear();
        }
        if (piece.payloadOffset != static_cast<quint64>(m_payload.size()))
            events.append(QStringLiteral("offset %1, expected %2").arg(piece.payloadOffset).arg(m_payload.size()));
        m_payload.append(piece.payload);
        if (piece.last)
            events.append(QStringLiteral("payload %1").arg(QString::fromLatin1(m_payload.toHex())));
    }

    QByteArray m_payload;
};

QStringList eventsOf(const Chunks &chunks)
{
    Reader reader;
    for (const QByteArray &chunk : chunks)
        reader.feed(chunk);
    return reader.finish();
}

} // namespace

class FrameParserTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void skipsWhatNobodyHas();
    void rfcExamples();
    void everyHeaderComesBack();
    void everySplit_data();
    void everySplit();
    void firstPieceComesWithTheHeader();
    void emptyPayloadIsOnePiece();
    void greatestLength();
    void piecesAreViewsOfTheInput();
    void nothingFedNothingFound();
};

void FrameParserTest::rfcExamples()
{
    // RFC 6455, 5.7: single masked text, then a fragmented unmasked one with a ping between.
    const QByteArray wire = QByteArray::fromHex("818537fa213d7f9f4d5158" "010348656c" "890548656c6c6f" "80026c6f");
    const QStringList expected{
        QStringLiteral("81 masked form 0 length 5 key 37fa213d at 0"), QStringLiteral("payload 7f9f4d5158"),
        QStringLiteral("01 plain form 0 length 3 key 00000000 at 11"), QStringLiteral("payload 48656c"),
        QStringLiteral("89 plain form 0 length 5 key 00000000 at 16"), QStringLiteral("payload 48656c6c6f"),
        QStringLiteral("80 plain form 0 length 2 key 00000000 at 23"), QStringLiteral("payload 6c6f"),
        QStringLiteral("end at 27, between frames, partial header ''")};
    QCOMPARE(eventsOf({wire}), expected);
}

void FrameParserTest::everyHeaderComesBack()
{
    for (int first = 0; first < 256; ++first) {
        for (const bool masked : {false, true}) {
            for (const int extendedBytes : {0, 2, 8}) {
                PlainFrame plain;
                plain.first = first;
                plain.masked = masked;
                plain.key = rfcKey;
                plain.extendedBytes = extendedBytes;
                plain.payload = "abc";
                const QByteArray wire = encode(plain);
                FrameParser parser;
                parser.feed(wire);
                FramePiece piece;
                QVERIFY(parser.next(piece));
                QCOMPARE(serializeHeader(*piece.header), wire.chopped(3));
                QCOMPARE(piece.header->length, quint64{3});
                QVERIFY(piece.first && piece.last);
                QVERIFY(!parser.next(piece));
                QVERIFY(!parser.inFrame());
            }
        }
    }
}

void FrameParserTest::everySplit_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::newRow("short frames, masked and not") << encode(0x81, "Hello", rfcKey) + encode(0x89, "") + encode(0x82, "x");
    QTest::newRow("16-bit length") << encode(0x82, QByteArray(126, 'a'), rfcKey) + encode(0x8a, "pong", rfcKey);
    QByteArray notMinimal;
    for (const int extendedBytes : {2, 8}) {
        PlainFrame plain;
        plain.extendedBytes = extendedBytes;
        plain.masked = true;
        plain.key = rfcKey;
        plain.payload = "long form";
        notMinimal += encode(plain);
    }
    QTest::newRow("forms longer than needed") << notMinimal;
    QTest::newRow("cut in a payload") << encode(0x81, "Hello", rfcKey) + encode(0x82, QByteArray(40, 'z'), rfcKey).chopped(11);
    QTest::newRow("cut in a header") << encode(0x81, "Hello") + encode(0x82, QByteArray(300, 'z'), rfcKey).first(6);
    QTest::newRow("header alone") << encode(0x82, "zz", rfcKey).first(6);
    QTest::newRow("any bytes have a reading") << QByteArray("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
}

void FrameParserTest::everySplit()
{
    QFETCH(QByteArray, wire);
    QCOMPARE(splitDifference(wire, eventsOf), QString());
}

void FrameParserTest::firstPieceComesWithTheHeader()
{
    const QByteArray wire = encode(0x81, "Hello", rfcKey);
    const QByteArray headerBytes = wire.first(6);
    const QByteArray payload = wire.sliced(6);
    FrameParser parser;
    FramePiece piece;
    parser.feed(headerBytes);
    QVERIFY(parser.next(piece));
    QVERIFY(piece.first && !piece.last && piece.payload.isEmpty());
    QVERIFY(!parser.next(piece));
    QVERIFY(parser.inFrame());
    QCOMPARE(parser.currentHeader().length, quint64{5});
    parser.feed(payload);
    QVERIFY(parser.next(piece));
    QVERIFY(!piece.first && piece.last);
    QCOMPARE(piece.payload.size(), 5);
    QVERIFY(!parser.inFrame());
}

void FrameParserTest::emptyPayloadIsOnePiece()
{
    const QByteArray wire = encode(0x89, "", rfcKey);
    FrameParser parser;
    parser.feed(wire);
    FramePiece piece;
    QVERIFY(parser.next(piece));
    QVERIFY(piece.first && piece.last && piece.payload.isEmpty());
    QVERIFY(!parser.next(piece));
}

void FrameParserTest::greatestLength()
{
    const QByteArray wire = QByteArray::fromHex("82ffffffffffffffffff01020304") + "some bytes";
    FrameParser parser;
    parser.feed(wire);
    FramePiece piece;
    QVERIFY(parser.next(piece));
    QCOMPARE(piece.header->length, ~quint64{0});
    QCOMPARE(piece.payload.toByteArray(), QByteArray("some bytes"));
    QVERIFY(piece.first && !piece.last);
    QVERIFY(!parser.next(piece));
    QVERIFY(parser.inFrame());
    QCOMPARE(parser.payloadReceived(), quint64{10});
}

void FrameParserTest::piecesAreViewsOfTheInput()
{
    const QByteArray wire = encode(0x82, QByteArray(1000, 'v'));
    FrameParser parser;
    parser.feed(wire);
    FramePiece piece;
    QVERIFY(parser.next(piece));
    QCOMPARE(piece.payload.data(), wire.constData() + 4);
}

void FrameParserTest::nothingFedNothingFound()
{
    FrameParser parser;
    FramePiece piece;
    QVERIFY(!parser.next(piece));
    parser.feed({});
    QVERIFY(!parser.next(piece));
    QVERIFY(!parser.inFrame());
    QCOMPARE(parser.wireOffset(), quint64{0});
}

void FrameParserTest::skipsWhatNobodyHas()
{
    FrameParser parser;
    QVERIFY(!parser.skip(1));   // between frames
    const QByteArray frame = encode(0x82, "0123456789");
    parser.feed(QByteArrayView(frame).first(4));
    FramePiece piece;
    QVERIFY(parser.next(piece) && !parser.next(piece));
    QVERIFY(!parser.skip(9));
    QVERIFY(parser.skip(3));
    parser.feed(QByteArrayView(frame).sliced(7));
    QVERIFY(parser.next(piece));
    QCOMPARE(piece.payload.toByteArray(), QByteArray("56789"));
    QCOMPARE(piece.payloadOffset, quint64(5));
    QVERIFY(piece.last && !parser.next(piece) && !parser.inFrame());
    QCOMPARE(parser.wireOffset(), quint64(12));
    parser.feed(QByteArrayView(frame).first(3));
    QVERIFY(parser.next(piece) && !parser.next(piece));
    QVERIFY(parser.skip(9));
    QVERIFY(!parser.inFrame());
    parser.feed(QByteArrayView(frame).first(1));
    QVERIFY(!parser.next(piece) && parser.inFrame());
    parser.restart();
    QVERIFY(!parser.inFrame());
    parser.feed(frame);
    QVERIFY(parser.next(piece) && piece.last);
    QCOMPARE(piece.header->wireOffset, quint64(25));
    QVERIFY(!parser.next(piece));
}

QTEST_GUILESS_MAIN(FrameParserTest)
#include "tst_frameparser.moc"
