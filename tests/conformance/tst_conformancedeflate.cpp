#include "cases/sections.h"
#include "grid.h"
#include "lanes.h"
#include "play.h"
#include "support/program.h"
#include "support/testmain.h"

#include <QRegularExpression>

#include <algorithm>
#include <csignal>
#include <limits>

using namespace wsw;
using namespace Qt::StringLiterals;

namespace {

/// Of each size and kind in each cell of the grid: WSW_CONFORMANCE_FULL where it is set (1000 where it is no number), else a few.
int messagesOfACell()
{
    const int wanted = qEnvironmentVariableIntValue("WSW_CONFORMANCE_FULL");
    return wanted > 0 ? wanted : test::isFullRun() ? 1000 : 0;
}

/// The largest messages of the grid, bytes: WSW_CONFORMANCE_LARGEST, else all sizes.
qsizetype largestOfACell()
{
    const int wanted = qEnvironmentVariableIntValue("WSW_CONFORMANCE_LARGEST");
    return wanted > 0 ? wanted : std::numeric_limits<qsizetype>::max();
}

/// Every how many-th cell of the grid is played: WSW_CONFORMANCE_STEP, else every one.
QByteArrayList chosenOf(const QByteArrayList &cells)
{
    const qsizetype step = std::max(1, qEnvironmentVariableIntValue("WSW_CONFORMANCE_STEP"));
    QByteArrayList chosen;
    for (qsizetype i = 0; i < cells.size(); i += step)
        chosen.append(cells[i]);
    return chosen;
}

constexpr int lanes = 3;

} // namespace

/// RFC 7692 from the outside: `wsw serve --compress` and `wsw connect --compress --echo`, with zlib itself on the other side.
class ConformanceDeflateTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { test::failOnWarnings(); }
    void serveNegotiates_data();
    void serveNegotiates();
    void serveDialogues_data();
    void serveDialogues();
    void serveWithoutOffer_data();
    void serveWithoutOffer();
    void serveGrid_data();
    void serveGrid();
    void connectRefuses_data();
    void connectRefuses();
    void connectDialogues_data();
    void connectDialogues();
    void connectWithoutAnswer_data();
    void connectWithoutAnswer();
    void connectGrid_data();
    void connectGrid();
    void serveEndsWell();

private:
    void judge();

    std::unique_ptr<test::Program> m_server;
    quint16 m_port = 0;
    QByteArray m_offer; ///< what the client offers
};

namespace {

using Conversation = std::function<QString(test::DeflatePeer &)>;

/// A client that offers @p offer, and what it and the host have to say to each other.
QString withServer(quint16 port, const QByteArray &offer, const Conversation &conversation)
{
    auto peer = test::RawPeer::connectTo(port, offer);
    if (!peer)
        return u"no connection"_s;
    const QByteArray answer = peer->extensions();
    const auto terms = test::DeflateTerms::read(offer, answer);
    if (!terms)
        return u"the answer was '%1'"_s.arg(QString::fromLatin1(answer));
    test::DeflatePeer compressing(std::move(*peer), *terms);
    return conversation(compressing);
}

std::unique_ptr<test::Program> startClient(const test::RawListener &listener)
{
    auto program = std::make_unique<test::Program>(
        test::wswPath(), QStringList{u"connect"_s, u"ws://127.0.0.1:%1/chat"_s.arg(listener.port()), u"--compress"_s, u"--echo"_s});
    return program->start() ? std::move(program) : nullptr;
}

/// A server that answers the client's offer with @p answer.
QString withClient(test::RawListener &listener, const QByteArray &answer, const Conversation &conversation)
{
    const auto program = startClient(listener);
    auto peer = program ? listener.accept(answer) : std::nullopt;
    if (!peer)
        return u"no connection"_s;
    const QByteArray offer = peer->extensions();
    const auto terms = test::DeflateTerms::read(offer, answer);
    if (!terms)
        return u"the offer was '%1'"_s.arg(QString::fromLatin1(offer));
    test::DeflatePeer compressing(std::move(*peer), *terms);
    const QString problem = conversation(compressing);
    if (problem.isEmpty() && !program->exitCode())
        return u"the program did not end well"_s;
    return problem;
}

Conversation playing(const test::Case &dialogue)
{
    return [&dialogue](test::DeflatePeer &peer) { return test::play(peer.raw(), dialogue, [&peer] { return peer.readMessage(); }); };
}

QString exchangeCell(test::DeflatePeer &peer)
{
    return test::exchange(peer, messagesOfACell(), largestOfACell());
}

} // namespace

void ConformanceDeflateTest::initTestCase()
{
    m_server = std::make_unique<test::Program>(test::wswPath(), QStringList{u"serve"_s, u"--port"_s, u"0"_s, u"--json"_s, u"--compress"_s});
    QVERIFY(m_server->start());
    m_port = static_cast<quint16>(m_server->readJson().value("port"_L1).toInt());
    QVERIFY(m_port != 0);
    // The answers of the grid depend on what the client offers.
    test::RawListener listener;
    const auto client = startClient(listener);
    QVERIFY(client);
    auto peer = listener.accept();
    QVERIFY(peer);
    m_offer = peer->extensions();
    QCOMPARE(test::play(*peer, test::Case{}), QString());
}

void ConformanceDeflateTest::judge()
{
    QFETCH(QString, problem);
    QCOMPARE(problem, QString());
}

void ConformanceDeflateTest::serveNegotiates_data()
{
    QTest::addColumn<QByteArray>("offer");
    QTest::addColumn<QString>("answer");
    const auto row = [](const QByteArray &offer, const char *answer) { QTest::newRow(offer.constData()) << offer << QString::fromLatin1(answer); };
    const QByteArray name = "permessage-deflate";
    row(name, "permessage-deflate.*");
    row("PERMESSAGE-DEFLATE", "");
    row("x-webkit-deflate-frame", "");
    row("permessage-bzip2, " + name, "permessage-deflate.*");
    // A window of 8 bits is never agreed to.
    row(name + "; server_max_window_bits=8", "");
    row(name + "; server_max_window_bits=8, " + name, "permessage-deflate.*");
    row(name + "; server_max_window_bits=8, " + name + "; server_max_window_bits=10", "permessage-deflate.*server_max_window_bits=(9|10).*");
    row(name + "; client_max_window_bits=8", "permessage-deflate((?!_bits=8).)*");
    // The first offer that can be met.
    row(name + "; server_no_context_takeover, " + name, "permessage-deflate.*server_no_context_takeover.*");
    row(name + "; server_max_window_bits=9, " + name + "; server_max_window_bits=12", "permessage-deflate.*server_max_window_bits=9.*");
    row(name + "; unknown, " + name + "; server_max_window_bits=11", "permessage-deflate.*server_max_window_bits=(9|10|11).*");
    row(name + "; server_max_window_bits=\"10\"", "permessage-deflate.*server_max_window_bits=(9|10).*");
    for (const char *bad : {"unknown", "server_no_context_takeover=1", "client_no_context_takeover=true", "server_max_window_bits",
                            "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=010", "server_max_window_bits=x",
                            "client_max_window_bits=7", "client_max_window_bits=16", "client_max_window_bits=010", "client_max_window_bits=x",
                            "server_no_context_takeover; server_no_context_takeover", "client_max_window_bits; client_max_window_bits=10"})
        row(name + "; " + bad, "");
}

void ConformanceDeflateTest::serveNegotiates()
{
    QFETCH(QByteArray, offer);
    QFETCH(QString, answer);
    auto peer = test::RawPeer::connectTo(m_port, offer);
    QVERIFY(peer);
    const QString came = QString::fromLatin1(peer->extensions());
    QVERIFY2(QRegularExpression(QRegularExpression::anchoredPattern(answer)).match(came).hasMatch(), qUtf8Printable(came));
    // Agreed or not, messages go to and fro.
    const test::RawFrame hello = test::frame(test::opcode::text, "Hello");
    QCOMPARE(test::play(*peer, test::echoed("plain", {test::frame(test::opcode::ping)}, {test::frame(test::opcode::pong)})), QString());
}

void ConformanceDeflateTest::serveDialogues_data()
{
    const QList<test::Case> cases = test::deflateCases(test::Extent::All);
    const auto makePlayer = [this]() -> test::Player {
        return [this](const test::Case &dialogue) { return withServer(m_port, "permessage-deflate; client_max_window_bits", playing(dialogue)); };
    };
    test::addRows(cases, test::playInLanes(cases, lanes, makePlayer));
}

void ConformanceDeflateTest::serveDialogues()
{
    judge();
}

void ConformanceDeflateTest::serveWithoutOffer_data()
{
    const QList<test::Case> cases = test::conformanceCases(test::Extent::Small);
    const auto makePlayer = [this]() -> test::Player {
        return [this](const test::Case &dialogue) {
            auto peer = test::RawPeer::connectTo(m_port);
            return peer ? test::play(*peer, dialogue) : u"no connection"_s;
        };
    };
    test::addRows(cases, test::playInLanes(cases, lanes, makePlayer));
}

void ConformanceDeflateTest::serveWithoutOffer()
{
    judge();
}

void ConformanceDeflateTest::serveGrid_data()
{
    const QByteArrayList all = test::everyOffer();
    QCOMPARE(all.size(), 2 * 2 * 8 * 9);
    const QByteArrayList offers = chosenOf(all);
    const auto makeWorker = [&]() -> test::Worker {
        return [&](qsizetype at) { return withServer(m_port, offers[at], exchangeCell); };
    };
    test::addRows(offers, test::workInLanes(offers.size(), lanes, makeWorker));
}

void ConformanceDeflateTest::serveGrid()
{
    judge();
}

void ConformanceDeflateTest::connectRefuses_data()
{
    QTest::addColumn<QByteArray>("answer");
    const QByteArray name = "permessage-deflate";
    for (const QByteArray &answer : {name + "; server_max_window_bits=8", name + "; client_max_window_bits=8", name + "; server_max_window_bits",
                                     name + "; server_max_window_bits=16", name + "; server_no_context_takeover=1", name + "; unknown",
                                     name + "; server_no_context_takeover; server_no_context_takeover", name + ", " + name,
                                     QByteArray("permessage-bzip2"), name + ", x-other", name + "; client_max_window_bits", QByteArray("; ;")})
        QTest::newRow(answer.constData()) << answer;
}

void ConformanceDeflateTest::connectRefuses()
{
    QFETCH(QByteArray, answer);
    test::RawListener listener;
    const auto program = startClient(listener);
    QVERIFY(program);
    auto peer = listener.accept(answer);
    QVERIFY(peer);
    QCOMPARE(peer->readEnd(), test::RawPeer::Ended::InOrder);
    QCOMPARE(program->exitCode(), std::optional<int>(3));
    QVERIFY(!program->errors().isEmpty());
}

void ConformanceDeflateTest::connectDialogues_data()
{
    const QList<test::Case> cases = test::deflateCases(test::Extent::All);
    const auto makePlayer = []() -> test::Player {
        const auto listener = std::make_shared<test::RawListener>();
        return [listener](const test::Case &dialogue) { return withClient(*listener, "permessage-deflate", playing(dialogue)); };
    };
    test::addRows(cases, test::playInLanes(cases, lanes, makePlayer));
}

void ConformanceDeflateTest::connectDialogues()
{
    judge();
}

void ConformanceDeflateTest::connectWithoutAnswer_data()
{
    // What the server does not agree to changes nothing; a sample of the dialogues is enough here.
    const QList<test::Case> cases = test::reservedCases() + test::pingCases();
    const auto makePlayer = []() -> test::Player {
        const auto listener = std::make_shared<test::RawListener>();
        return [listener](const test::Case &dialogue) {
            const auto program = startClient(*listener);
            auto peer = program ? listener->accept() : std::nullopt;
            return peer ? test::play(*peer, dialogue) : u"no connection"_s;
        };
    };
    test::addRows(cases, test::playInLanes(cases, lanes, makePlayer));
}

void ConformanceDeflateTest::connectWithoutAnswer()
{
    judge();
}

void ConformanceDeflateTest::connectGrid_data()
{
    const QByteArrayList all = test::everyAnswer(m_offer);
    // The client leaves everything open to the server.
    QCOMPARE(all.size(), 2 * 2 * 8 * 8);
    const QByteArrayList answers = chosenOf(all);
    const auto makeWorker = [&]() -> test::Worker {
        const auto listener = std::make_shared<test::RawListener>();
        return [&answers, listener](qsizetype at) { return withClient(*listener, answers[at], exchangeCell); };
    };
    test::addRows(answers, test::workInLanes(answers.size(), lanes, makeWorker));
}

void ConformanceDeflateTest::connectGrid()
{
    judge();
}

void ConformanceDeflateTest::serveEndsWell()
{
    QVERIFY(m_server->isRunning());
    m_server->sendSignal(SIGTERM);
    QCOMPARE(m_server->exitCode(), std::optional<int>(0));
    QCOMPARE(m_server->errors(), QByteArray());
}

QTEST_GUILESS_MAIN(ConformanceDeflateTest)
#include "tst_conformancedeflate.moc"
