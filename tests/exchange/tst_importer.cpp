#include "exchange/importer.h"

#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/recorded.h"
#include "support/testmain.h"
#include "wire/deflate.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

/// What was exported comes back; captures of others are tests/peers/tst_tcpdump's.
class TestImporter final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void packetsComeBack()
    {
        Talk talk;
        const auto one = talk.open(u"ws://127.0.0.1:8765/chat"_s, Talk::Deflate::Yes);
        const auto two = talk.open(u"ws://[::1]:8766/"_s);
        wire::Deflater deflater({});
        for (int i = 0; i < 300; ++i) {
            one->sent(encode(0xc1, deflater.compress("message " + QByteArray::number(i), wire::MessagePart::Last), "abcd"));
            two->received(encode(0x82, QByteArray(i * 50, 'x')));
        }
        two->sent(encode(0x89, "ping", "abcd"), 1'000);
        two->received(encode(0x8a, "ping"), 123'456);
        two->sent(encode(0xa1, "RSV2", "abcd"));
        two->sent(encode(0x82, QByteArray(3'000'000, 'l'), "abcd"));
        one->end();
        two->end(u"reset by the peer"_s, u"reset by the peer"_s);
        const QString file = talk.path(u"talk.pcapng"_s);
        ExportOptions options;
        options.format = Format::Pcapng;
        QVERIFY(exportToFile(talk.document(), file, Overwrite::No, options).ok());

        const QString to = talk.path(u"back.wscapture"_s);
        QVERIFY(canImport(file) && !canImport(talk.path(u"nothing"_s)));
        const Result<ImportSummary> summary = importFile(file, to, Overwrite::No);
        QVERIFY2(summary.ok(), summary ? "" : qPrintable(summary.error().message));
        QCOMPARE(summary->connections, quint64{2});
        QCOMPARE(summary->records, talk.document().received());
        QCOMPARE(summary->notes, QStringList());
        const auto back = capture::Document::open(to);
        QVERIFY(back.ok());
        for (const ConnectionId id : {one->id(), two->id()}) {
            for (const Direction direction : {Direction::Sent, Direction::Received})
                QVERIFY(recordedBytes(**back, id, direction) == recordedBytes(talk.document(), id, direction));
            const auto before = talk.document().connection(id);
            const auto after = (*back)->connection(id);
            QCOMPARE(after->localAddress, before->localAddress);
            QCOMPARE(after->peerAddress, before->peerAddress);
            QCOMPARE(after->url, before->url);
        }
        for (quint64 number = 1; number <= talk.document().received(); ++number) {
            const capture::RecordHeader before = talk.document().read(RecordId(number))->header;
            const capture::RecordHeader after = (*back)->read(RecordId(number))->header;
            QCOMPARE(after.kind, before.kind);
            QCOMPARE(after.frame, before.frame);
            if (after.kind == wire::RecordKind::End)    // one RST ends both; and that no Close was sent is told here
                continue;
            QCOMPARE(after.violation, before.violation);
            QCOMPARE((*back)->clock().toWall(after.time), talk.document().clock().toWall(before.time));
            QCOMPARE(after.inflatedLength, before.inflatedLength);
            if (after.flags.testFlag(wire::RecordFlag::PingReply))
                QCOMPARE(after.rttNs, qint64{123'456});
        }
    }

    void notesComeBackFromHar()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x01, "a", "abcd") + encode(0x80, "b", "abcd"));
        line->received(encode(0x89, ""));
        line->sent(encode(0x81, "c", "abcd"));
        line->end();
        talk.document().setNote(RecordId(4), "see this");
        talk.document().setNote(RecordId(5), "");
        const QString file = talk.path(u"talk.har"_s);
        ExportOptions options;
        options.format = Format::Har;
        QVERIFY(exportToFile(talk.document(), file, Overwrite::No, options).ok());
        const QString to = talk.path(u"back.wscapture"_s);
        QVERIFY(importFile(file, to, Overwrite::No).ok());
        const auto back = capture::Document::open(to);
        QVERIFY(back.ok());
        // The Ping came last before the message of two frames was whole; the message is one frame here.
        QCOMPARE(*(*back)->notes(), (capture::Notes{{RecordId(3), "see this"}, {RecordId(4), ""}}));
    }

    void whatIsWrongIsSaid()
    {
        Talk talk;
        const QString file = talk.path(u"x.pcap"_s);
        const QString to = talk.path(u"x.wscapture"_s);
        QCOMPARE(importFile(file, to, Overwrite::No).error().kind, ErrorKind::NotFound);
        write(file, "this is something else");
        QCOMPARE(importFile(file, to, Overwrite::No).error().kind, ErrorKind::NotACapture);
        QVERIFY(!QFile::exists(to));
        write(file, QByteArray::fromHex("d4c3b2a1020004000000000000000000ffff00000100000001"));
        write(to, "mine");
        QCOMPARE(importFile(file, to, Overwrite::No).error().kind, ErrorKind::InUse);
        const QString link = talk.path(u"link"_s);
        QVERIFY(QFile::link(file, link));
        for (const QString &same : {file, link})
            QCOMPARE(importFile(file, same, Overwrite::Yes).error().kind, ErrorKind::InUse);
        QVERIFY(canImport(file)); // it is as it was
        const Result<ImportSummary> summary = importFile(file, to, Overwrite::Yes);
        QVERIFY(summary.ok());
        QCOMPARE(summary->damage.size(), 1);
        QVERIFY(capture::Document::open(to).ok());
        QCOMPARE(QDir(talk.path({})).entryList({u"*.part*"_s}), QStringList());
    }

    void cancelLeavesNothingBehind()
    {
        Talk talk;
        const auto line = talk.open();
        for (int i = 0; i < 6'000; ++i)
            line->sent(encode(0x81, "x", "abcd"));
        const QString file = talk.path(u"talk.pcapng"_s);
        ExportOptions options;
        options.format = Format::Pcapng;
        QVERIFY(exportToFile(talk.document(), file, Overwrite::No, options).ok());
        const QString to = talk.path(u"back.wscapture"_s);
        QCOMPARE(importFile(file, to, Overwrite::No, [](quint64, quint64) { return false; }).error().kind, ErrorKind::Cancelled);
        QCOMPARE(QDir(talk.path({})).entryList({u"back*"_s}), QStringList());
    }

private:
    static void write(const QString &path, const QByteArray &bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
};

QTEST_GUILESS_MAIN(TestImporter)
#include "tst_importer.moc"
