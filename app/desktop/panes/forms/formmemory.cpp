#include "panes/forms/formmemory.h"

#include <QSettings>

#include <algorithm>
#include <array>

namespace wsw::desktop::formmemory {

bool isSecret(const QString &name)
{
    // Parts of names, so that "Proxy-Authorization" and "X-Api-Key" are found as well; rather one line too many is typed again.
    static const std::array<QLatin1String, 11> marks{QLatin1String("auth"), QLatin1String("cookie"), QLatin1String("token"), QLatin1String("secret"),
                                                     QLatin1String("passw"), QLatin1String("passphrase"), QLatin1String("key"), QLatin1String("bearer"),
                                                     QLatin1String("session"), QLatin1String("signature"), QLatin1String("credential")};
    return std::any_of(marks.cbegin(), marks.cend(), [&name](QLatin1String mark) { return name.contains(mark, Qt::CaseInsensitive); });
}

void keepHeaders(const QString &key, const wire::HeaderList &headers)
{
    QStringList lines;
    for (const auto &[name, value] : headers) {
        if (!isSecret(QString::fromLatin1(name)))
            lines.append(QString::fromLatin1(name) + u':' + QString::fromUtf8(value));
    }
    QSettings().setValue(key, lines);
}

wire::HeaderList headers(const QString &key)
{
    wire::HeaderList list;
    const QStringList lines = QSettings().value(key).toStringList();
    for (const QString &line : lines) {
        const qsizetype colon = line.indexOf(u':');
        if (colon > 0)
            list.append({line.left(colon).toLatin1(), line.mid(colon + 1).toUtf8()});
    }
    return list;
}

void keepSubprotocols(const QString &key, const QStringList &subprotocols)
{
    QStringList kept = subprotocols;
    kept.removeIf([](const QString &name) { return isSecret(name); });
    QSettings().setValue(key, kept.join(QStringLiteral(", ")));
}

} // namespace wsw::desktop::formmemory
