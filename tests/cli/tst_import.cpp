#include "support/program.h"
#include "support/testmain.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

/// A capture that a real conversation left goes out as packets and comes back.
class TestImport final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void initTestCase()
    {
        m_file = m_folder.filePath(u"talk.wscapture"_s);
        Program host(wswPath(), {u"serve"_s, u"--port"_s, u"0"_s, u"--compress"_s, u"--json"_s});
        QVERIFY(host.start());
        const QString url = host.readJson().value(u"listening"_s).toString();
        const std::unique_ptr<Program> client =
            runToEnd(wswPath(), {u"connect"_s, url, u"--compress"_s, u"--capture"_s, m_file}, "Hello server!\n" + QByteArray(200, 'x') + '\n');
        QCOMPARE(client->exitCode(), std::optional(0));
        QCOMPARE(runToEnd(wswPath(), {u"export"_s, m_file, u"--to"_s, m_folder.filePath(u"talk.pcapng"_s)})->exitCode(), std::optional(0));
    }

    void theSameFrames()
    {
        const QString to = m_folder.filePath(u"back.wscapture"_s);
        QVERIFY(run({m_folder.filePath(u"talk.pcapng"_s), u"--to"_s, to}, 0, " records of 1 connection, in "));
        QCOMPARE(frames(to), frames(m_file));
        QVERIFY(frames(to).count('\n') >= 6);
    }

    void namesAndOverwriting()
    {
        const QString from = m_folder.filePath(u"copy.one.pcapng"_s);
        QVERIFY(QFile::copy(m_folder.filePath(u"talk.pcapng"_s), from));
        QVERIFY(run({from}, 0, "copy.one.wscapture"));
        QVERIFY(run({from}, 2, "--force"));
        QVERIFY(run({from, u"--force"_s}, 0, "copy.one.wscapture"));
    }

    void canBeShownAndExportedWithoutACapture()
    {
        const QString packets = m_folder.filePath(u"talk.pcapng"_s);
        const QByteArray shown = runToEnd(wswPath(), {u"show"_s, packets, u"--filter"_s, u"opcode == text"_s})->restOfOutput();
        QVERIFY2(shown.contains("Hello server!"), shown.constData());
        QCOMPARE(shown.count('\n'), 4);
        QCOMPARE(frames(packets), frames(m_file));
        QVERIFY(!QFile::exists(m_folder.filePath(u"talk.wscapture-wal"_s)));
        const std::unique_ptr<Program> missing = runToEnd(wswPath(), {u"show"_s, u"/nowhere.pcap"_s});
        QCOMPARE(missing->exitCode(), std::optional(2));
        QVERIFY(missing->errors().contains("/nowhere.pcap"));
    }

    void aDamagedFileIsShownAsFarAsItGoes()
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"show"_s, cutFile()});
        QVERIFY(wsw->restOfOutput().contains("Hello server!"));
        QCOMPARE(wsw->exitCode(), std::optional(1));
        QVERIFY(wsw->errors().contains("cannot be read to its end"));
    }

    void saysWhatIsWrong()
    {
        QVERIFY(run({u"/nowhere.pcap"_s}, 2, "/nowhere.pcap"));
        QVERIFY(run({m_file, u"--to"_s, m_folder.filePath(u"x.wscapture"_s)}, 2, "neither pcap nor pcapng nor HAR"));
        QVERIFY(run({cutFile()}, 1, "cannot be read to its end: it ends within a block."));
        QVERIFY(QFile::exists(m_folder.filePath(u"cut.wscapture"_s)));
    }

private:
    /// The packets, but for the last bytes of the last.
    QString cutFile() const
    {
        QFile whole(m_folder.filePath(u"talk.pcapng"_s));
        QFile cut(m_folder.filePath(u"cut.pcapng"_s));
        if (!whole.open(QIODevice::ReadOnly) || !cut.open(QIODevice::WriteOnly) || cut.write(whole.readAll().chopped(10)) <= 0)
            qFatal("cannot cut the packets");
        return cut.fileName();
    }

    static QByteArray frames(const QString &file)
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"export"_s, file, u"--to"_s, u"-"_s, u"--format"_s, u"csv"_s, u"--filter"_s, u"kind == frame"_s});
        QByteArray lines;
        // All but what others could not know: round trips of echoes are the asking program's own.
        for (const QByteArray &line : wsw->restOfOutput().split('\n')) {
            const QList<QByteArray> cells = line.split(',');
            if (cells.size() > 30)
                lines += cells.mid(0, 27).join(',') + ' ' + cells.mid(29).join(',') + '\n';
        }
        return lines;
    }

    bool run(const QStringList &words, int code, const QByteArray &said) const
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), QStringList{u"import"_s} + words);
        const QByteArray errors = wsw->errors();
        const bool good = wsw->exitCode() == code && errors.contains(said) && wsw->restOfOutput().isEmpty();
        if (!good)
            qInfo("%s", errors.constData());
        return good;
    }

    QTemporaryDir m_folder;
    QString m_file;
};

QTEST_GUILESS_MAIN(TestImport)
#include "tst_import.moc"
