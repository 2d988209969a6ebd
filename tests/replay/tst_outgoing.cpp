#include "replay/outgoing.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::replay;

/// Messages of a script as an endpoint takes them.
class TestOutgoing final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sendable_data()
    {
        QTest::addColumn<MessageKind>("kind");
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<bool>("sendable");
        const auto row = [](const char *name, MessageKind kind, const QByteArray &payload, bool sendable) { QTest::newRow(name) << kind << payload << sendable; };
        row("text", MessageKind::Text, "Gr\xc3\xbc\xc3\x9f" "e", true);
        row("no UTF-8", MessageKind::Text, "\xff", false);
        row("cut within a character", MessageKind::Text, "\xc3", false);
        row("binary", MessageKind::Binary, "\xff", true);
        row("ping", MessageKind::Ping, QByteArray(125, 'x'), true);
        row("a byte too much", MessageKind::Ping, QByteArray(126, 'x'), false);
        row("close", MessageKind::Close, "\x0f\xa1" "done", true);
        row("an empty close", MessageKind::Close, {}, true);
        row("a code that must not be sent", MessageKind::Close, "\x03\xed", false);
        row("a full reason", MessageKind::Close, "\x03\xe8" + QByteArray(123, 'x'), true);
        row("a reason that is too long", MessageKind::Close, "\x03\xe8" + QByteArray(124, 'x'), false);
    }

    void sendable()
    {
        QFETCH(const MessageKind, kind);
        QFETCH(const QByteArray, payload);
        QFETCH(const bool, sendable);
        QCOMPARE(isSendable(kind, payload), sendable);
    }

    void aCloseIsTakenApart()
    {
        const session::Outgoing close = outgoingOf(MessageKind::Close, "\x0f\xa1" "done");
        QCOMPARE(close.kind, session::Outgoing::Kind::Close);
        QCOMPARE(close.closeCode, quint16(4001));
        QCOMPARE(close.reason, u"done"_s);
        QCOMPARE(outgoingOf(MessageKind::Close, {}).closeCode, quint16(0));
    }

    void fragments()
    {
        const QList<session::Outgoing> frames = fragmentsOf(MessageKind::Text, {"a", "", "bc"}, Role::Client);
        QCOMPARE(frames.size(), 3);
        QByteArray wire;
        for (const session::Outgoing &frame : frames) {
            QCOMPARE(frame.kind, session::Outgoing::Kind::Frame);
            QVERIFY(frame.header.masked);
            QCOMPARE(frame.header.length, static_cast<quint64>(frame.payload.size()));
            wire += static_cast<char>(frame.header.firstByte());
        }
        QCOMPARE(wire, QByteArray("\x01\x00\x80", 3));
        QVERIFY(frames.at(0).header.key != frames.at(1).header.key || frames.at(1).header.key != frames.at(2).header.key);
        QVERIFY(!fragmentsOf(MessageKind::Binary, {"a", "b"}, Role::Server).first().header.masked);
    }
};

QTEST_GUILESS_MAIN(TestOutgoing)
#include "tst_outgoing.moc"
