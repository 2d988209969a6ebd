#include "processmemory.h"

#include <QFile>

#ifdef Q_OS_LINUX
#include <unistd.h>
#endif

namespace wsw::desktop {

std::optional<quint64> residentMemory()
{
#ifdef Q_OS_LINUX
    QFile statm(QStringLiteral("/proc/self/statm"));
    if (!statm.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QList<QByteArray> pages = statm.readAll().split(' ');
    if (pages.size() < 2)
        return std::nullopt;
    return pages.at(1).toULongLong() * static_cast<quint64>(sysconf(_SC_PAGESIZE));
#else
    return std::nullopt;
#endif
}

} // namespace wsw::desktop
