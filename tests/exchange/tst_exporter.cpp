#include "exchange/exporter.h"

#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QBuffer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

class TestExporter final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void formatsByNameAndEnding()
    {
        QCOMPARE(formatNamed(u"csv"), std::optional(Format::Csv));
        QCOMPARE(formatNamed(u"doc"), std::nullopt);
        QCOMPARE(formatOfFile(u"a/b.JSONL"_s), std::optional(Format::JsonLines));
        QCOMPARE(formatOfFile(u"jsonl"_s), std::nullopt);
        for (const FormatInfo &info : formats())
            QCOMPARE(&formatInfo(info.format), &info);
    }

    void onlyWhatMatches()
    {
        Talk talk;
        fill(talk);
        ExportOptions options;
        options.filter = *capture::Filter::parse(u"opcode == ping"_s, nullptr);
        QCOMPARE(lines(talk, options).size(), 1);
        options.filter = {};
        QCOMPARE(lines(talk, options).size(), 2 + 4);
        options.unit = Unit::Messages;
        const QList<QJsonObject> messages = lines(talk, options);
        QCOMPARE(messages.size(), 2);
        QCOMPARE(messages.at(0).value(u"payload"_s).toString(), u"token=secret!"_s);
        QCOMPARE(messages.at(0).value(u"frames"_s).toInt(), 2);
        options.filter = *capture::Filter::parse(u"text contains answer"_s, nullptr);
        QCOMPARE(lines(talk, options).size(), 1);
    }

    void secretsOnRequest()
    {
        Talk talk;
        fill(talk);
        ExportOptions options;
        options.secrets = Secrets::Masked;
        ExportSummary summary;
        const QList<QJsonObject> frames = lines(talk, options, &summary);
        QCOMPARE(frames.at(2).value(u"payload"_s).toString() + frames.at(4).value(u"payload"_s).toString(), u"token=*******"_s);
        QCOMPARE(summary.masked, quint64{2});   // one in each of two frames
        options.unit = Unit::Messages;
        QCOMPARE(lines(talk, options, &summary).at(0).value(u"payload"_s).toString(), u"token=*******"_s);
    }

    void aFileIsThereWhenItIsWhole()
    {
        Talk talk;
        fill(talk);
        const QString path = talk.path(u"out.jsonl"_s);
        ExportOptions options;
        QVERIFY(exportToFile(talk.document(), path, Overwrite::No, options).ok());
        const Result<ExportSummary> again = exportToFile(talk.document(), path, Overwrite::No, options);
        QVERIFY(!again);
        QCOMPARE(again.error().kind, ErrorKind::InUse);
        QVERIFY(exportToFile(talk.document(), path, Overwrite::Yes, options).ok());
        QCOMPARE(exportToFile(talk.document(), talk.document().path(), Overwrite::Yes, options).error().kind, ErrorKind::InUse);
        QCOMPARE(exportToFile(talk.document(), talk.path(u"no/where.csv"_s), Overwrite::No, options).error().kind, ErrorKind::Permission);
    }

    void cancelLeavesNothingBehind()
    {
        Talk talk;
        const auto line = talk.open();
        for (int i = 0; i < 10'000; ++i)
            line->sent(encode(0x81, "x", "abcd"));
        const QString path = talk.path(u"out.csv"_s);
        ExportOptions options;
        options.format = Format::Csv;
        quint64 total = 0;
        const Result<ExportSummary> summary = exportToFile(talk.document(), path, Overwrite::No, options, [&total](quint64, quint64 all) {
            total = all;
            return false;
        });
        QVERIFY(!summary);
        QCOMPARE(summary.error().kind, ErrorKind::Cancelled);
        QCOMPARE(total, quint64{10'002});
        QVERIFY(!QFile::exists(path));
        QCOMPARE(QDir(QFileInfo(path).path()).entryList({u"*csv*"_s}, QDir::Files | QDir::Hidden), QStringList());
    }

    /// Of the passes before the one that writes as well.
    void everyPassTellsAndCanBeStopped_data()
    {
        QTest::addColumn<Format>("format");
        QTest::addColumn<QString>("filter");
        QTest::addColumn<int>("passes");
        QTest::newRow("frames") << Format::Csv << QString() << 2;
        QTest::newRow("connections and frames") << Format::Pcapng << u"opcode == text"_s << 3;
        QTest::newRow("har") << Format::Har << QString() << 1;
    }

    void everyPassTellsAndCanBeStopped()
    {
        QFETCH(const Format, format);
        QFETCH(const QString, filter);
        QFETCH(const int, passes);
        Talk talk;
        const auto line = talk.open();
        for (int i = 0; i < 5'000; ++i)
            line->sent(encode(0x81, "x", "abcd"));
        ExportOptions options;
        options.format = format;
        options.secrets = Secrets::Masked;
        options.filter = *capture::Filter::parse(filter, nullptr);
        for (int stopAt = 1; stopAt <= passes; ++stopAt) {
            QList<quint64> told;
            QBuffer buffer;
            QVERIFY(buffer.open(QIODevice::WriteOnly));
            const Result<ExportSummary> summary = exportCapture(talk.document(), buffer, options, [&](quint64 done, quint64 total) {
                told += done;
                return total != static_cast<quint64>(passes) * 5'002 || told.size() != stopAt;
            });
            QVERIFY(!summary);
            QCOMPARE(summary.error().kind, ErrorKind::Cancelled);
            QCOMPARE(told.size(), stopAt);
            QCOMPARE(told.last(), static_cast<quint64>(stopAt - 1) * 5'002 + 4'096);
        }
    }

    void binaryFormatsAreSaidToBeSearchedAsText()
    {
        Talk talk;
        fill(talk);
        ExportOptions options;
        options.secrets = Secrets::Masked;
        ExportSummary summary;
        (void)lines(talk, options, &summary);
        QCOMPARE(summary.notes, QStringList());
        talk.open()->sent(encode(0x82, "\x81\xa5token\xa3" "abc", "abcd"));
        (void)lines(talk, options, &summary);
        QCOMPARE(summary.notes.size(), 1);
        QVERIFY(summary.notes.first().startsWith(u"Binary messages"_s));
    }

    void notesOfMessages()
    {
        Talk talk;
        fill(talk);
        talk.document().setNote(RecordId(5), "why token=abc now?");
        ExportOptions options;
        options.unit = Unit::Messages;
        QCOMPARE(lines(talk, options).at(0).value(u"note"_s).toString(), u"why token=abc now?"_s);
        QVERIFY(!lines(talk, options).at(1).contains(u"note"_s));
        options.secrets = Secrets::Masked;
        ExportSummary summary;
        QCOMPARE(lines(talk, options, &summary).at(0).value(u"note"_s).toString(), u"why token=*** now?"_s);
        QCOMPARE(summary.masked, quint64(2));
    }

private:
    static void fill(Talk &talk)
    {
        const auto line = talk.open();
        line->sent(encode(0x01, "token=sec", "abcd"));
        line->received(encode(0x89, "p"));
        line->sent(encode(0x80, "ret!", "abcd"));
        line->received(encode(0x81, "answer"));
    }

    static QList<QJsonObject> lines(Talk &talk, const ExportOptions &options, ExportSummary *summary = nullptr)
    {
        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        const Result<ExportSummary> written = exportCapture(talk.document(), buffer, options);
        if (!written)
            QTest::qFail(qPrintable(written.error().message), __FILE__, __LINE__);
        else if (summary)
            *summary = *written;
        QList<QJsonObject> objects;
        for (const QByteArray &line : buffer.data().split('\n')) {
            if (!line.isEmpty())
                objects += QJsonDocument::fromJson(line).object();
        }
        if (written && written->written != static_cast<quint64>(objects.size()))
            QTest::qFail("the summary counts otherwise", __FILE__, __LINE__);
        return objects;
    }
};

QTEST_GUILESS_MAIN(TestExporter)
#include "tst_exporter.moc"
