#include "exchange/har.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;

class TestHar final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void numbersGoThereAndBack()
    {
        for (const qint64 ns : {qint64{0}, qint64{1}, qint64{-1}, qint64{999'999'999}, qint64{1'795'572'321'025'997'123}, qint64{-1'500'000'000}}) {
            QByteArray seconds;
            appendSeconds(seconds, ns);
            QCOMPARE(scaledNumber(seconds, 9), std::optional(ns));
            QByteArray ms;
            appendMilliseconds(ms, ns);
            QCOMPARE(scaledNumber(ms, 6), std::optional(ns));
        }
        QByteArray text;
        appendSeconds(text, 1'000'000'001);
        QCOMPARE(text, QByteArray("1.000000001"));
    }

    void numbersOfOthers()
    {
        QCOMPARE(scaledNumber("1795572321.025997", 9), std::optional(qint64{1'795'572'321'025'997'000}));
        QCOMPARE(scaledNumber("2", 9), std::optional(qint64{2'000'000'000}));
        QCOMPARE(scaledNumber("0.12345678999", 9), std::optional(qint64{123'456'789}));
        QCOMPARE(scaledNumber("1e3", 6), std::optional(qint64{1'000'000'000}));
        for (const QByteArray &text : {QByteArray(), QByteArray("x"), QByteArray("1e300"), QByteArray("99999999999999999999"), QByteArray("1.-5"), QByteArray("nan")})
            QCOMPARE(scaledNumber(text, 9), std::nullopt);
    }

    void connectionsGoThereAndBack()
    {
        capture::ConnectionInfo info;
        info.localRole = Role::Server;
        info.endpoint = u"host"_s;
        info.endpointId = EndpointId(7);
        info.endpointKind = u"host"_s;
        info.name = u"client 3"_s;
        info.url = u"wss://x/"_s;
        info.localAddress = u"[::1]:443"_s;
        info.peerAddress = u"[::1]:50000"_s;
        info.subprotocol = u"chat"_s;
        info.extensions = u"permessage-deflate"_s;
        info.closeText = u"closed 1000"_s;
        info.opened = 1'000;
        info.closed = 2'000;
        info.tls = {{u"protocol"_s, u"TLSv1.3"_s}};
        info.phases = {{u"tcp"_s, 5}};
        const ClockAnchor clock{500, 1'795'572'321'025'997'123};
        const ClockAnchor other{0, 0};
        capture::ConnectionInfo back;
        connectionFromHar(connectionToHar(info, clock), other, back);
        QCOMPARE(back.localRole, Role::Server);
        QCOMPARE(back.endpointId, EndpointId(7));
        QCOMPARE(back.opened, clock.toWall(1'000));
        QCOMPARE(back.closed, clock.toWall(2'000));
        QCOMPARE(connectionToHar(back, other), connectionToHar(info, clock));
    }
};

QTEST_GUILESS_MAIN(TestHar)
#include "tst_har.moc"
