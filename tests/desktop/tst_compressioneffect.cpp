#include "models/compressioneffect.h"

#include "recording.h"
#include "support/testmain.h"
#include "wire/deflate.h"

#include <QTest>

using namespace wsw;
using namespace wsw::desktop;
using wire::ContextTakeover;

/// What compression did to one message, measured on real deflate data; and in words.
class CompressionEffectTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void theContextIsMeasured();
    void withoutContext();
    void fragmentsAreAddedUp();
    void plainMessagesHaveNone();
    void words_data();
    void words();
    void savedInAll();

private:
    static std::optional<CompressionEffect> effectOf(const test::Recording &recording, quint64 id);
};

namespace {

const ConnectionId connection(1);
const QByteArray sentence = R"({"symbol":"ACME","price":17.25,"currency":"EUR","venue":"XETRA"})";

void agree(const test::Recording &recording, const QString &extensions)
{
    capture::ConnectionInfo info;
    info.id = connection;
    info.localRole = Role::Server;
    info.extensions = extensions;
    recording.document()->putConnection(info);
}

} // namespace

std::optional<CompressionEffect> CompressionEffectTest::effectOf(const test::Recording &recording, quint64 id)
{
    const capture::RecordHeader frame = recording.document()->peek(RecordId(id))->header;
    const std::atomic_bool never = false;
    const auto message = loadMessage(*recording.document(), frame, 1'000'000, never);
    return message ? compressionEffect(*recording.document(), frame, *message) : std::nullopt;
}

void CompressionEffectTest::theContextIsMeasured()
{
    test::Recording recording;
    agree(recording, QStringLiteral("permessage-deflate; server_max_window_bits=12"));
    wire::Deflater deflater({ContextTakeover::Yes, 12});
    const QByteArray first = deflater.compress(sentence, wire::MessagePart::Last);
    const QByteArray second = deflater.compress(sentence, wire::MessagePart::Last);
    QVERIFY(second.size() < first.size() / 3);
    recording.compressed(connection, Direction::Sent, wire::Opcode::Text, first, sentence, wire::Fin::Yes, MessageId(1));
    recording.compressed(connection, Direction::Sent, wire::Opcode::Text, second, sentence, wire::Fin::Yes, MessageId(2));

    const auto alone = effectOf(recording, 1);
    QVERIFY(alone.has_value());
    QCOMPARE(alone->plainBytes, static_cast<quint64>(sentence.size()));
    QCOMPARE(alone->wireBytes, static_cast<quint64>(first.size()));
    QCOMPARE(*alone->aloneBytes, alone->wireBytes);
    QCOMPARE(alone->sender->windowBits, 12);
    const auto helped = effectOf(recording, 2);
    QCOMPARE(helped->wireBytes, static_cast<quint64>(second.size()));
    QCOMPARE(*helped->aloneBytes, static_cast<quint64>(first.size()));
}

void CompressionEffectTest::withoutContext()
{
    test::Recording recording;
    agree(recording, QStringLiteral("permessage-deflate; server_no_context_takeover"));
    recording.compressed(connection, Direction::Sent, wire::Opcode::Text, "x", sentence, wire::Fin::Yes, MessageId(1));
    recording.compressed(connection, Direction::Received, wire::Opcode::Text, "x", sentence, wire::Fin::Yes, MessageId(2));
    const auto sent = effectOf(recording, 1);   // by the server, which is this end
    QVERIFY(sent && !sent->aloneBytes);
    QCOMPARE(sent->sender->contextTakeover, ContextTakeover::No);
    QVERIFY(effectOf(recording, 2)->aloneBytes.has_value());
    agree(recording, QString());
    QVERIFY(!effectOf(recording, 2)->sender);
    QVERIFY(!effectOf(recording, 2)->aloneBytes);
}

void CompressionEffectTest::fragmentsAreAddedUp()
{
    test::Recording recording;
    agree(recording, QStringLiteral("permessage-deflate"));
    recording.compressed(connection, Direction::Sent, wire::Opcode::Text, "123", {}, wire::Fin::No, MessageId(1));
    recording.compressed(connection, Direction::Sent, wire::Opcode::Continuation, "45", sentence, wire::Fin::Yes, MessageId(1));
    for (quint64 id : {1u, 2u}) {
        const auto effect = effectOf(recording, id);
        QVERIFY(effect.has_value());
        QCOMPARE(effect->wireBytes, quint64{5});
        QCOMPARE(effect->plainBytes, static_cast<quint64>(sentence.size()));
        QVERIFY(effect->aloneBytes.has_value());
    }
}

void CompressionEffectTest::plainMessagesHaveNone()
{
    test::Recording recording;
    agree(recording, QStringLiteral("permessage-deflate"));
    recording.frame(connection, Direction::Sent, wire::Opcode::Text, sentence);
    QVERIFY(!effectOf(recording, 1).has_value());
}

void CompressionEffectTest::words_data()
{
    QTest::addColumn<CompressionEffect>("effect");
    QTest::addColumn<QString>("expected");
    const wire::DeflateSide keeps;
    const wire::DeflateSide alone{ContextTakeover::No, 15};
    QTest::newRow("saved") << CompressionEffect{24, 19, keeps, 27}
                           << QStringLiteral("Compressed from 24 to 19 bytes (79 %). Alone it would take 27: the messages before it saved 8.");
    QTest::newRow("no help") << CompressionEffect{24, 19, keeps, 19}
                             << QStringLiteral("Compressed from 24 to 19 bytes (79 %). Alone it would take as many: the messages before it did not help.");
    QTest::newRow("tighter") << CompressionEffect{24, 19, keeps, 18}
                             << QStringLiteral("Compressed from 24 to 19 bytes (79 %). This program would make 18 of it alone: its zlib packs tighter.");
    QTest::newRow("alone") << CompressionEffect{1'000'000, 12'345, alone, std::nullopt}
                           << QStringLiteral("Compressed from 1\u00a0000\u00a0000 to 12\u00a0345 bytes (1.2 %). Each message stands alone on this connection.");
    QTest::newRow("not known") << CompressionEffect{5, 7, std::nullopt, std::nullopt} << QStringLiteral("Compressed from 5 to 7 bytes (140 %).");
    QTest::newRow("nothing") << CompressionEffect{0, 1, std::nullopt, std::nullopt} << QStringLiteral("Compressed from 0 to 1 bytes.");
}

void CompressionEffectTest::words()
{
    QFETCH(CompressionEffect, effect);
    QTEST(compressionText(effect), "expected");
}

void CompressionEffectTest::savedInAll()
{
    QCOMPARE(savedText(10, 10, 5, 5), QString());
    QCOMPARE(savedText(1'000, 3'500, 20, 12),
             QStringLiteral("Compression: saved 2\u00a0500 of 3\u00a0500 bytes sent, added 8 to 12 bytes received"));
    QCOMPARE(savedText(10, 10, 5, 8), QStringLiteral("Compression: saved 3 of 8 bytes received"));
}

QTEST_GUILESS_MAIN(CompressionEffectTest)
#include "tst_compressioneffect.moc"
