#include "net/relayclose.h"
#include "support/testmain.h"

#include <QTest>

using namespace wsw;
using namespace wsw::net;

/// The closing's table, row for row, as dialogues: an event, the order that follows, the time that is then waited.
class tst_RelayClose final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void dialogues_data();
    void dialogues();
    void whatIsSaidAfterwards();
    void payloads();
};

namespace {

constexpr int timeout = 5'000;

QString orderName(RelayClose::Order order)
{
    switch (order) {
    case RelayClose::Order::Nothing:
        return QStringLiteral("-");
    case RelayClose::Order::AnswerClose:
        return QStringLiteral("answer");
    case RelayClose::Order::SendFin:
        return QStringLiteral("fin");
    case RelayClose::Order::EndTcp:
        return QStringLiteral("end");
    }
    return {};
}

/// ">> event" lines with "<< order, ms" lines between.
QStringList play(RelayMode mode, const QStringList &events)
{
    RelayClose close(mode, timeout);
    QStringList lines;
    for (const QString &event : events) {
        RelayClose::Order order = RelayClose::Order::Nothing;
        if (event == QLatin1String("sent"))
            order = close.closeSent();
        else if (event == QLatin1String("received"))
            order = close.closeReceived();
        else if (event == QLatin1String("peer fin"))
            order = close.farReadEnded();
        else if (event == QLatin1String("near fin"))
            order = close.nearReadEnded();
        else if (event == QLatin1String("near gone"))
            order = close.nearEnded();
        else if (event == QLatin1String("late"))
            order = close.timedOut();
        lines += QStringLiteral("%1 -> %2 %3").arg(event, orderName(order)).arg(close.timerMs());
    }
    return lines;
}

} // namespace

void tst_RelayClose::dialogues_data()
{
    QTest::addColumn<RelayMode>("mode");
    QTest::addColumn<QStringList>("dialogue");
    const auto row = [](const char *name, RelayMode mode, const char *dialogue) {
        QTest::newRow(name) << mode << QString::fromLatin1(dialogue).split(QStringLiteral("; "));
    };
    row("host closes", RelayMode::Host, "sent -> - 5000; received -> fin 5000; peer fin -> end 5000");
    row("host's peer closes", RelayMode::Host, "received -> - 1000; sent -> fin 5000; peer fin -> end 5000");
    row("host's speaker answers and goes", RelayMode::Host, "received -> - 1000; sent -> fin 5000; near gone -> - 5000; late -> end 5000");
    row("host's peer keeps TCP", RelayMode::Host, "sent -> - 5000; received -> fin 5000; late -> end 5000");
    row("host's speaker is slow", RelayMode::Host, "received -> - 1000; late -> answer 1000");
    row("host's speaker is gone", RelayMode::Host, "received -> - 1000; near gone -> answer 1000");
    row("host's peer is silent", RelayMode::Host, "sent -> - 5000; late -> end 5000");
    row("host's peer cuts", RelayMode::Host, "peer fin -> end 5000");
    row("client closes", RelayMode::Client, "sent -> - 5000; received -> - 5000; peer fin -> end 5000");
    row("client's server keeps TCP", RelayMode::Client, "sent -> - 5000; received -> - 5000; late -> end 5000");
    row("client's server closes", RelayMode::Client, "received -> - 1000; sent -> - 5000; peer fin -> end 5000");
    row("client's speaker vanishes", RelayMode::Client, "near gone -> end 0");
    row("proxy, all in order", RelayMode::Proxy, "sent -> - 5000; received -> - 5000; peer fin -> - 5000; near fin -> end 5000");
    row("proxy, server first", RelayMode::Proxy, "received -> - 0; sent -> - 5000; peer fin -> - 5000; near gone -> end 5000");
    row("proxy, half-close", RelayMode::Proxy, "near fin -> fin 0; peer fin -> end 5000");
    row("proxy, server leaves, program stays", RelayMode::Proxy, "peer fin -> - 5000; late -> end 5000");
    row("proxy, program leaves", RelayMode::Proxy, "near gone -> end 0");
    row("raw, user closes", RelayMode::Raw, "sent -> - 5000; received -> - 5000; peer fin -> end 5000");
    row("raw, peer closes, user does nothing", RelayMode::Raw, "received -> - 0; peer fin -> end 5000");
}

void tst_RelayClose::dialogues()
{
    QFETCH(RelayMode, mode);
    QFETCH(QStringList, dialogue);
    QStringList events;
    for (const QString &line : dialogue)
        events += line.section(QStringLiteral(" -> "), 0, 0);
    QCOMPARE(play(mode, events), dialogue);
}

void tst_RelayClose::whatIsSaidAfterwards()
{
    RelayClose silent(RelayMode::Host, timeout);
    QVERIFY(!silent.hasBegun());
    QCOMPARE(silent.closeSent(), RelayClose::Order::Nothing);
    QVERIFY(silent.hasBegun() && !silent.peerWasSilent());
    QCOMPARE(silent.timedOut(), RelayClose::Order::EndTcp);
    QVERIFY(silent.peerWasSilent() && !silent.peerKeptTcp());
    RelayClose keeping(RelayMode::Client, timeout);
    QCOMPARE(keeping.closeSent(), RelayClose::Order::Nothing);
    QCOMPARE(keeping.closeReceived(), RelayClose::Order::Nothing);
    QCOMPARE(keeping.timedOut(), RelayClose::Order::EndTcp);
    QVERIFY(keeping.peerKeptTcp() && !keeping.peerWasSilent());
    QVERIFY(keeping.sentFirst());
    RelayClose answering(RelayMode::Client, timeout);
    QCOMPARE(answering.closeReceived(), RelayClose::Order::Nothing);
    QCOMPARE(answering.closeSent(), RelayClose::Order::Nothing);
    QVERIFY(!answering.sentFirst());
}

void tst_RelayClose::payloads()
{
    QCOMPARE(closePayload(0, "no code, no reason"), QByteArray());
    QCOMPARE(closePayload(1000, {}), QByteArray("\x03\xe8"));
    QCOMPARE(closePayload(1001, "bye"), QByteArray("\x03\xe9" "bye"));
    const QByteArray fits(123, 'x');
    QCOMPARE(closePayload(1000, fits), "\x03\xe8" + fits);
    QCOMPARE(closePayload(1000, fits + 'y'), "\x03\xe8" + fits);
    // Not within a character.
    QCOMPARE(closePayload(1000, fits.first(122) + "\xc3\xa4"), "\x03\xe8" + fits.first(122));
}

QTEST_GUILESS_MAIN(tst_RelayClose)
#include "tst_relayclose.moc"
