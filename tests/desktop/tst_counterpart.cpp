#include "models/counterpart.h"

#include "recording.h"
#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::desktop;
using wire::Fin;
using wire::Opcode;
using wire::RecordFlag;

/// From one record to the other that belongs to it.
class TestCounterpart final : public QObject
{
    Q_OBJECT

    static constexpr ConnectionId one{1};
    static constexpr ConnectionId two{2};
    const std::atomic_bool m_never = false;

    [[nodiscard]] quint64 from(const test::Recording &recording, quint64 id) const
    {
        const auto record = recording.document()->read(RecordId(id));
        const auto found = findCounterpart(*recording.document(), *record, m_never);
        return found ? found->value() : ~quint64{0};
    }

private Q_SLOTS:
    void initTestCase() { test::useTestFolders("tst_counterpart"); }
    void init() { test::failOnWarnings(); }

    void pingAndPong()
    {
        test::Recording recording;
        recording.frame(one, Direction::Sent, Opcode::Ping, "p1");                                                      // 1
        recording.frame(two, Direction::Received, Opcode::Pong, "p1");                                                  // 2: another connection
        recording.frame(one, Direction::Sent, Opcode::Pong, "p1");                                                      // 3: the same way
        recording.frame(one, Direction::Received, Opcode::Pong, "p0");                                                  // 4
        recording.frame(one, Direction::Received, Opcode::Pong, "p1");                                                  // 5
        QCOMPARE(from(recording, 1), 5U);
        QCOMPARE(from(recording, 5), 1U);
        QCOMPARE(from(recording, 4), 0U);   // nobody asked for it
        // Pings of one payload: the Pong that was timed belongs to the one from which its time counts.
        recording.frame(one, Direction::Sent, Opcode::Ping, "");                                                        // 6
        recording.frame(one, Direction::Sent, Opcode::Ping, "");                                                        // 7
        recording.frame(one, Direction::Received, Opcode::Pong, "", 500, Fin::Yes, RecordFlag::PingReply, 1500);        // 8
        QCOMPARE(from(recording, 8), 6U);
        QCOMPARE(from(recording, 6), 8U);
        QCOMPARE(from(recording, 7), 0U);
    }

    void messageAndEcho()
    {
        test::Recording recording;
        recording.frame(one, Direction::Sent, Opcode::Text, "a");                                                       // 1
        recording.frame(one, Direction::Sent, Opcode::Text, "b");                                                       // 2
        recording.frame(one, Direction::Received, Opcode::Text, "news");                                                // 3
        recording.frame(one, Direction::Received, Opcode::Text, "a", 500, Fin::Yes, RecordFlag::EchoReply, 2500);       // 4
        recording.frame(one, Direction::Received, Opcode::Text, "b", 500, Fin::Yes, RecordFlag::EchoReply, 2000);       // 5
        QCOMPARE(from(recording, 1), 4U);
        QCOMPARE(from(recording, 2), 5U);
        QCOMPARE(from(recording, 4), 1U);
        QCOMPARE(from(recording, 5), 2U);
        QVERIFY(!counterpartOf(*recording.document()->read(RecordId(3))));
        QCOMPARE(from(recording, 3), 0U);
    }

    void aHostsEcho()
    {
        test::Recording recording;
        const auto hosted = [&recording](Direction direction, QByteArray payload) {
            wire::TrafficRecord record;
            record.connection = one;
            record.direction = direction;
            record.header = wire::legalHeader(Opcode::Text, Fin::Yes, static_cast<quint64>(payload.size()), direction == Direction::Received ? Role::Client : Role::Server,
                                              {0x1f, 0x8a, 0x04, 0xc9});
            record.inflatedLength = record.header.length;
            if (record.header.masked) {
                auto *bytes = reinterpret_cast<uchar *>(payload.data());
                wire::applyMask(bytes, bytes, payload.size(), record.header.key);
            }
            record.payload = payload;
            recording.document()->recorder().record(record);
        };
        hosted(Direction::Received, "a");       // 1
        hosted(Direction::Received, "b");       // 2
        hosted(Direction::Received, "a");       // 3
        hosted(Direction::Sent, "a");           // 4
        hosted(Direction::Sent, "news");        // 5
        hosted(Direction::Sent, "b");           // 6
        hosted(Direction::Sent, "a");           // 7
        hosted(Direction::Received, "last");    // 8
        QCOMPARE(counterpartOf(*recording.document()->read(RecordId(1))), std::optional(Counterpart::Echo));
        QCOMPARE(counterpartOf(*recording.document()->read(RecordId(4))), std::optional(Counterpart::Echoed));
        const QList<std::pair<quint64, quint64>> pairs{{1, 4}, {2, 6}, {3, 7}};
        for (const auto &[asked, echo] : pairs) {
            QCOMPARE(from(recording, asked), echo);
            QCOMPARE(from(recording, echo), asked);
        }
        QCOMPARE(from(recording, 5), 0U);
        QCOMPARE(from(recording, 8), 0U);
    }

    void messagesWrittenAtOnce()
    {
        test::Recording recording;
        for (const char *payload : {"a", "b", "c"})
            recording.frame(one, Direction::Sent, Opcode::Text, payload, 0);                                            // 1 2 3: of one time
        recording.frame(one, Direction::Sent, Opcode::Ping, "", 0);                                                     // 4
        recording.frame(one, Direction::Received, Opcode::Text, "a", 500, Fin::Yes, RecordFlag::EchoReply, 500);        // 5
        recording.frame(one, Direction::Received, Opcode::Text, "b", 500, Fin::Yes, RecordFlag::EchoReply, 1000);       // 6
        recording.frame(one, Direction::Received, Opcode::Text, "c", 500, Fin::Yes, RecordFlag::EchoReply, 1500);       // 7
        for (const quint64 id : {1, 2, 3}) {
            QCOMPARE(from(recording, id), id + 4);
            QCOMPARE(from(recording, id + 4), id);
        }
    }

    void fragmentsAndCloses()
    {
        test::Recording recording;
        recording.frame(one, Direction::Received, Opcode::Text, "x", 1000, Fin::No, {}, 0, MessageId(7));               // 1
        recording.frame(one, Direction::Received, Opcode::Ping, "");                                                    // 2
        recording.frame(one, Direction::Received, Opcode::Continuation, "y", 1000, Fin::Yes, {}, 0, MessageId(7));      // 3
        recording.frame(one, Direction::Received, Opcode::Close, "\x03\xe8");                                           // 4
        recording.frame(two, Direction::Sent, Opcode::Close, "\x03\xe8");                                               // 5
        recording.frame(one, Direction::Sent, Opcode::Close, "\x03\xe8");                                               // 6
        QCOMPARE(from(recording, 3), 1U);
        QCOMPARE(from(recording, 4), 6U);
        QCOMPARE(from(recording, 6), 4U);
        QCOMPARE(from(recording, 5), 0U);
    }

    void acrossManyRecords()
    {
        test::Recording recording;
        recording.frame(one, Direction::Sent, Opcode::Ping, "far");
        for (int i = 0; i < 30'000; ++i)
            recording.frame(two, Direction::Received, Opcode::Text, "x");
        recording.frame(one, Direction::Received, Opcode::Pong, "far");
        QCOMPARE(from(recording, 1), 30'002U);
        QCOMPARE(from(recording, 30'002), 1U);
        const std::atomic_bool cancelled = true;
        const auto ping = recording.document()->read(RecordId(1));
        QVERIFY(!findCounterpart(*recording.document(), *ping, cancelled)->isValid());
    }
};

QTEST_GUILESS_MAIN(TestCounterpart)
#include "tst_counterpart.moc"
