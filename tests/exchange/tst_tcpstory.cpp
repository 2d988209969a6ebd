#include "exchange/tcpstory.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;

namespace {

/// What is told, as lines: "> S 0 0 0" is a SYN that was sent with sequence number 0, no acknowledgement, no bytes.
struct Told
{
    QStringList lines;
    TcpStory story;
    explicit Told(Role role, qsizetype largest = 10)
        : story(role, largest, [this](Direction direction, const TcpSegment &segment) {
              QString flags;
              for (const auto &[flag, letter] : {std::pair{TcpFlag::syn, u'S'}, {TcpFlag::fin, u'F'}, {TcpFlag::rst, u'R'}, {TcpFlag::psh, u'P'},
                                                 {TcpFlag::ack, u'A'}})
                  flags += (segment.flags & flag) != 0 ? QString(QChar(letter)) : QString();
              lines += u"%1 %2 %3 %4 %5"_s.arg(direction == Direction::Sent ? u">"_s : u"<"_s, flags).arg(segment.sequence).arg(segment.acknowledged)
                           .arg(segment.payload.size());
          })
    {
    }
    QStringList take() { return std::exchange(lines, {}); }
};

} // namespace

class TestTcpStory final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void aConversation()
    {
        Told told(Role::Client);
        told.story.bytes(Direction::Sent, QByteArray(25, 'x'));
        QCOMPARE(told.take(), (QStringList{u"> S 0 0 0"_s, u"< SA 0 1 0"_s, u"> A 1 1 0"_s, u"> A 1 1 10"_s, u"> A 11 1 10"_s, u"> PA 21 1 5"_s}));
        told.story.bytes(Direction::Received, "abc");
        QCOMPARE(told.take(), (QStringList{u"< PA 1 26 3"_s}));
        told.story.finish(Direction::Received);
        told.story.finish(Direction::Received);
        told.story.finish(Direction::Sent);
        told.story.reset(Direction::Sent);
        QCOMPARE(told.take(), (QStringList{u"< FA 4 26 0"_s, u"> A 26 5 0"_s, u"> FA 26 5 0"_s, u"< A 5 27 0"_s, u"> RA 27 5 0"_s}));
    }

    void theOtherEndBegins()
    {
        Told told(Role::Server);
        told.story.open();
        told.story.open();
        QCOMPARE(told.take(), (QStringList{u"< S 0 0 0"_s, u"> SA 0 1 0"_s, u"< A 1 1 0"_s}));
        told.story.reset(Direction::Received);
        told.story.finish(Direction::Sent);
        QCOMPARE(told.take(), (QStringList{u"< RA 1 1 0"_s}));
    }

    void whatIsMissingLeavesAGap()
    {
        Told told(Role::Client);
        told.story.bytes(Direction::Sent, "abc");
        told.story.skip(Direction::Sent, 100);
        told.take();
        told.story.bytes(Direction::Sent, "d");
        QCOMPARE(told.take(), (QStringList{u"> PA 104 1 1"_s}));
        QCOMPARE(told.story.position(Direction::Sent), quint64{104});
    }

    void noWindowIsEverFull()
    {
        Told told(Role::Client, 1460);
        told.story.bytes(Direction::Sent, QByteArray(5'000'000, 'x'));
        QVERIFY(told.lines.filter(QRegularExpression(u"^< A"_s)).size() >= 4);
    }

    void endsAsRecorded()
    {
        capture::ConnectionInfo info;
        info.id = ConnectionId(5);
        info.url = u"wss://example.org/x"_s;
        info.localAddress = u"10.0.0.1:5555"_s;
        info.peerAddress = u"10.0.0.2:8443"_s;
        const TcpEnds ends = endsOf(info);
        QCOMPARE(ends.tlsPort, quint16{8443});
        QCOMPARE(ends.peer.port, plainTextPort);
        QCOMPARE(ends.local.port, quint16{5555});
        QVERIFY(!ends.madeUp);
        info.localRole = Role::Server;
        QCOMPARE(endsOf(info).tlsPort, quint16{5555});
    }

    void endsThatNobodyRecorded()
    {
        capture::ConnectionInfo info;
        info.id = ConnectionId(70'000);
        info.url = u"ws://[::1]:99/"_s;
        const TcpEnds ends = endsOf(info);
        QVERIFY(ends.madeUp && ends.local.isIPv4 && ends.local.port >= 49152);
        QCOMPARE(ends.peer.port, quint16{99});
        QCOMPARE(ends.tlsPort, quint16{0});
    }
};

QTEST_GUILESS_MAIN(TestTcpStory)
#include "tst_tcpstory.moc"
