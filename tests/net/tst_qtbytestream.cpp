#include "net/qtbytestream.h"

#include "streamconformance.h"

#include <QJsonArray>

using namespace wsw;
using namespace wsw::test;

/// QtByteStream, plain and over TLS.
class TstQtByteStream final : public StreamConformance
{
    Q_OBJECT
protected:
    [[nodiscard]] QList<StreamKind> kinds() const override { return {StreamKind::Qt, StreamKind::QtTls}; }

private Q_SLOTS:
    void handsOverWhatQtHasBuffered();
    void tellsTlsFacts();
};

void TstQtByteStream::handsOverWhatQtHasBuffered()
{
    QFETCH_GLOBAL(wsw::test::StreamKind, kind);
    StreamPair pair(kind);
    QVERIFY(pair.isReady());
    pair.stream->write("buffered");
    QTRY_COMPARE(pair.peer->bytesAvailable(), 8);
    net::QtByteStream other(std::move(pair.peer));
    Recorder heard;
    other.setHandler(&heard);
    other.setReading(true);
    QTRY_COMPARE(heard.bytes, "buffered");
}

void TstQtByteStream::tellsTlsFacts()
{
    QFETCH_GLOBAL(wsw::test::StreamKind, kind);
    StreamPair pair(kind);
    QVERIFY(pair.isReady());
    net::QtByteStream client(std::move(pair.peer));
    const QJsonObject facts = client.tlsFacts();
    QCOMPARE(facts.isEmpty(), kind == StreamKind::Qt);
    if (kind == StreamKind::Qt)
        return;
    QCOMPARE(facts.value(QStringLiteral("protocol")).toString(), QStringLiteral("TLS 1.3"));
    QVERIFY(facts.value(QStringLiteral("cipher")).toString().startsWith(QStringLiteral("TLS_")));
    const QJsonObject first = facts.value(QStringLiteral("chain")).toArray().first().toObject();
    QCOMPARE(first.value(QStringLiteral("subject")).toString(), QStringLiteral("server"));
    QCOMPARE(first.value(QStringLiteral("issuer")).toString(), QStringLiteral("Test authority"));
    QVERIFY(first.value(QStringLiteral("names")).toArray().contains(QStringLiteral("localhost")));
    QCOMPARE(first.value(QStringLiteral("sha256")).toString().size(), 32 * 3 - 1);
}

QTEST_GUILESS_MAIN(TstQtByteStream)
#include "tst_qtbytestream.moc"
