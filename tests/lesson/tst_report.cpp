#include "lesson/report.h"

#include "exchange/records.h"
#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

class TestReport final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void everyRecordIsExplained()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "Hello", "abcd"));
        line->received(encode(0xc1, "x"));
        line->end();
        const exchange::Explain explain = lesson::reportNotes(talk.document());
        QList<QList<exchange::ReportNote>> all;
        QVERIFY(exchange::forEachRecord(talk.document(), [&](const capture::Record &record) {
                    all += explain(record);
                    return true;
                }).ok());
        QCOMPARE(all.size(), 6);
        for (const QList<exchange::ReportNote> &notes : all)
            QVERIFY(!notes.isEmpty() && !notes.first().title.isEmpty() && !notes.first().text.isEmpty());
        // Heads line by line; the answer is judged against the request.
        QCOMPARE(titles(all.at(0)).count(u"Sec-WebSocket-Key"_s), 1);
        const auto accept = std::ranges::find(all.at(1), u"Sec-WebSocket-Accept"_s, &exchange::ReportNote::title);
        QVERIFY(accept != all.at(1).end() && accept->judgement.startsWith(u"Right: "));
        // What breaks a rule says so.
        QCOMPARE(std::ranges::count(all.at(2), true, &exchange::ReportNote::isWrong), 0);
        QVERIFY(std::ranges::count(all.at(3), true, &exchange::ReportNote::isWrong) > 0);
    }

    void contextFollowsTheConnection()
    {
        capture::RecordHeader record;
        record.direction = Direction::Received;
        QCOMPARE(lesson::contextOf(record, std::nullopt).sender, Role::Server);
        capture::ConnectionInfo info;
        info.localRole = Role::Server;
        info.extensions = u"permessage-deflate"_s;
        const lesson::FrameContext context = lesson::contextOf(record, info);
        QCOMPARE(context.sender, Role::Client);
        QVERIFY(context.deflateAgreed && context.deflate);
        QVERIFY(!lesson::contextOf(record, capture::ConnectionInfo()).deflateAgreed);
    }

private:
    static QStringList titles(const QList<exchange::ReportNote> &notes)
    {
        QStringList all;
        for (const exchange::ReportNote &note : notes)
            all += note.title;
        return all;
    }
};

QTEST_GUILESS_MAIN(TestReport)
#include "tst_report.moc"
