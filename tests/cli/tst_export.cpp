#include "support/program.h"
#include "support/testmain.h"

#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// A capture that a real conversation left, written for others.
class TestExport final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void initTestCase()
    {
        m_file = m_folder.filePath(u"talk.wscapture"_s);
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString() + u"/?token=abc"_s;
        const std::unique_ptr<Program> client =
            runToEnd(wswPath(), {u"connect"_s, url, u"--capture"_s, m_file}, "Hello server!\nagain, \"twice\"\n");
        QCOMPARE(client->exitCode(), std::optional(0));
    }

    void jsonLinesAreWhatShowPrints()
    {
        const QString to = m_folder.filePath(u"out.jsonl"_s);
        QVERIFY(run({m_file, u"--to"_s, to}, 0));
        const std::unique_ptr<Program> shown = runToEnd(wswPath(), {u"show"_s, m_file, u"--json"_s});
        QCOMPARE(read(to), shown->restOfOutput());
    }

    void standardOutput()
    {
        const std::unique_ptr<Program> wsw = runToEnd(
            wswPath(), {u"export"_s, m_file, u"--to"_s, u"-"_s, u"--format"_s, u"jsonl"_s, u"--messages"_s, u"--filter"_s, u"dir == sent"_s});
        QCOMPARE(wsw->exitCode(), std::optional(0));
        const QList<QByteArray> lines = wsw->restOfOutput().trimmed().split('\n');
        QCOMPARE(lines.size(), 2);
        QCOMPARE(QJsonDocument::fromJson(lines.at(1)).object().value(u"payload"_s).toString(), u"again, \"twice\""_s);
    }

    /// Read by a program that is not ours.
    void csvForOthers()
    {
        const QString to = m_folder.filePath(u"out.csv"_s);
        QVERIFY(run({m_file, u"--to"_s, to, u"--messages"_s, u"--filter"_s, u"dir == sent"_s}, 0));
        const std::unique_ptr<Program> python = runToEnd(
            u"/usr/bin/python3"_s, {u"-c"_s, u"import csv, json, sys\nprint(json.dumps([row['payload'] for row in csv.DictReader(open(sys.argv[1], "
                                             "newline='', encoding='utf-8'), strict=True)]))"_s, to});
        QCOMPARE(python->restOfOutput().trimmed(), QByteArray("[\"Hello server!\", \"again, \\\"twice\\\"\"]"));
    }

    void masksOnRequest()
    {
        const QString to = m_folder.filePath(u"masked.jsonl"_s);
        QVERIFY(run({m_file, u"--to"_s, to, u"--mask-secrets"_s}, 0, "1 secret was masked."));
        QVERIFY(read(to).contains("/?token=*** HTTP/1.1"));
    }

    void neverOverwritesUnasked()
    {
        const QString to = m_folder.filePath(u"there.csv"_s);
        QFile file(to);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("mine") == 4);
        file.close();
        QVERIFY(run({m_file, u"--to"_s, to}, 2, "--force"));
        QCOMPARE(read(to), QByteArray("mine"));
        QVERIFY(run({m_file, u"--to"_s, to, u"--force"_s}, 0));
        QVERIFY(read(to).startsWith("number,"));
    }

    void saysWhatIsWrong()
    {
        QVERIFY(run({m_file}, 2, "--to FILE"));
        QVERIFY(run({m_file, u"--to"_s, u"out"_s}, 2, "--format jsonl"));
        QVERIFY(run({m_file, u"--to"_s, u"out"_s, u"--format"_s, u"doc"_s}, 2, "no format \"doc\""));
        QVERIFY(run({m_file, u"--to"_s, u"/nowhere/out.csv"_s}, 2, "/nowhere/out.csv"));
        QVERIFY(run({m_file, u"--to"_s, u"out.csv"_s, u"--filter"_s, u"opcode =="_s}, 2, "^"));
        QVERIFY(run({u"/nowhere.wscapture"_s, u"--to"_s, u"out.csv"_s}, 2, "/nowhere.wscapture"));
    }

private:
    bool run(const QStringList &words, int code, const QByteArray &said = {}) const
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), QStringList{u"export"_s} + words);
        const QByteArray errors = wsw->errors();
        const bool good = wsw->exitCode() == code && errors.contains(said) && wsw->restOfOutput().isEmpty() && (said.isEmpty() == errors.isEmpty());
        if (!good)
            qInfo("%s", errors.constData());
        return good;
    }

    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
    QString m_file;
};

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
