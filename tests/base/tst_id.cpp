#include "base/id.h"

#include "support/testmain.h"

#include <QSet>
#include <QTest>

#include <type_traits>

using namespace wsw;

static_assert(!std::is_convertible_v<quint32, ConnectionId>, "a number does not become an id by accident");
static_assert(!std::is_convertible_v<ConnectionId, EndpointId>, "an id of one sort is none of another");
static_assert(!std::is_constructible_v<ConnectionId, EndpointId>);
static_assert(!std::is_convertible_v<ConnectionId, quint32>);

class TestId final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void zeroNamesNothing()
    {
        QVERIFY(!RecordId().isValid());
        QVERIFY(!RecordId(0).isValid());
        QVERIFY(RecordId(1).isValid());
        QCOMPARE(RecordId(42).value(), quint64(42));
    }

    void ordersAndHashes()
    {
        QVERIFY(RecordId(1) < RecordId(2));
        QVERIFY(RecordId(2) == RecordId(2));
        const QSet<ConnectionId> set{ConnectionId(1), ConnectionId(2), ConnectionId(1)};
        QCOMPARE(set.size(), 2);
        QVERIFY(set.contains(ConnectionId(2)));
    }
};

QTEST_GUILESS_MAIN(TestId)
#include "tst_id.moc"
