#include "conformance/cases.h"
#include "conformance/rawpeer.h"
#include "support/testmain.h"

#include "capture/document.h"
#include "session/workbench.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace wsw;

/// RFC 6455 from the outside: a peer of our own writes and reads every byte by hand, towards a host that echoes and a client that echoes.
class TestConformance final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void host_data();
    void host();
    void client_data();
    void client();

private:
    void play(test::RawPeer &peer, const test::Case &dialogue, bool peerIsClient);

    QTemporaryDir m_folder;
    std::shared_ptr<capture::Document> m_document;
    std::unique_ptr<session::Workbench> m_workbench;
    quint16 m_port = 0;
    QList<test::Case> m_cases;
};

void TestConformance::initTestCase()
{
    m_cases = test::conformanceCases();
    auto document = capture::Document::create(m_folder.filePath(QStringLiteral("conformance.wscapture")));
    QVERIFY(document.ok());
    m_document = std::move(document).value();
    m_workbench = std::make_unique<session::Workbench>(m_document);
    connect(m_workbench.get(), &session::Workbench::endpointChanged, this, [this](const session::EndpointInfo &info) {
        if (info.state == session::EndpointState::Listening)
            m_port = info.port;
    });
    session::HostOptions options;
    options.port = 0;
    options.behaviour = session::Behaviour::Echo;
    m_workbench->startHost(options);
    QTRY_VERIFY(m_port != 0);
}

void TestConformance::cleanupTestCase()
{
    m_workbench.reset();
}

void TestConformance::host_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < m_cases.size(); ++i)
        QTest::newRow(m_cases.at(i).name.constData()) << i;
}

void TestConformance::client_data()
{
    host_data();
}

void TestConformance::play(test::RawPeer &peer, const test::Case &dialogue, bool peerIsClient)
{
    for (const auto &step : dialogue.steps) {
        if (step.pauseMs > 0)
            QThread::msleep(static_cast<unsigned long>(step.pauseMs));
        // Once the program has failed the connection, writing may fail too.
        if (!step.raw.isEmpty())
            peer.send(step.raw, step.chop);
        else
            peer.send(step.frame, step.chop);
    }
    for (const auto &wanted : dialogue.replies) {
        const auto reply = peer.readMessage();
        QVERIFY2(reply.has_value(), "a reply is missing");
        QCOMPARE(reply->opcode, wanted.opcode);
        QVERIFY2(reply->payload == wanted.payload, "the reply's payload differs");
        QCOMPARE(reply->rsv, 0);
        QCOMPARE(reply->masked, !peerIsClient);
    }
    if (dialogue.ending == test::Ending::PeerCloses)
        peer.send(test::RawFrame{8, QByteArray("\x03\xe8", 2)});
    const auto closing = peer.readMessage();
    QVERIFY2(closing.has_value(), "no Close came");
    QCOMPARE(closing->opcode, 8);
    const int code = closing->payload.size() < 2
        ? 0 : (static_cast<quint8>(closing->payload.at(0)) << 8 | static_cast<quint8>(closing->payload.at(1)));
    // RFC 6455, 5.5.1: an empty Close may be answered by an empty one or with a code.
    QVERIFY2(code == dialogue.closeCode || (dialogue.closeCode == 0 && code == 1000), QByteArray::number(code));
    // RFC 6455, 7.1.1: the server ends TCP; a client that has failed the connection may.
    if (dialogue.ending == test::Ending::Failed && !peerIsClient)
        peer.send(test::RawFrame{8, closing->payload});
    if (peerIsClient)
        QVERIFY2(peer.readEnd(), "TCP was not ended");
}

void TestConformance::host()
{
    test::failOnWarnings();
    QFETCH(int, index);
    auto peer = test::RawPeer::connectTo(m_port);
    QVERIFY(peer.has_value());
    play(*peer, m_cases.at(index), true);
}

void TestConformance::client()
{
    test::failOnWarnings();
    QFETCH(int, index);
    test::RawListener listener;
    session::ClientOptions options;
    options.url = QStringLiteral("ws://127.0.0.1:%1/chat").arg(listener.port());
    const auto endpoint = m_workbench->connectClient(options);
    m_workbench->setEchoBack(endpoint, true);
    auto peer = listener.accept();
    QVERIFY(peer.has_value());
    auto dialogue = m_cases.at(index);
    // The client's peer is a server: what was made by hand for a client is encoded again, unmasked.
    if (!dialogue.steps.first().raw.isEmpty() && dialogue.name == "utf8/fail at once within a frame") {
        const auto kosme = QByteArray("\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5");
        const auto whole = test::RawFrame{1, kosme + "\xf4\x90" + QByteArray(100, 'a')}.encode(false);
        dialogue.steps.first().raw = whole.left(2 + kosme.size() + 2);
    }
    play(*peer, dialogue, false);
    m_workbench->remove(endpoint);
}

QTEST_GUILESS_MAIN(TestConformance)
#include "tst_conformance.moc"
