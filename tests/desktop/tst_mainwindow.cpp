#include "capture/document.h"
#include "documentactions.h"
#include "mainwindow.h"
#include "theme/theme.h"
#include "widgets/noticebar.h"
#include "workspace.h"

#include "recording.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"

#include <QApplication>
#include <QMenu>
#include <QSettings>
#include <QTest>

using namespace wsw;
using namespace wsw::desktop;

class TestMainWindow final : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<MainWindow> m_window;

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_mainwindow");
        Theme::instance().apply(SchemeChoice::Light);
    }

    void init()
    {
        test::failOnWarnings();
        QSettings().clear();
        m_workspace = std::make_unique<Workspace>();
        m_window = std::make_unique<MainWindow>(m_workspace.get());
        QVERIFY(test::beginCapture(*m_workspace).ok());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QTRY_VERIFY(m_window->documents() != nullptr);
    }

    void cleanup()
    {
        m_window.reset();
        m_workspace->document()->discard();
        m_workspace.reset();
    }

    void closesWhenTheCopyIsSaved()
    {
        m_window->documents()->saveTo(m_folder.filePath(QStringLiteral("saved.wscapture")));
        QVERIFY(!m_window->close());
        QVERIFY(m_window->isVisible());
        QTRY_VERIFY(!m_window->isVisible());
        QVERIFY(!m_workspace->document()->isAutomatic());
    }

    void columnsAreChosenByKeyboard()
    {
        auto *menu = m_window->findChild<QMenu *>(QStringLiteral("columnsMenu"));
        QVERIFY(menu);
        Q_EMIT menu->aboutToShow();
        QStringList names;
        for (const QAction *action : menu->actions())
            names.append(action->text());
        const qsizetype time = names.indexOf(QStringLiteral("Time"));
        QVERIFY2(time >= 0, qPrintable(names.join(u'|')));
        const bool before = menu->actions().at(time)->isChecked();
        menu->actions().at(time)->trigger();
        Q_EMIT menu->aboutToShow();
        QCOMPARE(menu->actions().at(time)->isChecked(), !before);
    }

    void aNoticeIsAStopOfF6()
    {
        m_window->notices()->post({NoticeKind::Info, QStringLiteral("m"), {}, QStringLiteral("detail"), {}});
        bool reached = false;
        for (int i = 0; i < 8 && !reached; ++i) {
            QTest::keyClick(m_window.get(), Qt::Key_F6);
            reached = m_window->notices()->isAncestorOf(QApplication::focusWidget());
        }
        QVERIFY(reached);
    }

    void staysOpenWhenTheCopyFails()
    {
        m_window->documents()->saveTo(m_folder.filePath(QStringLiteral("no/such/folder/x.wscapture")));
        QVERIFY(!m_window->close());
        QTRY_COMPARE(m_window->notices()->count(), 1);
        QVERIFY(!m_window->documents()->isSaving());
        QVERIFY(m_window->isVisible());
        QVERIFY(m_window->close());
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
