#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/facts.h"
#include "capture/schema.h"

#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Connections and samples: numbered, in order, and written again where writing failed.
class tst_Facts final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void numbersAreFresh();
    void takenOnceAndPutBack();
    void putBackKeepsTheNewest();
    void samplesFromATime();
    void endpointsOfAFile();
    void aFileWithoutEndpointColumns();
};

void tst_Facts::numbersAreFresh()
{
    Facts facts;
    QCOMPARE(facts.newConnectionId(), ConnectionId(1));
    ConnectionInfo info;
    info.id = ConnectionId(9);
    facts.put(info);
    QCOMPARE(facts.newConnectionId(), ConnectionId(10));
}

void tst_Facts::takenOnceAndPutBack()
{
    Facts facts;
    ConnectionInfo info;
    info.id = ConnectionId(1);
    facts.put(info);
    facts.put(TcpSample{ConnectionId(1), 5, 1, 1, 0});
    const auto changes = facts.take();
    QCOMPARE(changes.connections.size(), 1);
    QCOMPARE(changes.samples.size(), 1);
    QVERIFY(facts.take().isEmpty());
    QCOMPARE(facts.connections().size(), 1);    // known all the while
    facts.put(TcpSample{ConnectionId(1), 6, 1, 1, 0});
    facts.putBack(changes);
    const auto again = facts.take();
    QCOMPARE(again.connections.size(), 1);
    QCOMPARE(again.samples.size(), 2);
    QCOMPARE(again.samples.first().time, MonotonicNs{5});
}

void tst_Facts::putBackKeepsTheNewest()
{
    Facts facts;
    ConnectionInfo info;
    info.id = ConnectionId(1);
    info.name = QStringLiteral("old");
    facts.put(info);
    const auto changes = facts.take();
    info.name = QStringLiteral("new");
    facts.put(info);
    facts.putBack(changes);
    const auto again = facts.take();
    QCOMPARE(again.connections.size(), 1);
    QCOMPARE(again.connections.first().name, QStringLiteral("new"));
}

void tst_Facts::samplesFromATime()
{
    Facts facts;
    for (int i = 0; i < 10; ++i)
        facts.put(TcpSample{ConnectionId(static_cast<quint32>(1 + i % 2)), i, 0, 0, 0});
    QCOMPARE(facts.samples(ConnectionId(1), 0).size(), 5);
    QCOMPARE(facts.samples(ConnectionId(1), 5).size(), 2);
    QCOMPARE(facts.samples(ConnectionId(1), 9).size(), 0);
    QCOMPARE(facts.samples(ConnectionId(3), 0).size(), 0);
}

void tst_Facts::endpointsOfAFile()
{
    const QTemporaryDir folder;
    auto database = Database::open(folder.filePath(QStringLiteral("a")), Database::Mode::Create);
    QVERIFY(createSchema(database.value(), {}).ok());
    Facts facts;
    ConnectionInfo info;
    info.id = ConnectionId(1);
    info.endpoint = QStringLiteral("Echo server");
    info.endpointId = EndpointId(3);
    info.endpointKind = QStringLiteral("proxy");
    facts.put(info);
    info = {};
    info.id = ConnectionId(2);      // of an endpoint that nothing is known of
    facts.put(info);
    {
        auto writer = FactsWriter::prepare(database.value());
        QVERIFY(writer.ok());
        QVERIFY(writer->write(database.value(), facts.take()));
    }
    Facts again;
    QVERIFY(again.load(database.value()).ok());
    QCOMPARE(again.connection(ConnectionId(1))->endpointId, EndpointId(3));
    QCOMPARE(again.connection(ConnectionId(1))->endpointKind, QStringLiteral("proxy"));
    QVERIFY(!again.connection(ConnectionId(2))->endpointId.isValid());
    QVERIFY(again.connection(ConnectionId(2))->endpointKind.isEmpty());
}

void tst_Facts::aFileWithoutEndpointColumns()
{
    const QTemporaryDir folder;
    auto database = Database::open(folder.filePath(QStringLiteral("a")), Database::Mode::Create);
    QVERIFY(createSchema(database.value(), {}).ok());
    QVERIFY(database->exec("ALTER TABLE connection DROP COLUMN endpoint_id; ALTER TABLE connection DROP COLUMN endpoint_kind;"
                           "INSERT INTO connection VALUES(5, 'server', 'Echo server', 'client 1', 'ws://a/', '', '', '', '', 1, 2, 'closed', '', '')")
                .ok());
    QVERIFY(checkSchema(database.value()).ok());
    Facts facts;
    QVERIFY(facts.load(database.value()).ok());
    QCOMPARE(facts.connections().size(), 1);
    const auto known = facts.connection(ConnectionId(5));
    QCOMPARE(known->endpoint, QStringLiteral("Echo server"));
    QCOMPARE(known->closeText, QStringLiteral("closed"));
    QVERIFY(!known->endpointId.isValid());
    QVERIFY(known->endpointKind.isEmpty());
}

QTEST_GUILESS_MAIN(tst_Facts)
#include "tst_facts.moc"
