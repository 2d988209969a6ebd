#include "net/ports.h"

#include "support/testmain.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

using namespace wsw;

class TstPorts final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void findsWhoListens();
    void findsNobodyOnAFreePort();
    void offersTheNextFreePort();
    void offersAPortThatBothLoopbacksHave();
    void readsWherePrivilegesEnd();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void namesTheProgramInTheWay();
};

void TstPorts::findsWhoListens()
{
    for (const auto address : {QHostAddress::LocalHost, QHostAddress::LocalHostIPv6}) {
        QTcpServer server;
        QVERIFY(server.listen(address));
        const auto owner = net::findPortOwner(server.serverPort());
        QVERIFY(owner.has_value());
        QCOMPARE(owner->pid, QCoreApplication::applicationPid());
        QCOMPARE(owner->program, QStringLiteral("tst_ports"));
        QVERIFY(!owner->user.isEmpty());
    }
}

void TstPorts::findsNobodyOnAFreePort()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const quint16 port = server.serverPort();
    server.close();
    QVERIFY(!net::findPortOwner(port));
}

void TstPorts::offersTheNextFreePort()
{
    QTcpServer first;
    QVERIFY(first.listen(QHostAddress::LocalHost));
    const quint16 next = net::nextFreePort(QStringLiteral("127.0.0.1"), first.serverPort());
    QVERIFY(next > first.serverPort());
    QTcpServer second;
    QVERIFY(second.listen(QHostAddress::LocalHost, next));
    const quint16 afterThat = net::nextFreePort(QStringLiteral("127.0.0.1"), first.serverPort());
    QVERIFY(afterThat > next);
}

void TstPorts::offersAPortThatBothLoopbacksHave()
{
    QTcpServer first;
    QVERIFY(first.listen(QHostAddress::LocalHost));
    const quint16 next = net::nextFreePort(QStringLiteral("localhost"), first.serverPort());
    QTcpServer onlyIPv6;
    QVERIFY(onlyIPv6.listen(QHostAddress::LocalHostIPv6, next));
    QVERIFY(net::nextFreePort(QStringLiteral("localhost"), first.serverPort()) > next);
    QCOMPARE(net::nextFreePort(QStringLiteral("127.0.0.1"), first.serverPort()), next);
}

void TstPorts::readsWherePrivilegesEnd()
{
    QFile told(QStringLiteral("/proc/sys/net/ipv4/ip_unprivileged_port_start"));
    const int expected = told.open(QIODevice::ReadOnly) ? told.readAll().trimmed().toInt() : 1024;
    QCOMPARE(int(net::firstUnprivilegedPort()), expected);
}

void TstPorts::saysWhatIsWrong_data()
{
    QTest::addColumn<int>("failure");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("word");
    QTest::newRow("privileged") << int(net::BindFailure::Permission) << int(ErrorKind::Permission) << QStringLiteral("privileged");
    QTest::newRow("not local") << int(net::BindFailure::NotLocal) << int(ErrorKind::NotFound) << QStringLiteral("198.51.100.1");
    QTest::newRow("no address") << int(net::BindFailure::BadAddress) << int(ErrorKind::Usage) << QStringLiteral("198.51.100.1");
    QTest::newRow("other") << int(net::BindFailure::Other) << int(ErrorKind::Io) << QStringLiteral("the system's words");
}

void TstPorts::saysWhatIsWrong()
{
    QFETCH(int, failure);
    QFETCH(int, kind);
    QFETCH(QString, word);
    const Error error = net::bindError(net::BindFailure(failure), QStringLiteral("198.51.100.1"), 80, QStringLiteral("the system's words"));
    QCOMPARE(int(error.kind), kind);
    QVERIFY2(error.message.contains(word), qPrintable(error.message));
    QVERIFY(!error.remedy.isEmpty());
}

void TstPorts::namesTheProgramInTheWay()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const Error error = net::bindError(net::BindFailure::InUse, QStringLiteral("127.0.0.1"), server.serverPort());
    QCOMPARE(error.message, QStringLiteral("Port %1 is in use by this program itself.").arg(server.serverPort()));

    // Another one, whose name is longer than what the kernel keeps of it.
    const QTemporaryDir folder;
    const QString program = folder.filePath(QStringLiteral("a-program-with-a-long-name"));
    QVERIFY(QFile::copy(QFileInfo(QStringLiteral("/usr/bin/python3")).canonicalFilePath(), program));
    QProcess other;
    other.start(program, {QStringLiteral("-c"), QStringLiteral("import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); "
                                                               "print(s.getsockname()[1], flush=True); sys.stdin.read()")});
    QVERIFY(other.waitForStarted() && other.waitForReadyRead());
    const auto port = other.readLine().trimmed().toUShort();
    QCOMPARE(net::bindError(net::BindFailure::InUse, QStringLiteral("127.0.0.1"), port).message,
             QStringLiteral("Port %1 is in use by a-program-with-a-long-name (process %2).").arg(port).arg(other.processId()));
    other.closeWriteChannel();
    QVERIFY(other.waitForFinished());
}

QTEST_GUILESS_MAIN(TstPorts)
#include "tst_ports.moc"
