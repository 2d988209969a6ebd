#include "cases/sections.h"
#include "lanes.h"
#include "play.h"
#include "support/program.h"
#include "support/testmain.h"

using namespace wsw;

/// All dialogues with `wsw connect URL --echo`, as anybody outside sees it: the peer is the server, and each dialogue has a program
/// of its own.
class ConformanceConnectTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void echo_data();
    void echo();
};

namespace {

QString playWithProgram(test::RawListener &listener, const test::Case &dialogue)
{
    test::Program program(test::wswPath(), {QStringLiteral("connect"), QStringLiteral("ws://127.0.0.1:%1/chat").arg(listener.port()),
                                            QStringLiteral("--echo")});
    if (!program.start())
        return QStringLiteral("the program did not start");
    auto peer = listener.accept();
    if (!peer)
        return QStringLiteral("no connection");
    const QString problem = test::play(*peer, dialogue);
    if (!problem.isEmpty())
        return problem;
    // A connection that was failed, or closed with an unusual code, is a failure to whoever started the program; a crash never is.
    const std::optional<int> code = program.exitCode();
    if (!code || (*code != 0 && *code != 1))
        return QStringLiteral("the program did not end well");
    if (dialogue.ending == test::Ending::Failed && *code != 1)
        return QStringLiteral("the program takes a failed connection for a good one");
    return {};
}

} // namespace

void ConformanceConnectTest::echo_data()
{
    const auto makePlayer = []() -> test::Player {
        const auto listener = std::make_shared<test::RawListener>();
        return [listener](const test::Case &dialogue) { return playWithProgram(*listener, dialogue); };
    };
    const QList<test::Case> cases = test::conformanceCases(test::Extent::All);
    test::addRows(cases, test::playInLanes(cases, 3, makePlayer));
}

void ConformanceConnectTest::echo()
{
    QFETCH(QString, problem);
    QCOMPARE(problem, QString());
}

QTEST_GUILESS_MAIN(ConformanceConnectTest)
#include "tst_conformanceconnect.moc"
