#include "panes/latencypane.h"

#include "capture/document.h"
#include "panes/latency/connectwaterfall.h"
#include "panes/latency/latencyplot.h"
#include "scans.h"
#include "support/blockedpool.h"
#include "gui/fixture.h"

#include <QAction>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QTabWidget>

using namespace wsw;
using namespace wsw::desktop;
using session::EndpointState;
using stats::RoundTripKind;

/// The latency pane over real traffic of a host and a client in the same program.
class TestLatency final : public test::Fixture
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        begin();
        m_pane = std::make_unique<LatencyPane>(m_workspace.get());
        show(*m_pane, {600, 300});
    }

    void cleanup()
    {
        m_pane.reset();
        end();
    }

    void emptySaysWhatToDoAndMakesNoPlot()
    {
        for (int i = 0; i < tabs()->count(); ++i) {
            tabs()->setCurrentIndex(i);
            auto *label = tabs()->widget(i)->findChild<QLabel *>(QStringLiteral("latencyEmpty"));
            QVERIFY(label->isVisible());
            QVERIFY(!label->text().isEmpty());
        }
        auto *first = tabs()->widget(0)->findChild<QLabel *>(QStringLiteral("latencyEmpty"));
        QVERIFY(first->text().contains(QLatin1String("Send a message to an echo server, or ping.")));
        for (const LatencyPlot *plot : m_pane->findChildren<LatencyPlot *>())
            QVERIFY(!plot->hasPlot());
    }

    void anAnswerAboutAnotherConnectionIsDropped()
    {
        openEcho();
        sendText(5);
        QTRY_COMPARE(m_pane->snapshot().of(RoundTripKind::Echo).summary.count, 5u);
        // The next reading waits until something else is selected.
        test::BlockedPool blocked(m_workspace->scans().pool());
        sendText(1);
        QTest::qWait(500);
        m_workspace->selectConnection(ConnectionId(99));
        QCOMPARE(m_pane->snapshot().of(RoundTripKind::Echo).summary.count, 0u);
        blocked.letGo();
        QElapsedTimer timer;
        size_t most = 0;
        for (timer.start(); timer.elapsed() < 600;) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
            most = qMax(most, size_t(m_pane->snapshot().of(RoundTripKind::Echo).summary.count));
        }
        QCOMPARE(most, size_t(0));
    }

    void echoAndPingAreMeasuredApart()
    {
        openEcho();
        sendText(5);
        QTRY_COMPARE(m_pane->snapshot().of(RoundTripKind::Echo).summary.count, 5u);
        QCOMPARE(m_pane->snapshot().of(RoundTripKind::Ping).summary.count, 0u);
        auto *ping = m_pane->findChild<QPushButton *>(QStringLiteral("pingEverySecond"));
        QTest::mouseClick(ping, Qt::LeftButton);
        QTRY_VERIFY(m_pane->snapshot().of(RoundTripKind::Ping).summary.count >= 2);
        QCOMPARE(m_pane->snapshot().of(RoundTripKind::Echo).summary.count, 5u);
        QTest::mouseClick(ping, Qt::LeftButton);
        const QString legend = m_pane->findChild<QLabel *>(QStringLiteral("latencyLegend"))->text();
        QVERIFY2(legend.contains(QLatin1String("echo")) && legend.contains(QLatin1String("ping")), qPrintable(legend));
        QVERIFY(legend.contains(QLatin1String("p99")));
        QVERIFY(plot(0)->hasPlot());
        QVERIFY(!plot(1)->hasPlot());
        tabs()->setCurrentIndex(1);
        QVERIFY(plot(1)->hasPlot());
    }

    void onlyTheSelectedConnectionOnDemand()
    {
        openEcho();
        const ConnectionId first = m_client;
        sendText(2);
        connectClient();
        sendText(3);
        QTRY_COMPARE(m_pane->snapshot().of(RoundTripKind::Echo).summary.count, 3u);
        QVERIFY(!m_pane->snapshot().of(RoundTripKind::Echo).several);
        findAction("latencyAll")->trigger();
        QTRY_COMPARE(m_pane->snapshot().of(RoundTripKind::Echo).summary.count, 5u);
        QVERIFY(m_pane->snapshot().of(RoundTripKind::Echo).several);
        findAction("latencyOnlyCurrent")->trigger();
        m_workspace->selectConnection(first);
        QTRY_COMPARE(m_pane->snapshot().of(RoundTripKind::Echo).summary.count, 2u);
    }

    void connectingIsShownPhaseByPhase()
    {
        openEcho();
        tabs()->setCurrentIndex(3);
        QTRY_VERIFY(!m_pane->snapshot().phases.empty());
        QVERIFY(m_pane->findChild<ConnectWaterfall *>()->isVisible());
        qint64 total = 0;
        for (const ConnectPhase &phase : m_pane->snapshot().phases)
            total += phase.ns;
        QVERIFY(total > 0);
    }

    void zoomedByKeyboardItStaysWhereItIs()
    {
        openEcho();
        sendText(5);
        QTRY_COMPARE(m_pane->snapshot().of(RoundTripKind::Echo).summary.count, 5u);
        LatencyPlot *chart = plot(0);
        QCOMPARE(chart->visibleTimes().second, 0);
        chart->setFocus();
        QTest::keyClick(chart, Qt::Key_Plus);
        QVERIFY(chart->isZoomed());
        const auto zoomed = chart->visibleTimes();
        QVERIFY(zoomed.second > zoomed.first);
        sendText(5);
        QTRY_COMPARE(m_pane->snapshot().of(RoundTripKind::Echo).summary.count, 10u);
        QCOMPARE(chart->visibleTimes(), zoomed);
        QTest::keyClick(chart, Qt::Key_Right);
        QVERIFY(chart->visibleTimes().first > zoomed.first);
        QTest::keyClick(chart, Qt::Key_0);
        QVERIFY(!chart->isZoomed());
    }

    void picturesAreWrittenAndFollowTheTheme()
    {
        openEcho();
        sendText(3);
        QTRY_COMPARE(m_pane->snapshot().of(RoundTripKind::Echo).summary.count, 3u);
        const QString png = m_sandbox.path() + QStringLiteral("/chart.png");
        const QString pdf = m_sandbox.path() + QStringLiteral("/chart.pdf");
        QVERIFY(plot(0)->savePng(png));
        QVERIFY(plot(0)->savePdf(pdf));
        const QImage light(png);
        QCOMPARE(light.pixelColor(1, 1), Theme::color(Token::Panel, ColorScheme::Light));
        Theme::instance().apply(SchemeChoice::Dark);
        QVERIFY(plot(0)->savePng(png));
        QCOMPARE(QImage(png).pixelColor(1, 1), Theme::color(Token::Panel, ColorScheme::Dark));
        Theme::instance().apply(SchemeChoice::Light);
        QVERIFY(QFileInfo(pdf).size() > 1000);
        QVERIFY(!plot(0)->savePng(QStringLiteral("/nowhere/chart.png")));
    }

    void pingingWithoutAConnectionSaysSo()
    {
        QSignalSpy notices(m_workspace.get(), &Workspace::notice);
        auto *ping = m_pane->findChild<QPushButton *>(QStringLiteral("pingEverySecond"));
        QTest::mouseClick(ping, Qt::LeftButton);
        QCOMPARE(notices.count(), 1);
        QVERIFY(!ping->isChecked());
    }

private:
    [[nodiscard]] QTabWidget *tabs() const { return m_pane->findChild<QTabWidget *>(QStringLiteral("latencyTabs")); }
    [[nodiscard]] QAction *findAction(const char *name) const { return m_pane->findChild<QAction *>(QLatin1String(name)); }
    [[nodiscard]] LatencyPlot *plot(int index) const { return tabs()->widget(index)->findChild<LatencyPlot *>(); }

    void openEcho()
    {
        m_host = startEcho();
        QVERIFY(m_host.isValid());
        connectClient();
    }

    void connectClient()
    {
        m_client = connectTo(m_host);
        QVERIFY(m_client.isValid());
        m_workspace->selectConnection(m_client);
    }

    void sendText(int times)
    {
        for (int i = 0; i < times; ++i) {
            session::Outgoing outgoing;
            outgoing.payload = "hello " + QByteArray::number(i);
            m_workspace->workbench()->send(m_client, outgoing);
        }
    }

    std::unique_ptr<LatencyPane> m_pane;
    EndpointId m_host;
    ConnectionId m_client;
};

QTEST_MAIN(TestLatency)
#include "tst_latency.moc"
