#include "exchange/importer.h"

#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/recorded.h"
#include "support/testmain.h"
#include "wire/deflate.h"
#include "wire/head.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

/// What was exported as HAR comes back, as far as HAR can hold it; Chromium's own is tests/peers/tst_harpeers'.
class TestHarImport final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void oursComesBack()
    {
        Talk talk;
        const auto one = talk.open(u"ws://127.0.0.1:8765/chat?room=a%20b"_s, Talk::Deflate::Yes, "Cookie: a=b\r\n");
        const auto two = talk.open(u"wss://[::1]:443/"_s);
        wire::Deflater deflater({});
        one->sent(encode(0xc1, deflater.compress("Grüße", wire::MessagePart::Last), "abcd"));
        two->received(encode(0x01, "frag"));
        one->received(encode(0x82, QByteArray("\0\xff", 2)), 123'456'789);
        two->received(encode(0x80, "ments"));
        one->sent(encode(0x89, "ping", "abcd"));
        one->received(encode(0x8a, "ping"));
        two->sent(encode(0x81, "\xff no text", "abcd"));
        two->sent(encode(0x82, QByteArray(2'000'000, 'l'), "abcd"));
        one->sent(encode(0x88, "\x03\xe8", "abcd"));
        one->end();
        two->end();
        const QString file = talk.path(u"talk.har"_s);
        ExportOptions options;
        options.format = Format::Har;
        QVERIFY(exportToFile(talk.document(), file, Overwrite::No, options).ok());
        const auto back = imported(file, talk.path(u"back.wscapture"_s));
        QVERIFY(back);
        const ClockAnchor clock = talk.document().clock();
        const ClockAnchor later = back->clock();
        for (const ConnectionId id : {one->id(), two->id()}) {
            const capture::ConnectionInfo before = *talk.document().connection(id);
            const capture::ConnectionInfo after = *back->connection(id);
            QCOMPARE(after.url, before.url);
            QCOMPARE(after.localAddress, before.localAddress);
            QCOMPARE(after.peerAddress, before.peerAddress);
            QCOMPARE(after.tls, before.tls);
            QCOMPARE(later.toWall(after.opened), clock.toWall(before.opened));
            QCOMPARE(later.toWall(after.closed), clock.toWall(before.closed));
            QCOMPARE(after.closeText, before.closeText);
            QCOMPARE(messages(*back, id), messages(talk.document(), id));
            // Heads: every line, in its order.
            const capture::Record head = recordsOf(talk.document(), id).at(0);
            const capture::Record headBack = recordsOf(*back, id).at(0);
            QCOMPARE(headBack.payload, head.payload);
            QCOMPARE(later.toWall(headBack.header.time), clock.toWall(head.header.time));
            QCOMPARE(recordsOf(*back, id).at(1).payload, recordsOf(talk.document(), id).at(1).payload);
        }
    }

    void entriesInAnyOrder()
    {
        Talk talk;
        const QByteArray har = "{\"log\":{\"entries\":[{\"_webSocketMessages\":[{\"data\":\"early\",\"opcode\":1,\"time\":5.5,\"type\":\"send\"}],"
            "\"request\":{\"url\":\"ws://h/\",\"method\":\"GET\"},\"response\":{\"status\":101}},"
            "{\"request\":{\"url\":\"http://h/\"},\"response\":{\"status\":200}},"
            "{\"request\":{\"url\":\"ws://h/2\"},\"response\":{\"status\":403,\"content\":{\"text\":\"bm8=\",\"encoding\":\"base64\"}},\"startedDateTime\":\"2026-11-25T02:05:20.916Z\","
            "\"_webSocketMessages\":[{\"type\":\"error\",\"time\":1,\"opcode\":1,\"data\":\"x\"},{\"type\":\"send\",\"opcode\":99,\"time\":1,\"data\":\"\"},{\"type\":\"send\"}]}]}}";
        const QString file = write(talk, har);
        Result<ImportSummary> summary = importFile(file, talk.path(u"x.wscapture"_s), Overwrite::No);
        QVERIFY(summary.ok());
        QCOMPARE(summary->connections, quint64{2});
        QVERIFY2(summary->notes.join(u' ').contains(u"An entry that is no WebSocket"_s) && summary->notes.join(u' ').contains(u"3 messages"_s),
                 qPrintable(summary->notes.join(u' ')));
        const auto document = capture::Document::open(talk.path(u"x.wscapture"_s));
        QCOMPARE(messages(**document, ConnectionId(1)), (QStringList{u"5500000000 > 1 early"_s}));
        QCOMPARE(recordsOf(**document, ConnectionId(1)).at(1).header.time, qint64{5'500'000'000});
        const QList<capture::Record> second = recordsOf(**document, ConnectionId(2));
        QCOMPARE(second.at(0).payload, QByteArray("GET /2 HTTP/1.1\r\n\r\n"));
        QCOMPARE(second.at(0).header.time, qint64{1'795'572'320'916'000'000});
        QCOMPARE(second.at(2).payload, QByteArray("no"));
    }

    void whatIsWrongIsSaid()
    {
        Talk talk;
        const QString to = talk.path(u"x.wscapture"_s);
        QCOMPARE(importFile(write(talk, "{\"a\":1}"), to, Overwrite::No).error().kind, ErrorKind::NotACapture);
        QCOMPARE(importFile(write(talk, "{\"log\":"), to, Overwrite::No).error().kind, ErrorKind::NotACapture);
        const Result<ImportSummary> cut =
            importFile(write(talk, "{\"log\":{\"entries\":[{\"request\":{\"url\":\"ws://h/\"},\"response\":{}},{"), to, Overwrite::No);
        QVERIFY(cut.ok());
        QCOMPARE(cut->damage.size(), 1);
        QCOMPARE(cut->connections, quint64{1});
    }

private:
    static std::unique_ptr<capture::Document> imported(const QString &file, const QString &to)
    {
        const Result<ImportSummary> summary = importFile(file, to, Overwrite::No);
        if (!summary) {
            QTest::qFail(qPrintable(summary.error().message), __FILE__, __LINE__);
            return {};
        }
        auto document = capture::Document::open(to);
        return document ? std::move(document).value() : nullptr;
    }

    static QString write(Talk &talk, const QByteArray &bytes)
    {
        QFile file(talk.path(u"x.har"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            QTest::qFail("not written", __FILE__, __LINE__);
        return file.fileName();
    }

    /// Messages and control frames of a connection: time, direction, opcode and bytes as they were meant.
    static QStringList messages(const capture::Document &document, ConnectionId id)
    {
        QStringList all;
        QHash<Direction, std::pair<int, QByteArray>> open;
        for (const capture::Record &record : recordsOf(document, id)) {
            if (record.header.kind != wire::RecordKind::Frame)
                continue;
            const wire::FrameHeader &frame = record.header.frame;
            const auto line = [&](int opcode, const QByteArray &bytes) {
                all += u"%1 %2 %3 "_s.arg(document.clock().toWall(record.header.time)).arg(record.header.direction == Direction::Sent ? u">"_s : u"<"_s).arg(opcode)
                    + QString::fromLatin1(bytes);
            };
            if (wire::isControl(frame.opcode)) {
                line(int(frame.opcode), record.payload);
                continue;
            }
            auto &[opcode, bytes] = open[record.header.direction];
            opcode = frame.opcode == wire::Opcode::Continuation ? opcode : int(frame.opcode);
            bytes += record.bytes(capture::PayloadForm::Meant);
            if (frame.fin)
                line(opcode, std::exchange(bytes, {}));
        }
        return all;
    }
};

QTEST_GUILESS_MAIN(TestHarImport)
#include "tst_harimport.moc"
