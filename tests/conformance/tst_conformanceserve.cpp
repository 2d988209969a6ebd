#include "cases/sections.h"
#include "lanes.h"
#include "play.h"
#include "support/program.h"
#include "support/testmain.h"

#include <csignal>

using namespace wsw;

/// All dialogues with `wsw serve`, as anybody outside sees it.
class ConformanceServeTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void echo_data();
    void echo();
    void programEndsWell();

private:
    std::unique_ptr<test::Program> m_program;
};

void ConformanceServeTest::echo_data()
{
    m_program = std::make_unique<test::Program>(test::wswPath(), QStringList{QStringLiteral("serve"), QStringLiteral("--port"),
                                                                             QStringLiteral("0"), QStringLiteral("--json")});
    const bool started = m_program->start();
    const auto port = started ? static_cast<quint16>(m_program->readJson().value(QLatin1String("port")).toInt()) : quint16{0};
    const auto makePlayer = [port]() -> test::Player {
        return [port](const test::Case &dialogue) {
            auto peer = test::RawPeer::connectTo(port);
            return peer ? test::play(*peer, dialogue) : QStringLiteral("no connection");
        };
    };
    const QList<test::Case> cases = test::conformanceCases(test::Extent::All);
    test::addRows(cases, test::playInLanes(cases, 3, makePlayer));
}

void ConformanceServeTest::echo()
{
    QFETCH(QString, problem);
    QCOMPARE(problem, QString());
}

void ConformanceServeTest::programEndsWell()
{
    QVERIFY(m_program && m_program->isRunning());
    m_program->sendSignal(SIGTERM);
    QCOMPARE(m_program->exitCode(), std::optional<int>(0));
    QCOMPARE(m_program->errors(), QByteArray());
}

QTEST_GUILESS_MAIN(ConformanceServeTest)
#include "tst_conformanceserve.moc"
