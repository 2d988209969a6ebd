#include "keptrecords.h"
#include "standingrelay.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include "net/relay.h"

#include <QRegularExpression>
#include <QTest>

using namespace wsw;
using namespace wsw::net;
using test::encode;
using test::KeptRecords;
using test::StreamKind;
using test::StreamPair;

namespace {

/// A host's relay with a client that is a bare descriptor, and the test in its speaker's place. The heads have passed.
class HostRelay final
{
public:
    explicit HostRelay(StreamKind kind) : client(kind, test::PeerSort::Descriptor)
    {
        RelayOptions options;
        options.handshake.mode = RelayMode::Host;
        relay = std::make_unique<Relay>(options, ConnectionId(1), std::move(client.stream), sink, observer);
        relay->start();
        clientWrite(test::request);
        if (!QTest::qWaitFor([&] { return observer.socket != nullptr; }))
            qWarning("the request does not come");
        observer.socket->readAll();
        observer.socket->write(test::response);
        relay->speakerReady();
        if (!QTest::qWaitFor([&] { return clientRead() > 0; }))
            qWarning("the answer does not come");
    }
    void clientWrite(const QByteArray &bytes)
    {
        if (::send(client.descriptor, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL) != bytes.size())
            qWarning("the client cannot write");
    }
    /// All that has come to the client until now.
    [[nodiscard]] qsizetype clientRead()
    {
        QByteArray part(1'000'000, Qt::Uninitialized);
        qsizetype all = 0;
        for (ssize_t n; (n = ::recv(client.descriptor, part.data(), size_t(part.size()), MSG_DONTWAIT)) > 0;)
            all += n;
        return all;
    }
    /// More than the kernels hold between two sockets.
    void flood() const
    {
        constexpr quint64 bytes = 16'000'000;
        relay->inject(wire::legalHeader(wire::Opcode::Binary, wire::Fin::Yes, bytes, Role::Server, {}), QByteArray(bytes, 'x'), Relay::Marking::Plain);
    }

    KeptRecords sink;
    test::RelayWatch observer;
    StreamPair client;
    std::unique_ptr<Relay> relay;
};

} // namespace

/// What relays do with frames when a side does not keep up, or is gone.
class tst_RelayTraffic final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void pingsOfOneWhoDoesNotRead_data();
    void pingsOfOneWhoDoesNotRead();
    void whatNeverLeftIsSaid_data();
    void whatNeverLeftIsSaid();
};

void tst_RelayTraffic::pingsOfOneWhoDoesNotRead_data()
{
    QTest::addColumn<StreamKind>("kind");
    QTest::newRow("epoll") << StreamKind::Epoll;
    QTest::newRow("qt") << StreamKind::Qt;
}

void tst_RelayTraffic::pingsOfOneWhoDoesNotRead()
{
    QFETCH(StreamKind, kind);
    HostRelay host(kind);
    QTcpSocket &speaker = *host.observer.socket;
    host.clientWrite(encode(0x89, "before", "abcd"));
    QTRY_COMPARE(speaker.bytesAvailable(), 12);
    QCOMPARE(speaker.readAll(), encode(0x89, "before", "abcd"));
    host.flood();
    QVERIFY(host.relay->isUnderPressure());
    constexpr int count = 1000;
    for (int i = 1; i <= count; ++i)
        host.clientWrite(encode(0x89, QByteArray::number(i), "abcd"));
    host.clientWrite(encode(0x81, "text", "abcd"));
    // What nobody answers comes to the speaker as ever; all of it is on record.
    QTRY_COMPARE(speaker.bytesAvailable(), encode(0x81, "text", "abcd").size());
    QCOMPARE(speaker.readAll(), encode(0x81, "text", "abcd"));
    QCOMPARE(host.sink.of(wire::RecordKind::Frame, Direction::Received).size(), size_t(count + 2));
    // As soon as a Pong can be written, the latest Ping is to be answered.
    QByteArray heard;
    QTRY_VERIFY([&] {
        (void)host.clientRead();
        heard += speaker.readAll();
        return !heard.isEmpty();
    }());
    QCOMPARE(heard, encode(0x89, QByteArray::number(count)));
    QVERIFY(!host.relay->isUnderPressure());
    host.clientWrite(encode(0x89, "after", "abcd"));
    QTRY_COMPARE(speaker.bytesAvailable(), 11);
    QCOMPARE(speaker.readAll(), encode(0x89, "after", "abcd"));
    host.relay.reset();
}

void tst_RelayTraffic::whatNeverLeftIsSaid_data()
{
    QTest::addColumn<StreamKind>("kind");
    QTest::newRow("epoll") << StreamKind::Epoll;
    QTest::newRow("qt") << StreamKind::Qt;
}

void tst_RelayTraffic::whatNeverLeftIsSaid()
{
    QFETCH(StreamKind, kind);
    HostRelay host(kind);
    host.flood();
    test::turnAround();
    const linger now{1, 0};
    ::setsockopt(host.client.descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(host.client.descriptor, -1));
    host.observer.socket->write(encode(0x81, "into the void"));
    QTRY_COMPARE(host.observer.endings, 1);
    const auto ends = host.sink.of(wire::RecordKind::End, Direction::Sent);
    QCOMPARE(ends.size(), size_t(1));
    const QString how = QString::fromUtf8(ends.front().payload);
    const QRegularExpressionMatch match = QRegularExpression(QStringLiteral("at least the last (\\d+) bytes shown as sent never left this program")).match(how);
    QVERIFY2(match.hasMatch(), qPrintable(how));
    const qint64 lost = match.captured(1).toLongLong();
    QVERIFY2(lost > 1'000'000 && lost < host.sink.bytes(Direction::Sent).size(), qPrintable(how));
    QVERIFY(!QString::fromUtf8(host.sink.of(wire::RecordKind::End, Direction::Received).front().payload).contains(QLatin1String("never left")));
    host.relay.reset();
}

QTEST_GUILESS_MAIN(tst_RelayTraffic)
#include "tst_relaytraffic.moc"
