#include "support/program.h"
#include "support/testmain.h"

#include <QJsonDocument>
#include <QTcpServer>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::test;

class TestDemo final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void tellsTheConversation()
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"demo"_s});
        QCOMPARE(wsw->exitCode(), std::optional(0));
        const QByteArray text = wsw->restOfOutput();
        qsizetype at = 0;
        for (const char *next : {"GET / HTTP/1.1", "Sec-WebSocket-Key: ", "HTTP/1.1 101 ", "Sec-WebSocket-Accept: ",
                                       ": Hello server!", ": Echo: Hello server!", "ping, FIN, masked ", "pong, FIN, ",
                                       "1000 Normal Closure"}) {
            at = text.indexOf(next, at);
            QVERIFY2(at >= 0, "missing, or out of order: " + QByteArray(next) + "\n" + text);
        }
        QVERIFY2(text.contains("RFC 6455"), text);
        QVERIFY2(text.contains("ping round trip "), text);
    }

    void bothEndsRecordedTheSame()
    {
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"demo"_s, u"--json"_s});
        QCOMPARE(wsw->exitCode(), std::optional(0));
        QHash<int, QStringList> sent;
        QHash<int, QStringList> received;
        for (const QByteArray &line : wsw->restOfOutput().split('\n')) {
            const QJsonObject record = QJsonDocument::fromJson(line).object();
            if (record.value(u"kind"_s).toString() != u"frame"_s)
                continue;
            auto &side = record.value(u"direction"_s).toString() == u"sent"_s ? sent : received;
            side[record.value(u"connection"_s).toInt()].append(record.value(u"opcodeName"_s).toString() + u' '
                                                               + record.value(u"mask"_s).toString() + u' '
                                                               + record.value(u"payload"_s).toString());
        }
        QCOMPARE(sent.size(), 2);
        const QList<int> connections = sent.keys();
        QCOMPARE(received.value(connections.at(0)), sent.value(connections.at(1)));
        QCOMPARE(received.value(connections.at(1)), sent.value(connections.at(0)));
        QCOMPARE(sent.value(connections.at(0)).size(), 3);
        QCOMPARE(sent.value(connections.at(1)).size(), 3);
    }

    void takesTheNextFreePort()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost, 8765));
        const std::unique_ptr<Program> wsw = runToEnd(wswPath(), {u"demo"_s});
        QCOMPARE(wsw->exitCode(), std::optional(0));
        QVERIFY2(wsw->errors().contains("Port 8765 is taken; using "), wsw->errors());
        QVERIFY(wsw->restOfOutput().contains("Echo: Hello server!"));
    }
};

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
