#include "exchangeactions.h"
#include "models/framelogmodel.h"
#include "scans.h"
#include "theme/theme.h"
#include "widgets/noticebar.h"

#include "desktop/workspaces.h"
#include "recording.h"
#include "exchange/talks.h"
#include "support/blockedpool.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QPushButton>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::desktop;

class TestExchangeActions final : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::Talk> m_talk;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<QWidget> m_window;
    std::unique_ptr<FrameLogModel> m_log;
    NoticeBar *m_notices = nullptr;
    ExchangeActions *m_actions = nullptr;

    [[nodiscard]] QByteArray contentOf(const QString &name) const
    {
        QFile file(m_talk->path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_exchangeactions");
        Theme::instance().apply(SchemeChoice::Light);
    }

    void init()
    {
        test::failOnWarnings();
        m_talk = std::make_unique<test::Talk>();
        for (int i = 0; i < 2; ++i) {
            const auto line = m_talk->open();
            line->sent(test::encode(0x81, i == 0 ? "{\"password\": \"hunter2hunter2\"}" : "Hello", "abcd"));
            line->received(test::encode(0x88, "\x03\xe8"));
            line->end();
        }
        m_workspace = std::make_unique<Workspace>();
        QVERIFY(test::openCapture(*m_workspace, m_talk->close()).ok());
        m_window = std::make_unique<QWidget>();
        m_notices = new NoticeBar(m_window.get());
        m_log = std::make_unique<FrameLogModel>();
        m_actions = new ExchangeActions(m_workspace.get(), m_notices, [this] { return m_log.get(); }, m_window.get());
    }

    void cleanup()
    {
        m_window.reset();
        m_log.reset();
        m_workspace.reset();
    }

    void exportsInAWorker()
    {
        QSignalSpy exported(m_actions, &ExchangeActions::exported);
        QSignalSpy busy(m_actions, &ExchangeActions::busyChanged);
        m_actions->exportTo(m_talk->path(u"all.jsonl"_s), {});
        QVERIFY(!m_actions->exportAction()->isEnabled());
        QTRY_COMPARE(exported.count(), 1);
        QCOMPARE(exported.first().first(), QVariant(true));
        QVERIFY(m_actions->exportAction()->isEnabled());
        QVERIFY(busy.last().first().toString().isEmpty());
        QCOMPARE(contentOf(u"all.jsonl"_s).count('\n'), qsizetype(m_workspace->document()->received()));
        QVERIFY(m_notices->message().contains(u"all.jsonl"_s));
        // The ending decides; what is explained comes along.
        m_actions->exportTo(m_talk->path(u"all.html"_s), {});
        QTRY_COMPARE(exported.count(), 2);
        QVERIFY(contentOf(u"all.html"_s).contains("Opening request"));
    }

    void exportsWhatIsAskedFor()
    {
        // Of one connection, what passes the filter.
        exchange::ExportOptions options;
        options.filter = capture::Filter::parse(u"opcode == text"_s, nullptr).value();
        options.connections = QSet{m_workspace->document()->connections().first().id};
        QSignalSpy exported(m_actions, &ExchangeActions::exported);
        m_actions->exportTo(m_talk->path(u"some.jsonl"_s), options);
        QTRY_COMPARE(exported.count(), 1);
        QCOMPARE(contentOf(u"some.jsonl"_s).count('\n'), 1);
        QVERIFY(contentOf(u"some.jsonl"_s).contains("hunter2"));
        options.secrets = exchange::Secrets::Masked;
        m_actions->exportTo(m_talk->path(u"some.jsonl"_s), options);
        QTRY_COMPARE(exported.count(), 2);
        QVERIFY(!contentOf(u"some.jsonl"_s).contains("hunter2"));
        QVERIFY(m_notices->message().contains(u"masked"_s) || m_window->findChildren<QLabel *>().size() > 0);
    }

    void saysWhyItCouldNot()
    {
        QSignalSpy exported(m_actions, &ExchangeActions::exported);
        m_actions->exportTo(m_talk->path(u"no/such/folder/x.csv"_s), {});
        QTRY_COMPARE(exported.count(), 1);
        QCOMPARE(exported.first().first(), QVariant(false));
        QVERIFY(m_notices->message().contains(u"x.csv"_s));
        const auto buttons = m_notices->findChildren<QPushButton *>();
        QVERIFY(std::ranges::any_of(buttons, [](const QPushButton *button) { return button->text().startsWith(u"Export elsewhere"_s); }));
    }

    void canBeCancelled()
    {
        QSignalSpy exported(m_actions, &ExchangeActions::exported);
        {
            const test::BlockedPool blocked(m_workspace->scans().pool());
            m_actions->exportTo(m_talk->path(u"cut.csv"_s), {});
            const auto cancel = [this]() -> QPushButton * {
                for (QPushButton *button : m_notices->findChildren<QPushButton *>()) {
                    if (button->text() == u"Cancel"_s)
                        return button;
                }
                return nullptr;
            };
            QTRY_VERIFY(cancel() != nullptr);
            cancel()->click();
        }
        QTRY_COMPARE(exported.count(), 1);
        // A file of a few records may be through before it looks; one that was cancelled is not there.
        QCOMPARE(QFile::exists(m_talk->path(u"cut.csv"_s)), exported.first().first().toBool());
    }

    void goesOnWhenAnotherCaptureIsShown()
    {
        test::Talk large;
        const auto line = large.open();
        for (int i = 0; i < 10'000; ++i)
            line->sent(test::encode(0x81, "x", "abcd"));
        QVERIFY(test::openCapture(*m_workspace, large.close()).ok());
        QSignalSpy exported(m_actions, &ExchangeActions::exported);
        {
            const test::BlockedPool blocked(m_workspace->scans().pool());
            m_actions->exportTo(m_talk->path(u"large.jsonl"_s), {});
            QVERIFY(test::openCapture(*m_workspace, m_talk->path(u"talk.wscapture"_s)).ok());
        }
        QTRY_COMPARE(exported.count(), 1);
        QCOMPARE(exported.first().first(), QVariant(true));
        QCOMPARE(contentOf(u"large.jsonl"_s).count('\n'), qsizetype(10'002));
    }

    void importsBesideTheFile()
    {
        QSignalSpy exported(m_actions, &ExchangeActions::exported);
        m_actions->exportTo(m_talk->path(u"talk.pcapng"_s), {});
        QTRY_COMPARE(exported.count(), 1);
        QSignalSpy imported(m_actions, &ExchangeActions::imported);
        m_actions->importPath(m_talk->path(u"talk.pcapng"_s));
        QVERIFY(!m_actions->importAction()->isEnabled());
        QTRY_COMPARE(imported.count(), 1);
        // talk.wscapture is the capture itself.
        QCOMPARE(imported.first().first().toString(), m_talk->path(u"talk 2.wscapture"_s));
        QVERIFY2(m_notices->message().startsWith(u"2 connections"_s), qPrintable(m_notices->message()));
        const auto document = capture::Document::open(m_talk->path(u"talk 2.wscapture"_s));
        QVERIFY(document.ok());
        QCOMPARE((*document)->connections().size(), 2);
    }

    void whatCannotBeImported()
    {
        QFile file(m_talk->path(u"x.pcap"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("not packets") > 0);
        file.close();
        m_actions->importPath(m_talk->path(u"x.pcap"_s));
        QTRY_VERIFY(m_notices->count() == 1 && m_actions->importAction()->isEnabled());
        QVERIFY(!QFile::exists(m_talk->path(u"x.wscapture"_s)));
    }

    void theDialogAsks()
    {
        LogView view;
        view.filter = capture::Filter::parse(u"opcode == text"_s, nullptr).value();
        ExportDialog dialog(view);
        auto *format = dialog.findChild<QComboBox *>(u"exportFormat"_s);
        auto *what = dialog.findChild<QComboBox *>(u"exportWhat"_s);
        auto *unit = dialog.findChild<QComboBox *>(u"exportUnit"_s);
        auto *mask = dialog.findChild<QCheckBox *>(u"exportMask"_s);
        QCOMPARE(format->count(), int(exchange::formats().size()));
        // What is shown is meant, and secrets stay here, unless somebody says otherwise.
        QCOMPARE(dialog.options().filter.text(), u"opcode == text"_s);
        QCOMPARE(dialog.options().secrets, exchange::Secrets::Masked);
        unit->setCurrentIndex(1);
        QCOMPARE(dialog.options().unit, exchange::Unit::Messages);
        format->setCurrentIndex(format->findData(int(exchange::Format::Pcapng)));
        QVERIFY(!unit->isEnabled());
        QCOMPARE(dialog.options().unit, exchange::Unit::Frames);
        what->setCurrentIndex(0);
        QVERIFY(dialog.options().filter.matchesEverything());
        mask->setChecked(false);
        QCOMPARE(dialog.options().secrets, exchange::Secrets::Kept);
        QCOMPARE(ExportDialog(LogView()).findChild<QComboBox *>(u"exportWhat"_s)->count(), 1);
    }
};

QTEST_MAIN(TestExchangeActions)
#include "tst_exchangeactions.moc"
