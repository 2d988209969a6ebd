#include "peers.h"

#include "base/bytes.h"
#include "exchange/importer.h"
#include "support/ownnetwork.h"
#include "support/recorded.h"
#include "support/testmain.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

namespace {

/// A pcap file in its parts, to be put together otherwise.
struct Pcap
{
    QByteArray head;
    QList<QByteArray> packets;      ///< with their heads
    [[nodiscard]] QByteArray whole() const { return head + packets.join(); }

    static Pcap read(const QByteArray &file)
    {
        Pcap pcap{file.left(24), {}};
        for (qsizetype at = 24; at + 16 <= file.size();) {
            const qsizetype size = 16 + readLittleEndian<quint32>(reinterpret_cast<const uchar *>(file.constData()) + at + 8);
            pcap.packets += file.mid(at, size);
            at += size;
        }
        return pcap;
    }
};

/// Bytes of TCP's payload in a packet of Ethernet and IPv4.
qsizetype payloadSize(const QByteArray &packet)
{
    constexpr qsizetype tcp = 16 + 14 + 20;
    return packet.size() - tcp - (static_cast<uchar>(packet.at(tcp + 12)) >> 4) * 4;
}

} // namespace

/// A conversation between two programs of others, captured by a third: the right frames are shown.
class TestTcpdump final : public QObject
{
    Q_OBJECT
public:
    /// @p refused: why nothing can be captured; empty where it can.
    explicit TestTcpdump(QByteArray refused) : m_refused(std::move(refused)) {}

private Q_SLOTS:
    void init() { failOnWarnings(); }
    void initTestCase()
    {
        QVERIFY2(m_refused.isEmpty(), "This user may not capture packets, and the system refuses " + m_refused
                                          + ". Allow it, on Debian with `sysctl kernel.unprivileged_userns_clone=1`, or run the tests as root.");
        capture({u"--no-compression"_s});
    }
    void asItWas() { QVERIFY(compare(m_pcap)); }
    void everythingTwice();
    void outOfOrder();
    void aSegmentLost();
    /// The last one: it captures anew.
    void compressed()
    {
        capture({});
        if (!QTest::currentTestFailed())
            QVERIFY(compare(m_pcap));
    }

private:
    /// A conversation of Python's client, started with these options, with Python's server.
    void capture(const QStringList &options);
    /// Imports @p pcap and compares every byte with what the peers say of themselves.
    bool compare(const Pcap &pcap);
    std::unique_ptr<capture::Document> import(const Pcap &pcap);

    const QByteArray m_refused;
    QTemporaryDir m_folder;
    Pcap m_pcap;
    PeerBytes m_client;
    PeerBytes m_server;
    int m_imports = 0;
};

void TestTcpdump::capture(const QStringList &options)
{
    const std::unique_ptr<Program> server = startPeer(u"python_server.py"_s);
    const QString port = QString::number(readyPort(*server));
    const QString file = m_folder.filePath(u"talk%1.pcap"_s.arg(options.size()));
    Program tcpdump(u"tcpdump"_s, {u"-i"_s, u"lo"_s, u"-w"_s, file, u"-U"_s, u"-s"_s, u"0"_s, u"-B"_s, u"16384"_s, u"--immediate-mode"_s,
                                   u"--time-stamp-precision=nano"_s, u"-Z"_s, u"root"_s, u"tcp port "_s + port});
    QVERIFY2(tcpdump.start(), "tcpdump does not start; `packaging/install-packages test` installs it");
    QTRY_VERIFY2_WITH_TIMEOUT(tcpdump.errors().contains("listening on"), tcpdump.errors().constData(), 20'000);
    const std::unique_ptr<Program> client = startPeer(u"python_client.py"_s, QStringList{u"ws://127.0.0.1:"_s + port + u"/chat"_s} + options);
    m_client = bytesOf(client->readJson(60'000));
    m_server = bytesOf(server->readJson(60'000));
    QVERIFY(!m_client.sent.isEmpty() && m_client.sent == m_server.received && m_server.sent == m_client.received);
    // The last packets are on their way to the file.
    qint64 size = -1;
    QTRY_VERIFY_WITH_TIMEOUT(std::exchange(size, QFile(file).size()) == QFile(file).size() && size > m_client.sent.size() + m_server.sent.size(), 10'000);
    QTest::qWait(500);
    tcpdump.sendSignal(SIGINT);
    QCOMPARE(tcpdump.exitCode(), std::optional(0));
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    m_pcap = Pcap::read(written.readAll());
    QVERIFY(m_pcap.packets.size() > 30);
}

std::unique_ptr<capture::Document> TestTcpdump::import(const Pcap &pcap)
{
    const QString name = m_folder.filePath(u"variant%1"_s.arg(++m_imports));
    QFile file(name + u".pcap"_s);
    if (!file.open(QIODevice::WriteOnly) || file.write(pcap.whole()) < 0)
        return {};
    file.close();
    const Result<ImportSummary> summary = importFile(file.fileName(), name + u".wscapture"_s, Overwrite::No);
    if (!summary) {
        QTest::qFail(qPrintable(summary.error().message), __FILE__, __LINE__);
        return {};
    }
    Result<std::unique_ptr<capture::Document>> document = capture::Document::open(name + u".wscapture"_s);
    if (!document || (*document)->connections().size() != 1) {
        QTest::qFail("not one connection", __FILE__, __LINE__);
        return {};
    }
    return std::move(document).value();
}

bool TestTcpdump::compare(const Pcap &pcap)
{
    const std::unique_ptr<capture::Document> document = import(pcap);
    if (!document)
        return false;
    const ConnectionId id = document->connections().at(0).id;
    const QByteArray sent = recordedBytes(*document, id, Direction::Sent);
    const QByteArray received = recordedBytes(*document, id, Direction::Received);
    if (sent != m_client.sent)
        qInfo("%s", difference(sent, m_client.sent).constData());
    if (received != m_server.sent)
        qInfo("%s", difference(received, m_server.sent).constData());
    for (const capture::Record &record : recordsOf(*document, id)) {
        if (record.header.violation != wire::Violation::None) {
            qInfo("record %llu: %s", record.header.id.value(), wire::violationInfo(record.header.violation).name);
            return false;
        }
    }
    return sent == m_client.sent && received == m_server.sent;
}

void TestTcpdump::everythingTwice()
{
    Pcap twice{m_pcap.head, {}};
    for (const QByteArray &packet : m_pcap.packets)
        twice.packets += {packet, packet};
    QVERIFY(compare(twice));
    // And some of them much later.
    Pcap later = m_pcap;
    for (qsizetype i = 10; i + 8 < later.packets.size(); i += 9)
        later.packets.insert(i + 8, m_pcap.packets.at(i % m_pcap.packets.size()));
    QVERIFY(compare(later));
}

void TestTcpdump::outOfOrder()
{
    for (const qsizetype distance : {1, 2, 5}) {
        Pcap mixed = m_pcap;
        // What opens the connection stays in its place.
        for (qsizetype i = 4; i + distance < mixed.packets.size(); i += distance + 1)
            mixed.packets.swapItemsAt(i, i + distance);
        QVERIFY2(compare(mixed), QByteArray::number(distance));
    }
}

/// In the middle of the largest frame: all the others are right, and that one says that it is not whole.
void TestTcpdump::aSegmentLost()
{
    const std::unique_ptr<capture::Document> whole = import(m_pcap);
    Pcap lossy = m_pcap;
    // One that goes on with a frame that the one before it began.
    qsizetype at = -1;
    for (qsizetype i = 1; i + 1 < lossy.packets.size() && at < 0; ++i) {
        const QByteArray ports = lossy.packets.at(i).mid(16 + 34, 4);
        const bool row = payloadSize(lossy.packets.at(i)) > 1'000 && lossy.packets.at(i - 1).mid(16 + 34, 4) == ports
            && payloadSize(lossy.packets.at(i - 1)) > 30'000;
        if (row)
            at = i;
    }
    QVERIFY2(at > 0, "no large message went out in several segments");
    // Nor may the kernel have sent it again: ports and sequence number.
    const QByteArray lost = lossy.packets.at(at).mid(16 + 34, 8);
    lossy.packets.removeIf([&lost](const QByteArray &packet) { return packet.mid(16 + 34, 8) == lost; });
    const std::unique_ptr<capture::Document> document = import(lossy);
    QVERIFY(whole && document);
    const ConnectionId id = document->connections().at(0).id;
    int truncated = 0;
    for (const Direction direction : {Direction::Sent, Direction::Received}) {
        const QList<capture::Record> before = framesOf(*whole, id, direction);
        const QList<capture::Record> after = framesOf(*document, id, direction);
        QCOMPARE(after.size(), before.size());
        for (qsizetype i = 0; i < after.size(); ++i) {
            QCOMPARE(after.at(i).header.frame, before.at(i).header.frame);
            QCOMPARE(after.at(i).header.violation, wire::Violation::None);
            if (after.at(i).header.flags.testFlag(wire::RecordFlag::Truncated)) {
                ++truncated;
                QVERIFY(before.at(i).payload.startsWith(after.at(i).payload) && after.at(i).payload.size() < before.at(i).payload.size());
            } else {
                QVERIFY(after.at(i).payload == before.at(i).payload);
            }
        }
    }
    QCOMPARE(truncated, 1);
}

int main(int argc, char **argv)
{
    const QByteArray refused = ::geteuid() == 0 ? QByteArray() : enterOwnNetwork();
    const QCoreApplication app(argc, argv);
    TestTcpdump test(refused);
    return QTest::qExec(&test, argc, argv);
}

#include "tst_tcpdump.moc"
