#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/blockcolumns.h"

#include <QTest>

#include <cstring>

using namespace wsw;
using namespace wsw::capture;

/// Headers column by column: the same as in the block, and nothing but whole ones is accepted.
class tst_BlockColumns final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void tellWhatTheBlockTells_data();
    void tellWhatTheBlockTells();
    void aPartOfABlock();
    void likeHeadersTakeLittle();
    void brokenShapesAreRefused();
    void brokenNumbersAreRefused();
};

namespace {

/// Samples @p from to @p from + @p count - 1; each with the connection that @p connection says.
template<class Connection>
std::unique_ptr<Block> blockOf(quint64 from, quint32 count, Connection connection, test::Content content = test::Content::Noise)
{
    auto block = std::make_unique<Block>(RecordId(100), 4 * 1024 * 1024);
    for (quint64 number = from; number < from + count; ++number) {
        test::Sample sample = test::sample(number, -1, content);
        sample.record.connection = connection(number, sample.record.connection);
        const QByteArray bytes = test::pack(sample);
        std::memcpy(block->tail(), bytes.constData(), static_cast<size_t>(bytes.size()));
        block->publish(static_cast<quint32>(bytes.size()));
    }
    return block;
}

std::unique_ptr<Block> blockOf(quint64 from, quint32 count, test::Content content = test::Content::Noise)
{
    return blockOf(from, count, [](quint64, ConnectionId own) { return own; }, content);
}

/// What of the header is in the columns, in words.
QString known(const RecordHeader &header)
{
    const auto elsewhere = wire::RecordFlags(wire::RecordFlag::Chunked) | wire::RecordFlag::InflatedChunked;
    const wire::FrameHeader &frame = header.frame;
    QString words;
    QDebug(&words).nospace() << header.id.value() << ' ' << int(header.kind) << ' ' << int(header.direction) << ' ' << (header.flags & ~elsewhere).toInt() << ' '
                             << int(header.violation) << ' ' << header.connection.value() << ' ' << int(frame.opcode) << frame.fin << frame.rsv1 << frame.rsv2
                             << frame.rsv3 << frame.masked << ' ' << int(frame.lengthForm) << ' ' << frame.length << ' ' << header.payloadStored << ' '
                             << header.inflatedLength << ' ' << header.rttNs << ' ' << header.message.value() << ' '
                             << QByteArray(reinterpret_cast<const char *>(frame.key.data()), 4).toHex();
    return words;
}

RecordHeader headerOf(const BlockColumns &columns, quint32 index)
{
    RecordHeader header = columns.shapes().at(columns.shapeOf(index));
    columns.addSizes(index, header);
    columns.addNumbers(index, header);
    return header;
}

} // namespace

void tst_BlockColumns::tellWhatTheBlockTells_data()
{
    QTest::addColumn<quint32>("count");
    QTest::addColumn<quint32>("connections");
    QTest::addColumn<test::Content>("content");
    QTest::newRow("one") << quint32{1} << quint32{1} << test::Content::Noise;
    QTest::newRow("varied") << quint32{1000} << quint32{3} << test::Content::Noise;
    QTest::newRow("compressed") << quint32{1000} << quint32{3} << test::Content::Inflated;
    QTest::newRow("more shapes than a byte can count") << quint32{2000} << quint32{1000} << test::Content::Noise;
}

void tst_BlockColumns::tellWhatTheBlockTells()
{
    QFETCH(quint32, count);
    QFETCH(quint32, connections);
    QFETCH(test::Content, content);
    const auto block = blockOf(7, count, [connections](quint64 number, ConnectionId) { return ConnectionId(1 + static_cast<quint32>(number % connections)); }, content);
    const auto packed = BlockColumns::pack(*block, 0, count);
    auto columns = BlockColumns::unpack(RecordId(100), packed.shapes);
    QVERIFY(columns);
    QCOMPARE(columns->count(), count);
    QVERIFY(!columns->hasNumbers());
    QVERIFY(columns->addNumbers(packed.numbers));
    QVERIFY(columns->hasNumbers());
    for (quint32 i = 0; i < count; ++i)
        QCOMPARE(known(headerOf(*columns, i)), known(block->view(i).header));
}

void tst_BlockColumns::aPartOfABlock()
{
    const auto block = blockOf(0, 100);
    const auto packed = BlockColumns::pack(*block, 40, 90);
    auto columns = BlockColumns::unpack(RecordId(140), packed.shapes);
    QVERIFY(columns && columns->addNumbers(packed.numbers));
    QCOMPARE(columns->count(), quint32{50});
    QCOMPARE(columns->shapes().front().id, RecordId(140));
    for (quint32 i = 0; i < 50; ++i)
        QCOMPARE(known(headerOf(*columns, i)), known(block->view(40 + i).header));
}

void tst_BlockColumns::likeHeadersTakeLittle()
{
    auto block = std::make_unique<Block>(RecordId(1), 1024 * 1024);
    for (int i = 0; i < 1000; ++i) {
        const QByteArray bytes = test::pack(test::sample(test::maskedSample, 20));
        std::memcpy(block->tail(), bytes.constData(), static_cast<size_t>(bytes.size()));
        block->publish(static_cast<quint32>(bytes.size()));
    }
    const auto packed = BlockColumns::pack(*block, 0, 1000);
    // A byte a record says which shape; all numbers are the same.
    QVERIFY2(packed.shapes.size() < 1000 + 100, qPrintable(QString::number(packed.shapes.size())));
    QVERIFY2(packed.numbers.size() < 100, qPrintable(QString::number(packed.numbers.size())));
}

void tst_BlockColumns::brokenShapesAreRefused()
{
    const auto block = blockOf(0, 200);
    const QByteArray whole = BlockColumns::pack(*block, 0, 200).shapes;
    QVERIFY(BlockColumns::unpack(RecordId(1), whole));
    for (qsizetype length = 0; length < whole.size(); ++length)
        QVERIFY2(!BlockColumns::unpack(RecordId(1), whole.first(length)), qPrintable(QString::number(length)));
    QVERIFY(!BlockColumns::unpack(RecordId(1), whole + 'x'));
    // No byte makes it read outside; which shape a record has is always one that is there.
    for (qsizetype at = 0; at < whole.size(); ++at) {
        for (const char byte : {'\0', '\1', '\x7f', '\xff'}) {
            QByteArray changed = whole;
            changed[at] = byte;
            const auto columns = BlockColumns::unpack(RecordId(1), changed);
            for (quint32 i = 0; columns && i < columns->count(); ++i) {
                QVERIFY(columns->shapeOf(i) < columns->shapes().size());
                RecordHeader header = columns->shapes()[columns->shapeOf(i)];
                columns->addSizes(i, header);
            }
        }
    }
}

void tst_BlockColumns::brokenNumbersAreRefused()
{
    const auto block = blockOf(0, 200);
    const auto packed = BlockColumns::pack(*block, 0, 200);
    auto columns = BlockColumns::unpack(RecordId(1), packed.shapes);
    QVERIFY(columns);
    for (qsizetype length = 0; length < packed.numbers.size(); ++length)
        QVERIFY(!columns->addNumbers(packed.numbers.first(length)));
    QVERIFY(!columns->addNumbers(packed.numbers + 'x'));
    QVERIFY(!columns->addNumbers(BlockColumns::pack(*block, 0, 199).numbers));
    QVERIFY(!columns->hasNumbers());
    QVERIFY(columns->addNumbers(packed.numbers));
}

QTEST_GUILESS_MAIN(tst_BlockColumns)
#include "tst_blockcolumns.moc"
