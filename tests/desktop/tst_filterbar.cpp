#include "panes/filterbar.h"
#include "panes/filtermemory.h"
#include "widgets/filteredit.h"

#include "recording.h"
#include "support/testmain.h"

#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <memory>

using namespace wsw;
using namespace wsw::desktop;

/// The user's own filters: kept, used last, and those that say what a heartbeat is.
class TestFilterBar final : public QObject
{
    Q_OBJECT

    std::unique_ptr<FilterBar> m_bar;

    [[nodiscard]] QMenu *menu() const { return m_bar->findChild<QToolButton *>()->menu(); }

    /// The action that begins with @p text, as the menu shows it when it is opened; null: none.
    [[nodiscard]] QAction *action(const QString &text) const
    {
        Q_EMIT menu()->aboutToShow();
        const QList<QAction *> all = menu()->actions() + menu()->findChild<QMenu *>(QStringLiteral("heartbeatsMenu"))->actions();
        const auto found = std::find_if(all.cbegin(), all.cend(), [&text](const QAction *one) { return one->text().startsWith(text); });
        return found != all.cend() ? *found : nullptr;
    }

    void type(const QString &filter) const
    {
        m_bar->edit()->setText(filter);     // as if pasted: nothing is completed
        QTest::keyClick(m_bar->edit(), Qt::Key_Return);
    }

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_filterbar"); }

    void init()
    {
        test::failOnWarnings();
        QSettings().clear();
        m_bar = std::make_unique<FilterBar>();
        m_bar->show();
    }

    void cleanup() { m_bar.reset(); }

    void remembersWhatWasUsedLast()
    {
        QVERIFY(!action(QStringLiteral("Used last")));
        for (int i = 1; i <= 12; ++i)
            type(QStringLiteral("length == %1").arg(i));
        type(QStringLiteral("length == 7"));
        type(QStringLiteral("length =="));
        QCOMPARE(filtermemory::recent().size(), 8);
        QCOMPARE(filtermemory::recent().constFirst(), QStringLiteral("length == 7"));
        QCOMPARE(filtermemory::recent().count(QStringLiteral("length == 7")), 1);
        QAction *earlier = action(QStringLiteral("length == 12"));
        QVERIFY(earlier != nullptr);
        QSignalSpy told(m_bar.get(), &FilterBar::filterChanged);
        earlier->trigger();
        QCOMPARE(m_bar->edit()->text(), QStringLiteral("length == 12"));
        QCOMPARE(told.constLast().constFirst().toString(), QStringLiteral("length == 12"));
        // One that was chosen is one that was used.
        QCOMPARE(filtermemory::recent().constFirst(), QStringLiteral("length == 12"));
        // What stands already is not offered.
        QVERIFY(!action(QStringLiteral("length == 12")));
    }

    void keepsAndForgets()
    {
        QVERIFY(!action(QStringLiteral("Keep this filter"))->isEnabled());
        type(QStringLiteral("opcode =="));
        QVERIFY(!action(QStringLiteral("Keep this filter"))->isEnabled());
        type(QStringLiteral("fin && length > 5"));
        action(QStringLiteral("Keep this filter"))->trigger();
        QCOMPARE(filtermemory::kept(), QStringList{QStringLiteral("fin && length > 5")});
        type(QString());
        QAction *kept = action(QStringLiteral("fin &&&& length > 5"));
        QVERIFY(kept != nullptr);
        kept->trigger();
        QCOMPARE(m_bar->edit()->text(), QStringLiteral("fin && length > 5"));
        QVERIFY(!action(QStringLiteral("Keep this filter")));
        action(QStringLiteral("Forget this filter"))->trigger();
        QVERIFY(filtermemory::kept().isEmpty());
    }

    void allBarsHearOfHeartbeats()
    {
        FilterBar other;
        other.findChild<QPushButton *>(QStringLiteral("hideHeartbeats"))->click();
        QSignalSpy told(&other, &FilterBar::filterChanged);
        type(QStringLiteral("json.type == ping"));
        action(QStringLiteral("Count what this filter shows among them"))->trigger();
        QCOMPARE(told.count(), 1);
        QVERIFY(told.constLast().constFirst().toString().contains(QStringLiteral("json.type == ping")));
        action(QStringLiteral("Forget my own"))->trigger();
        QCOMPARE(told.count(), 2);
    }

    void whatIsTooDeepWithHeartbeatsIsSaid()
    {
        QString deepest = QStringLiteral("fin");
        while (capture::Filter::parse(u'(' + deepest + u')', nullptr))
            deepest = u'(' + deepest + u')';
        type(deepest);
        auto *problem = m_bar->findChild<QLabel *>(QStringLiteral("filterProblem"));
        QVERIFY(!problem->isVisible());
        QSignalSpy told(m_bar.get(), &FilterBar::filterChanged);
        auto *hide = m_bar->findChild<QPushButton *>(QStringLiteral("hideHeartbeats"));
        hide->click();
        QVERIFY(told.isEmpty());
        QVERIFY(problem->isVisible() && problem->text().startsWith(QStringLiteral("Heartbeats cannot be hidden")));
        hide->click();
        QCOMPARE(told.constLast().constFirst().toString(), deepest);
        QVERIFY(!problem->isVisible());
    }

    void hidesTheUsersOwnHeartbeats()
    {
        QSignalSpy told(m_bar.get(), &FilterBar::filterChanged);
        const auto filter = [&told] { return told.constLast().constFirst().toString(); };
        m_bar->findChild<QPushButton *>(QStringLiteral("hideHeartbeats"))->click();
        QCOMPARE(filter(), QStringLiteral("!(opcode == ping || opcode == pong)"));
        type(QStringLiteral("json.type == ping"));
        QAction *add = action(QStringLiteral("Count what this filter shows among them"));
        QVERIFY(add->isEnabled());
        add->trigger();
        type(QString());
        QCOMPARE(filter(), QStringLiteral("!(opcode == ping || opcode == pong || (json.type == ping))"));
        QVERIFY(!action(QStringLiteral("Count what this filter shows among them"))->isEnabled());
        // What no version of this program understands does not spoil the rest.
        filtermemory::addHeartbeat(QStringLiteral("fin &&"));
        QCOMPARE(filtermemory::withoutHeartbeats(), QStringLiteral("!(opcode == ping || opcode == pong || (json.type == ping))"));
        action(QStringLiteral("Forget my own"))->trigger();
        QCOMPARE(filter(), QStringLiteral("!(opcode == ping || opcode == pong)"));
        QVERIFY(!action(QStringLiteral("Forget my own"))->isVisible());
    }
};

QTEST_MAIN(TestFilterBar)
#include "tst_filterbar.moc"
