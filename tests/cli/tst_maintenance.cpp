#include "support/program.h"
#include "support/testmain.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// `wsw compact` and `wsw repair` on a capture that a real conversation left.
class TestMaintenance final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void initTestCase()
    {
        m_file = m_folder.filePath(u"talk.wscapture"_s);
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        QByteArray lines;
        for (int i = 0; i < 500; ++i)
            lines += "message " + QByteArray::number(i) + " of a long conversation, again and again\n";
        const std::unique_ptr<Program> client = runToEnd(wswPath(), {u"connect"_s, url, u"--capture"_s, m_file}, lines);
        QCOMPARE(client->exitCode(), std::optional(0));
    }

    void compactsIntoAnotherFile()
    {
        const QString out = m_folder.filePath(u"compact.wscapture"_s);
        QVERIFY(run({u"compact"_s, m_file, out}, 0, "frames are kept"));
        QCOMPARE(shown(out), shown(m_file));
        QVERIFY(run({u"compact"_s, m_file, out}, 2, "--force"));
        QVERIFY(run({u"compact"_s, m_file, out, u"--force"_s, u"--json"_s}, 0, "\"bytesAfter\":"));
    }

    void compactsInPlace()
    {
        const QString copy = copyOf(u"inplace.wscapture"_s);
        const QByteArray before = shown(copy);
        QVERIFY(run({u"compact"_s, copy}, 0, "blocks before"));
        QCOMPARE(shown(copy), before);
    }

    void damagedIsNotCompactedButRepaired()
    {
        const QString copy = copyOf(u"damaged.wscapture"_s);
        exec(copy, "UPDATE block_data SET data = zeroblob(length(data)) WHERE first = 1");
        const QByteArray before = content(copy);
        QVERIFY(run({u"compact"_s, copy}, 1, "wsw repair"));
        const QString out = m_folder.filePath(u"repaired.wscapture"_s);
        QVERIFY(run({u"repair"_s, copy, out}, 1, "lost"));
        QVERIFY(content(copy) == before);
        QVERIFY(run({u"repair"_s, copy, out}, 2, "--force"));
        const std::unique_ptr<Program> again = runToEnd(wswPath(), {u"repair"_s, copy, out, u"--force"_s, u"--json"_s});
        QCOMPARE(again->exitCode(), std::optional(1));
        const QJsonObject report = QJsonDocument::fromJson(again->restOfOutput()).object();
        QCOMPARE(report.value(u"whole"_s), QJsonValue(false));
        QVERIFY(report.value(u"lostRecords"_s).toInt() > 0);
        QCOMPARE(report.value(u"lost"_s).toArray().first().toObject().value(u"first"_s).toInt(), 1);
    }

    void soundIsRepairedWhole()
    {
        const QString out = m_folder.filePath(u"whole.wscapture"_s);
        QVERIFY(run({u"repair"_s, m_file, out}, 0, "All "));
        QCOMPARE(shown(out), shown(m_file));
    }

    void limitOfSize()
    {
        const QString limited = m_folder.filePath(u"limited.wscapture"_s);
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--behaviour"_s, u"silent"_s, u"--json"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        QByteArray lines;
        quint32 state = 1;
        for (int i = 0; i < 4'000; ++i) {   // some 4 MB that do not compress
            lines += QByteArray::number(i) + ' ';
            for (int j = 0; j < 1'000; ++j)
                lines += static_cast<char>('0' + ((state = state * 1664525u + 1013904223u) >> 16) % 75);
            lines += '\n';
        }
        const std::unique_ptr<Program> client =
            runToEnd(wswPath(), {u"connect"_s, url, u"--capture"_s, limited, u"--size-limit"_s, u"1M"_s}, lines);
        const QByteArray said = client->errors();
        QCOMPARE(client->exitCode(), std::optional(0));
        QVERIFY2(said.contains("limited.archive-1.wscapture"), said.constData());
        const QList<QByteArray> all = shown(limited).trimmed().split('\n');
        QVERIFY(all.size() > 4'000);
        for (qsizetype i = 0; i < all.size(); ++i)
            QCOMPARE(QJsonDocument::fromJson(all.at(i)).object().value(u"number"_s).toInteger(), i + 1);
        QVERIFY(!shown(limited).contains("\"lost\":true"));
        // Compacted into another folder, it has them with it.
        QVERIFY(QDir(m_folder.path()).mkdir(u"elsewhere"_s));
        const QString compact = m_folder.filePath(u"elsewhere/compact.wscapture"_s);
        QVERIFY(run({u"compact"_s, limited, compact, u"--json"_s}, 0, "\"archivesCopied\":[\"compact.archive-1.wscapture\""));
        QCOMPARE(shown(compact), shown(limited));
        // Alone, it says where the others are.
        const QString alone = m_folder.filePath(u"alone.wscapture"_s);
        QVERIFY(QFile::copy(limited, alone) && QFile::rename(m_folder.filePath(u"limited.archive-1.wscapture"_s), m_folder.filePath(u"away"_s)));
        QVERIFY(run({u"show"_s, alone}, 1, "limited.archive-1.wscapture"));
    }

    void saysWhatIsWrong()
    {
        const QString out = m_folder.filePath(u"none.wscapture"_s);
        QVERIFY(run({u"compact"_s, u"/nowhere.wscapture"_s}, 2, "/nowhere.wscapture"));
        QVERIFY(run({u"compact"_s}, 2, "needs FILE"));
        QVERIFY(run({u"compact"_s, m_file, out, u"more"_s}, 2, "no use for \"more\""));
        QVERIFY(run({u"repair"_s, m_file}, 2, "needs OUT"));
        for (const QString &size : {u"1"_s, u"0"_s, u"-5M"_s, u"1X"_s, u""_s, u"99999999999G"_s, u"1023K"_s})
            QVERIFY(run({u"connect"_s, u"ws://127.0.0.1:9"_s, u"--capture"_s, out, u"--size-limit"_s, size}, 2, "500M"));
        QVERIFY(run({u"connect"_s, u"ws://127.0.0.1:9"_s, u"--size-limit"_s, u"2M"_s}, 2, "--capture"));
        QVERIFY(run({u"repair"_s, u"/nowhere.wscapture"_s, out}, 2, "/nowhere.wscapture"));
        QVERIFY(run({u"repair"_s, m_file, m_file}, 2, "another file"));
        QVERIFY(run({u"repair"_s, m_file, u"/no/folder/out.wscapture"_s}, 2, "/no/folder/out.wscapture"));
        QVERIFY(!QFile::exists(out));
    }

private:
    bool run(const QStringList &words, int code, const QByteArray &said) const
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), words);
        const QByteArray all = wsw->restOfOutput() + wsw->errors();
        const bool good = wsw->exitCode() == code && all.contains(said);
        if (!good)
            qInfo("%s", all.constData());
        return good;
    }

    static QByteArray shown(const QString &path) { return runToEnd(wswPath(), {u"show"_s, path, u"--json"_s})->restOfOutput(); }

    static QByteArray content(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QString copyOf(const QString &name) const
    {
        const QString path = m_folder.filePath(name);
        return QFile::copy(m_file, path) ? path : QString();
    }

    static void exec(const QString &path, const char *sql)
    {
        sqlite3 *database = nullptr;
        QCOMPARE(sqlite3_open(path.toUtf8().constData(), &database), SQLITE_OK);
        QCOMPARE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(database);
    }

    QTemporaryDir m_folder;
    QString m_file;
};

QTEST_GUILESS_MAIN(TestMaintenance)
#include "tst_maintenance.moc"
