#include "bench.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include "wire/deflate.h"
#include "wire/handshake.h"

#include <QTcpSocket>
#include <QTest>

using namespace wsw;
using namespace wsw::session;
using test::Bench;
using test::encode;
using wire::Violation;

/// Hosts that are strict and lenient, towards clients that break the rules, over real sockets.
class tst_LenientHost final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void breaches_data();
    void breaches();
    void requests_data();
    void requests();
    void badCloses_data();
    void badCloses();
};

namespace {

const QByteArray key = "abcd";
const QByteArray goodRequest = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                               "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";

/// A client written by hand: everything that it gets is kept.
class Client final
{
public:
    Client(quint16 port, const QByteArray &request)
    {
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        socket.write(request);
        if (!QTest::qWaitFor([this] { return received().contains("\r\n\r\n"); }))
            qWarning("no answer");
        head = m_received.left(m_received.indexOf("\r\n\r\n") + 4);
        m_received.remove(0, head.size());
    }
    QByteArray &received()
    {
        m_received += socket.readAll();
        return m_received;
    }
    QTcpSocket socket;
    QByteArray head;

private:
    QByteArray m_received;
};

HostOptions options(Strictness strictness, bool compression)
{
    HostOptions made;
    made.strictness = strictness;
    if (compression)
        made.compression = wire::DeflatePolicy{};
    return made;
}

} // namespace

void tst_LenientHost::breaches_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Violation>("found");
    QTest::addColumn<QByteArray>("answer");     ///< of a lenient host, before that to "good"
    QTest::addColumn<quint16>("code");          ///< of a strict one
    QTest::newRow("not masked") << encode(0x81, "a") << Violation::ClientFrameNotMasked << encode(0x81, "a") << quint16(1002);
    QTest::newRow("RSV2") << encode(0xa1, "a", key) << Violation::ReservedBit2Set << encode(0x81, "a") << quint16(1002);
    QTest::newRow("reserved opcode") << encode(0x83, "a", key) << Violation::ReservedOpcode << QByteArray() << quint16(1002);
    QTest::newRow("fragmented ping") << encode(0x09, "a", key) << Violation::ControlFrameFragmented << encode(0x8a, "a") << quint16(1002);
    QTest::newRow("no UTF-8") << encode(0x81, "a\xff", key) << Violation::TextNotUtf8 << QByteArray() << quint16(1007);
    QTest::newRow("stray continuation") << encode(0x80, "a", key) << Violation::ContinuationWithoutStart << QByteArray() << quint16(1002);
    QTest::newRow("cut into") << encode(0x01, "a", key) + encode(0x81, "b", key) << Violation::DataFrameInsideMessage << encode(0x81, "b") << quint16(1002);
}

void tst_LenientHost::breaches()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Violation, found);
    QFETCH(QByteArray, answer);
    QFETCH(quint16, code);
    for (const Strictness strictness : {Strictness::Lenient, Strictness::Strict}) {
        Bench bench;
        const EndpointId host = bench.host(options(strictness, false));
        Client client(bench.portOf(host), goodRequest);
        client.socket.write(bytes + encode(0x81, "good", key));
        const ConnectionId id = bench.connectionOf(host);
        if (strictness == Strictness::Strict) {
            QTRY_VERIFY(client.received().startsWith('\x88'));
            QTRY_COMPARE(bench.status(id).closeSent, std::optional(code));
        } else {
            QTRY_COMPARE(client.received(), answer + encode(0x81, "good"));
            QTRY_COMPARE(bench.status(id).state, EndpointState::Open);
            client.socket.write(encode(0x88, "\x03\xe8", key));
            QTRY_VERIFY(bench.isOver(id));
            QCOMPARE(bench.status(id).stateText, QStringLiteral("closed 1000"));
            QVERIFY(!bench.status(id).error);
        }
        QList<Violation> violations;
        for (const capture::Record &frame : bench.frames(id, Direction::Received))
            violations.append(frame.header.violation);
        QVERIFY(violations.contains(found));
    }
}

void tst_LenientHost::requests_data()
{
    QTest::addColumn<QByteArray>("replace");
    QTest::addColumn<QByteArray>("by");
    QTest::newRow("HTTP/1.0") << QByteArray("HTTP/1.1") << QByteArray("HTTP/1.0");
    QTest::newRow("no Host") << QByteArray("Host: h\r\n") << QByteArray();
    QTest::newRow("no Connection: Upgrade") << QByteArray("Connection: Upgrade\r\n") << QByteArray();
    QTest::newRow("no version") << QByteArray("Sec-WebSocket-Version: 13\r\n") << QByteArray();
    QTest::newRow("short key") << QByteArray("dGhlIHNhbXBsZSBub25jZQ==") << QByteArray("short");
    QTest::newRow("malformed extensions") << QByteArray("permessage-deflate\r\n") << QByteArray("permessage-deflate;\r\n");
}

void tst_LenientHost::requests()
{
    QFETCH(QByteArray, replace);
    QFETCH(QByteArray, by);
    const QByteArray request = QByteArray(goodRequest).replace(replace, by);
    for (const Strictness strictness : {Strictness::Lenient, Strictness::Strict}) {
        Bench bench;
        const EndpointId host = bench.host(options(strictness, true));
        Client client(bench.portOf(host), request);
        if (strictness == Strictness::Strict) {
            QVERIFY2(client.head.startsWith("HTTP/1.1 4") || client.head.startsWith("HTTP/1.1 5"), client.head);
            continue;
        }
        QVERIFY2(client.head.startsWith("HTTP/1.1 101 "), client.head);
        const QByteArray keySent = request.contains("short") ? QByteArray("short") : QByteArray("dGhlIHNhbXBsZSBub25jZQ==");
        QVERIFY2(client.head.contains("Sec-WebSocket-Accept: " + wire::acceptValue(keySent) + "\r\n"), client.head);
        client.socket.write(encode(0x81, "Hello", key));
        QTRY_VERIFY(client.received().size() >= 7);
        QVERIFY(bench.records(bench.connectionOf(host), wire::RecordKind::RequestHead, Direction::Received).front().header.violation != Violation::None);
        QCOMPARE(bench.records(bench.connectionOf(host), wire::RecordKind::ResponseHead, Direction::Sent).front().header.violation, Violation::None);
    }
}

void tst_LenientHost::badCloses_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("one byte") << QByteArray("x") << QByteArray("\x03\xe8");
    QTest::newRow("1005") << QByteArray("\x03\xed") << QByteArray("\x03\xe8");
    QTest::newRow("reason that is no text") << QByteArray("\x0f\xa1" "a\xff") << QByteArray("\x0f\xa1");
    QTest::newRow("too long") << "\x0f\xa1" + QByteArray(200, 'x') << "\x0f\xa1" + QByteArray(123, 'x');
}

void tst_LenientHost::badCloses()
{
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, answer);
    Bench bench;
    const EndpointId host = bench.host(options(Strictness::Lenient, false));
    Client client(bench.portOf(host), goodRequest);
    client.socket.write(encode(0x88, payload, key));
    QTRY_COMPARE(client.received(), encode(0x88, answer));
    client.socket.disconnectFromHost();
    QTRY_VERIFY(bench.isOver(bench.connectionOf(host)));
}

QTEST_GUILESS_MAIN(tst_LenientHost)
#include "tst_lenienthost.moc"
