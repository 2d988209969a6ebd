#include "cases/sections.h"
#include "lanes.h"
#include "play.h"
#include "support/testmain.h"
#include "support/workbenchrun.h"

#include <QSet>

using namespace wsw;

/// RFC 6455 from the outside, within one process: a peer of our own writes and reads every byte by hand, towards a host that echoes
/// and a client that echoes. Large cases are for the programs themselves: tst_conformanceserve, tst_conformanceconnect.
class ConformanceTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void namesAreUnique();
    void host_data();
    void host();
    void client_data();
    void client();
    void compressingHost_data();
    void compressingHost();
    void compressingClient_data();
    void compressingClient();

private:
    [[nodiscard]] quint16 startHost(const session::HostOptions &options);
    /// What a client of the workbench and the server that @p serve plays have to say to each other.
    using Serve = std::function<QString(test::RawListener &)>;
    [[nodiscard]] QString withClient(test::RawListener &listener, session::ClientOptions options, const Serve &serve);

    std::unique_ptr<test::WorkbenchRun> m_run;
    quint16 m_port = 0;
    quint16 m_compressingPort = 0;
    const QList<test::Case> m_cases = test::conformanceCases(test::Extent::Small);
    const QList<test::Case> m_deflateCases = test::deflateCases(test::Extent::Small);
};

void ConformanceTest::initTestCase()
{
    m_run = std::make_unique<test::WorkbenchRun>();
    m_port = startHost({});
    session::HostOptions compressing;
    compressing.compression = wire::DeflatePolicy{};
    m_compressingPort = startHost(compressing);
    QVERIFY(m_port != 0 && m_compressingPort != 0);
}

quint16 ConformanceTest::startHost(const session::HostOptions &options)
{
    session::HostOptions free = options;
    free.port = 0;
    free.behaviour = session::Behaviour::Echo;
    const session::EndpointInfo host = m_run->host(free);
    return host.state == session::EndpointState::Listening ? host.port : quint16{0};
}

QString ConformanceTest::withClient(test::RawListener &listener, session::ClientOptions options, const Serve &serve)
{
    options.url = QStringLiteral("ws://127.0.0.1:%1/chat").arg(listener.port());
    const auto endpoint = m_run->workbench().connectClient(options);
    m_run->workbench().setEchoBack(endpoint, true);
    const QString problem = serve(listener);
    m_run->workbench().remove(endpoint);
    return problem;
}

void ConformanceTest::namesAreUnique()
{
    QSet<QByteArray> names;
    for (const test::Case &each : test::conformanceCases(test::Extent::All)) {
        QVERIFY2(!names.contains(each.name), each.name.constData());
        names.insert(each.name);
    }
}

void ConformanceTest::host_data()
{
    const auto makePlayer = [this]() -> test::Player {
        return [this](const test::Case &dialogue) {
            auto peer = test::RawPeer::connectTo(m_port);
            return peer ? test::play(*peer, dialogue) : QStringLiteral("no connection");
        };
    };
    test::addRows(m_cases, test::playInLanes(m_cases, 4, makePlayer));
}

void ConformanceTest::host()
{
    test::failOnWarnings();
    QFETCH(QString, problem);
    QCOMPARE(problem, QString());
}

void ConformanceTest::client_data()
{
    const auto makePlayer = [this]() -> test::Player {
        const auto listener = std::make_shared<test::RawListener>();
        return [this, listener](const test::Case &dialogue) {
            return withClient(*listener, {}, [&dialogue](test::RawListener &server) {
                auto peer = server.accept();
                return peer ? test::play(*peer, dialogue) : QStringLiteral("no connection");
            });
        };
    };
    test::addRows(m_cases, test::playInLanes(m_cases, 4, makePlayer));
}

void ConformanceTest::client()
{
    host();
}

void ConformanceTest::compressingHost_data()
{
    const auto makePlayer = [this]() -> test::Player {
        return [this](const test::Case &dialogue) {
            auto peer = test::RawPeer::connectTo(m_compressingPort, "permessage-deflate");
            return peer ? test::playCompressed(std::move(*peer), {}, dialogue) : QStringLiteral("no connection");
        };
    };
    test::addRows(m_deflateCases, test::playInLanes(m_deflateCases, 4, makePlayer));
}

void ConformanceTest::compressingHost()
{
    host();
}

void ConformanceTest::compressingClient_data()
{
    session::ClientOptions options;
    options.compression = wire::DeflateOffer{};
    const auto makePlayer = [this, &options]() -> test::Player {
        const auto listener = std::make_shared<test::RawListener>();
        return [this, listener, &options](const test::Case &dialogue) {
            return withClient(*listener, options, [&dialogue](test::RawListener &server) {
                auto peer = server.accept("permessage-deflate");
                return peer ? test::playCompressed(std::move(*peer), {}, dialogue) : QStringLiteral("no connection");
            });
        };
    };
    test::addRows(m_deflateCases, test::playInLanes(m_deflateCases, 4, makePlayer));
}

void ConformanceTest::compressingClient()
{
    host();
}

QTEST_GUILESS_MAIN(ConformanceTest)
#include "tst_conformance.moc"
