#include "exchange/output.h"

#include "support/testmain.h"

#include <QBuffer>
#include <QTest>

using namespace wsw;
using namespace wsw::exchange;

namespace {

/// Takes some bytes, then no more.
class FullDisk final : public QIODevice
{
public:
    qint64 readData(char *, qint64) override { return -1; }
    qint64 writeData(const char *, qint64 size) override
    {
        m_left -= size;
        if (m_left >= 0)
            return size;
        setErrorString(QStringLiteral("no space left"));
        return -1;
    }

private:
    qint64 m_left = Output::pieceBytes + 10;
};

} // namespace

class TestOutput final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void everythingInOrder()
    {
        QBuffer buffer;
        QVERIFY(buffer.open(QIODevice::WriteOnly));
        Output output(buffer);
        QByteArray expected;
        for (int i = 0; i < 100'000; ++i) {
            output.buffer() += QByteArray::number(i) + ' ';
            output.flushIfFull();
            expected += QByteArray::number(i) + ' ';
        }
        QVERIFY(buffer.size() > 0 && buffer.size() < expected.size());
        QVERIFY(output.finish().ok());
        QVERIFY(buffer.data() == expected);
    }

    void aFullDiskIsTold()
    {
        FullDisk disk;
        QVERIFY(disk.open(QIODevice::WriteOnly));
        Output output(disk);
        for (int i = 0; i < 3; ++i) {
            output.buffer() += QByteArray(Output::pieceBytes, 'x');
            output.flushIfFull();
        }
        QVERIFY(output.failed());
        const Result<> finished = output.finish();
        QVERIFY(!finished);
        QVERIFY2(finished.error().message.contains(QStringLiteral("no space left")), qPrintable(finished.error().message));
    }
};

QTEST_GUILESS_MAIN(TestOutput)
#include "tst_output.moc"
