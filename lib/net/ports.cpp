#include "net/ports.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>
#include <QTcpServer>

#include <array>

#ifdef Q_OS_UNIX
#include <pwd.h>
#include <unistd.h>
#endif

namespace wsw::net {

namespace {

constexpr int portsToTry = 500;
constexpr quint16 usualFirstUnprivilegedPort = 1024;

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

struct ListeningSocket
{
    QByteArray inode;
    uint user = 0;
};

/// The sockets of /proc/net/tcp or tcp6 that listen on @p port. Columns: sl local remote st tx:rx tr:when retrnsmt uid timeout inode.
QList<ListeningSocket> listeningIn(const QString &table, quint16 port)
{
    constexpr qsizetype local = 1;
    constexpr qsizetype state = 3;
    constexpr qsizetype user = 7;
    constexpr qsizetype inode = 9;
    const QByteArray wantedPort = ':' + QByteArray::number(port, 16).rightJustified(4, '0').toUpper();
    QList<ListeningSocket> found;
    const auto lines = contentOf(table).split('\n');
    for (const QByteArray &line : lines) {
        const auto columns = line.simplified().split(' ');
        if (columns.size() > inode && columns[state] == "0A" && columns[local].endsWith(wantedPort))
            found.append({columns[inode], columns[user].toUInt()});
    }
    return found;
}

QString userName(uint id)
{
#ifdef Q_OS_UNIX
    if (const passwd *entry = ::getpwuid(id))
        return QString::fromLocal8Bit(entry->pw_name);
#endif
    return QString::number(id);
}

/// What a link says, word for word ("socket:[12345]" is no path; QFile::symLinkTarget() would make it one).
QString linkTarget(const QString &path)
{
#ifdef Q_OS_UNIX
    std::array<char, 64> target;
    const ssize_t length = ::readlink(QFile::encodeName(path).constData(), target.data(), target.size());
    return length > 0 ? QString::fromLatin1(target.data(), qsizetype(length)) : QString();
#else
    return QFile::symLinkTarget(path);
#endif
}

/// The process that holds one of @p targets ("socket:[12345]") open; 0 where none does or we may not see it.
qint64 holderOf(const QSet<QString> &targets)
{
    const auto processes = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &process : processes) {
        bool isNumber = false;
        const qint64 pid = process.toLongLong(&isNumber);
        if (!isNumber)
            continue;
        const QDir descriptors(QStringLiteral("/proc/%1/fd").arg(process));
        const auto entries = descriptors.entryList(QDir::Files | QDir::System | QDir::NoDotAndDotDot);
        for (const QString &entry : entries) {
            if (targets.contains(linkTarget(descriptors.filePath(entry))))
                return pid;
        }
    }
    return 0;
}

/// The kernel's short name has 15 characters; where the program's file is called so and longer, that.
QString programName(qint64 pid)
{
    const QString name = QString::fromLocal8Bit(contentOf(QStringLiteral("/proc/%1/comm").arg(pid)).trimmed());
    const QString file = QFileInfo(QFile::symLinkTarget(QStringLiteral("/proc/%1/exe").arg(pid))).fileName();
    return file.startsWith(name) ? file : name;
}

QString ownerText(const PortOwner &owner)
{
    if (owner.pid == QCoreApplication::applicationPid())
        return QStringLiteral("by this program itself");
    if (!owner.program.isEmpty())
        return QStringLiteral("by %1 (process %2)").arg(owner.program).arg(owner.pid);
    if (!owner.user.isEmpty())
        return QStringLiteral("by a program of the user %1").arg(owner.user);
    return QStringLiteral("by another program");
}

bool canListen(const QHostAddress &address, quint16 port)
{
    QTcpServer server;
    return server.listen(address, port);
}

} // namespace

std::optional<PortOwner> findPortOwner(quint16 port)
{
    const auto sockets = listeningIn(QStringLiteral("/proc/net/tcp"), port)
                         + listeningIn(QStringLiteral("/proc/net/tcp6"), port);
    if (sockets.isEmpty())
        return std::nullopt;
    PortOwner owner;
    owner.user = userName(sockets.first().user);
    QSet<QString> targets;
    for (const ListeningSocket &socket : sockets)
        targets.insert(QStringLiteral("socket:[%1]").arg(QString::fromLatin1(socket.inode)));
    owner.pid = holderOf(targets);
    if (owner.pid != 0)
        owner.program = programName(owner.pid);
    return owner;
}

quint16 nextFreePort(const QString &address, quint16 port)
{
    const bool both = address == QLatin1String("localhost");
    const QHostAddress first = both ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(address);
    const bool needsIPv6 = both && canListen(QHostAddress(QHostAddress::LocalHostIPv6), 0);
    for (int candidate = port + 1; candidate <= port + portsToTry && candidate <= 0xffff; ++candidate) {
        const auto now = quint16(candidate);
        if (canListen(first, now) && (!needsIPv6 || canListen(QHostAddress(QHostAddress::LocalHostIPv6), now)))
            return now;
    }
    return 0;
}

quint16 firstUnprivilegedPort()
{
    const QByteArray told = contentOf(QStringLiteral("/proc/sys/net/ipv4/ip_unprivileged_port_start")).trimmed();
    bool isNumber = false;
    const ushort port = told.toUShort(&isNumber);
    return isNumber ? port : usualFirstUnprivilegedPort;
}

Error bindError(BindFailure failure, const QString &address, quint16 port, const QString &systemText)
{
    switch (failure) {
    case BindFailure::InUse: {
        const PortOwner owner = findPortOwner(port).value_or(PortOwner());
        const bool own = owner.pid == QCoreApplication::applicationPid();
        return {ErrorKind::InUse, QStringLiteral("Port %1 is in use %2.").arg(port).arg(ownerText(owner)),
                own ? QStringLiteral("Stop that server, or take another port.") : QStringLiteral("Stop that program, or take another port."), {}};
    }
    case BindFailure::Permission:
        return {ErrorKind::Permission,
                QStringLiteral("Port %1 is privileged: the system gives ports below %2 to administrators only.")
                    .arg(port).arg(firstUnprivilegedPort()),
                QStringLiteral("Take a port of %1 or above.").arg(firstUnprivilegedPort()), {}};
    case BindFailure::NotLocal:
        return {ErrorKind::NotFound, QStringLiteral("%1 is not an address of this machine.").arg(address),
                QStringLiteral("Use 127.0.0.1 for this machine only, 0.0.0.0 for all networks, or an address of this machine."), {}};
    case BindFailure::BadAddress:
        return {ErrorKind::Usage, QStringLiteral("\"%1\" is not an address to listen on.").arg(address),
                QStringLiteral("Write a numeric address such as 127.0.0.1 or ::1, or localhost."), {}};
    case BindFailure::Other:
        break;
    }
    return {ErrorKind::Io, QStringLiteral("Listening on %1, port %2, failed: %3.").arg(address).arg(port).arg(systemText),
            QStringLiteral("Take another address or port."), {}};
}

} // namespace wsw::net
