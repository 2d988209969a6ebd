#include "models/connectionpair.h"

#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::desktop;
using capture::ConnectionInfo;

/// Which two connections are laid side by side before anybody chooses.
class TestConnectionPair final : public QObject
{
    Q_OBJECT

    static ConnectionInfo info(quint32 id, quint32 endpoint, const char *kind, Role role, const char *local, const char *peer, MonotonicNs opened)
    {
        ConnectionInfo made;
        made.id = ConnectionId(id);
        made.endpointId = EndpointId(endpoint);
        made.endpointKind = QLatin1String(kind);
        made.localRole = role;
        made.localAddress = QLatin1String(local);
        made.peerAddress = QLatin1String(peer);
        made.opened = opened;
        return made;
    }

private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void pairs_data()
    {
        QTest::addColumn<QList<ConnectionInfo>>("connections");
        QTest::addColumn<quint32>("current");
        QTest::addColumn<QList<quint32>>("pair");
        const auto client = info(1, 1, "client", Role::Client, "127.0.0.1:4000", "127.0.0.1:8765", 10);
        const auto hosted = info(2, 2, "host", Role::Server, "127.0.0.1:8765", "127.0.0.1:4000", 11);
        const auto other = info(3, 3, "client", Role::Client, "127.0.0.1:4001", "127.0.0.1:8765", 12);
        const auto hostedOther = info(4, 2, "host", Role::Server, "127.0.0.1:8765", "127.0.0.1:4001", 13);
        // A client through the proxy on port 9000 to the host.
        const auto toProxy = info(5, 4, "client", Role::Client, "127.0.0.1:4002", "127.0.0.1:9000", 20);
        const auto passage = info(6, 5, "proxy", Role::Client, "127.0.0.1:4003", "127.0.0.1:8765", 21);
        const auto behind = info(7, 2, "host", Role::Server, "127.0.0.1:8765", "127.0.0.1:4003", 22);
        const auto later = info(8, 4, "client", Role::Client, "127.0.0.1:4004", "127.0.0.1:9000", 30);
        const auto passageLater = info(9, 5, "proxy", Role::Client, "127.0.0.1:4005", "127.0.0.1:8765", 31);
        using All = QList<ConnectionInfo>;
        using Two = QList<quint32>;
        QTest::newRow("nothing") << All{} << quint32(0) << Two{0, 0};
        QTest::newRow("one alone") << All{client} << quint32(0) << Two{1, 0};
        QTest::newRow("both ends") << All{hosted, client} << quint32(0) << Two{1, 2};
        QTest::newRow("both ends of what is selected") << All{client, hosted, other, hostedOther} << quint32(4) << Two{3, 4};
        QTest::newRow("two that have nothing to do with each other") << All{client, other} << quint32(0) << Two{1, 3};
        QTest::newRow("what is selected, and another") << All{client, other} << quint32(3) << Two{3, 1};
        QTest::newRow("a proxy goes first") << All{client, hosted, toProxy, passage, behind} << quint32(0) << Two{5, 6};
        QTest::newRow("each passage has its own") << All{toProxy, passage, later, passageLater} << quint32(9) << Two{8, 9};
        QTest::newRow("the first passage") << All{toProxy, passage, later, passageLater} << quint32(6) << Two{5, 6};
        const auto between = info(10, 6, "client", Role::Client, "127.0.0.1:4009", "127.0.0.1:7777", 29);
        auto passageThen = passage;
        passageThen.opened = 30;
        QTest::newRow("a later client of another server is not it") << All{toProxy, between, passageThen} << quint32(0) << Two{5, 6};
    }

    void pairs()
    {
        QFETCH(QList<ConnectionInfo>, connections);
        QFETCH(quint32, current);
        QFETCH(QList<quint32>, pair);
        const auto [left, right] = pairToCompare(connections, ConnectionId(current), {{EndpointId(5), quint16(9000)}});
        QCOMPARE((QList<quint32>{left.value(), right.value()}), pair);
    }

    void clientsThatGoWhereTheProxyGoesAreNotItsOwn()
    {
        const auto toProxy = info(5, 4, "client", Role::Client, "127.0.0.1:4002", "127.0.0.1:9000", 20);
        const auto twin = info(11, 4, "client", Role::Client, "127.0.0.1:4020", "127.0.0.1:9000", 20);
        const auto straight = info(12, 7, "client", Role::Client, "127.0.0.1:4021", "127.0.0.1:8765", 20);
        const auto again = info(13, 7, "client", Role::Client, "127.0.0.1:4022", "127.0.0.1:8765", 21);
        const auto late = info(14, 4, "client", Role::Client, "127.0.0.1:4023", "127.0.0.1:9000", 22);
        const auto passage = info(6, 5, "proxy", Role::Client, "127.0.0.1:4003", "127.0.0.1:8765", 21);
        const auto [left, right] = pairToCompare({toProxy, twin, straight, again, late, passage}, {}, {});
        QCOMPARE(left, ConnectionId(5)); // of two of one time the first
        QCOMPARE(right, ConnectionId(6));
        const auto none = pairToCompare({straight, again, passage}, ConnectionId(6), {});
        QCOMPARE(none.first, ConnectionId(6));
        QCOMPARE(none.second, ConnectionId(12)); // any other
    }

    void aSavedCaptureDoesNotSayWhereAProxyListened()
    {
        const auto toProxy = info(5, 4, "client", Role::Client, "127.0.0.1:4002", "127.0.0.1:9000", 20);
        const auto passage = info(6, 5, "proxy", Role::Client, "127.0.0.1:4003", "127.0.0.1:8765", 21);
        const auto [left, right] = pairToCompare({toProxy, passage}, {}, {});
        QCOMPARE(left, ConnectionId(5));
        QCOMPARE(right, ConnectionId(6));
    }
};

QTEST_GUILESS_MAIN(TestConnectionPair)
#include "tst_connectionpair.moc"
