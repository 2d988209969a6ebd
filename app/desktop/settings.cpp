#include "settings.h"

#include <QFileInfo>
#include <QSettings>

namespace wsw::desktop::settings {

namespace {

constexpr qsizetype maxRecent = 10;

QByteArray bytes(const char *key)
{
    return QSettings().value(QLatin1String(key)).toByteArray();
}

void setValue(const char *key, const QVariant &value)
{
    QSettings().setValue(QLatin1String(key), value);
}

QString schemeName(SchemeChoice choice)
{
    switch (choice) {
    case SchemeChoice::System: return QStringLiteral("system");
    case SchemeChoice::Light: return QStringLiteral("light");
    case SchemeChoice::Dark: return QStringLiteral("dark");
    }
    Q_UNREACHABLE();
}

} // namespace

QByteArray geometry()
{
    return bytes("window/geometry");
}

void setGeometry(const QByteArray &state)
{
    setValue("window/geometry", state);
}

QByteArray docks()
{
    return bytes("window/docks");
}

void setDocks(const QByteArray &state)
{
    setValue("window/docks", state);
}

std::optional<int> layout()
{
    const QVariant value = QSettings().value(QStringLiteral("window/layout"));
    return value.isValid() ? std::optional(value.toInt()) : std::nullopt;
}

void setLayout(int layout)
{
    setValue("window/layout", layout);
}

int tab(const QString &pane, int otherwise)
{
    return QSettings().value(QStringLiteral("tabs/") + pane, otherwise).toInt();
}

void setTab(const QString &pane, int index)
{
    QSettings().setValue(QStringLiteral("tabs/") + pane, index);
}

QByteArray logColumns()
{
    return bytes("log/columns");
}

void setLogColumns(const QByteArray &state)
{
    setValue("log/columns", state);
}

bool logShowsMessages()
{
    return QSettings().value(QStringLiteral("log/messages")).toBool();
}

void setLogShowsMessages(bool on)
{
    setValue("log/messages", on);
}

SchemeChoice scheme()
{
    const QString name = QSettings().value(QStringLiteral("window/theme")).toString();
    return schemeFromName(name).value_or(SchemeChoice::System);
}

void setScheme(SchemeChoice choice)
{
    setValue("window/theme", schemeName(choice));
}

std::optional<SchemeChoice> schemeFromName(QStringView name)
{
    for (const SchemeChoice choice : {SchemeChoice::System, SchemeChoice::Light, SchemeChoice::Dark}) {
        if (name == schemeName(choice))
            return choice;
    }
    return std::nullopt;
}

QStringList recentCaptures()
{
    return QSettings().value(QStringLiteral("captures/recent")).toStringList();
}

void addRecentCapture(const QString &path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QStringList recent = recentCaptures();
    recent.removeAll(absolute);
    recent.prepend(absolute);
    recent.resize(qMin(recent.size(), maxRecent));
    setValue("captures/recent", recent);
}

void removeRecentCapture(const QString &path)
{
    QStringList recent = recentCaptures();
    recent.removeAll(path);
    setValue("captures/recent", recent);
}

qint64 sizeLimit()
{
    return qMax(qint64{0}, QSettings().value(QStringLiteral("captures/sizeLimit"), 0).toLongLong());
}

void setSizeLimit(qint64 bytes)
{
    setValue("captures/sizeLimit", bytes);
}

QStringList orderlyEnds()
{
    return QSettings().value(QStringLiteral("captures/orderly")).toStringList();
}

void setOrderlyEnds(const QStringList &paths)
{
    setValue("captures/orderly", paths);
}

} // namespace wsw::desktop::settings
