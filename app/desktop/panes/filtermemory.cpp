#include "panes/filtermemory.h"

#include "capture/filter.h"

#include <QSettings>

namespace wsw::desktop::filtermemory {

namespace {

const auto recentKey = QStringLiteral("filters/recent");
const auto keptKey = QStringLiteral("filters/kept");
const auto heartbeatsKey = QStringLiteral("filters/heartbeats");
/// As many as a menu shows at a glance.
constexpr qsizetype mostRecent = 8;

QStringList list(const QString &key)
{
    return QSettings().value(key).toStringList();
}

void append(const QString &key, const QString &filter)
{
    QStringList all = list(key);
    if (!all.contains(filter))
        QSettings().setValue(key, all << filter);
}

} // namespace

News &news()
{
    static News all;
    return all;
}

QStringList recent()
{
    return list(recentKey);
}

void note(const QString &filter)
{
    QStringList all = recent();
    all.removeAll(filter);
    all.prepend(filter);
    QSettings().setValue(recentKey, all.first(qMin(all.size(), mostRecent)));
}

QStringList kept()
{
    return list(keptKey);
}

void keep(const QString &filter)
{
    append(keptKey, filter);
}

void forget(const QString &filter)
{
    QStringList all = kept();
    all.removeAll(filter);
    QSettings().setValue(keptKey, all);
}

QStringList ownHeartbeats()
{
    return list(heartbeatsKey);
}

void addHeartbeat(const QString &filter)
{
    append(heartbeatsKey, filter);
    Q_EMIT news().heartbeatsChanged();
}

void forgetHeartbeats()
{
    QSettings().remove(heartbeatsKey);
    Q_EMIT news().heartbeatsChanged();
}

QString withoutHeartbeats()
{
    QString all = QStringLiteral("opcode == ping || opcode == pong");
    for (const QString &filter : ownHeartbeats()) {
        // The settings may come from another version, with other words.
        if (capture::Filter::parse(filter, nullptr))
            all += QStringLiteral(" || (%1)").arg(filter);
    }
    return QStringLiteral("!(%1)").arg(all);
}

} // namespace wsw::desktop::filtermemory
