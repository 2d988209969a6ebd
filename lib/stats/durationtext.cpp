#include "stats/durationtext.h"

#include <QLocale>

#include <array>
#include <cmath>

namespace wsw::stats {

namespace {

struct Unit
{
    double size;
    const char16_t *name;
};

constexpr std::array durations{Unit{1e9, u"s"}, Unit{1e6, u"ms"}, Unit{1e3, u"µs"}, Unit{1, u"ns"}};

/// Decimals that leave three significant digits.
int decimalsFor(double value)
{
    if (value >= 99.95)
        return 0;
    return value >= 9.995 ? 1 : 2;
}

QString withUnit(double value, int decimals, const Unit &unit)
{
    return QStringLiteral("%1 %2").arg(QLocale::c().toString(value, 'f', decimals), QString::fromUtf16(unit.name));
}

const Unit &unitFor(double ns)
{
    // 999.6 µs would be shown as "1000 µs": the next unit begins where rounding reaches it.
    for (const Unit &unit : durations) {
        if (ns >= unit.size * 0.9995 || unit.size == 1)
            return unit;
    }
    return durations.back();
}

} // namespace

QString durationText(qint64 ns)
{
    const auto magnitude = std::abs(static_cast<double>(ns));
    const Unit &unit = unitFor(magnitude);
    const double value = magnitude / unit.size;
    const QString text = withUnit(value, unit.size == 1 ? 0 : decimalsFor(value), unit);
    return ns < 0 ? QChar(u'−') + text : text;
}

QString durationTick(double ns)
{
    if (std::abs(ns) < 0.5)
        return QStringLiteral("0");
    const double magnitude = std::abs(ns);
    const Unit &unit = unitFor(magnitude);
    QString number = QLocale::c().toString(magnitude / unit.size, 'f', unit.size == 1 ? 0 : 3);
    if (number.contains(u'.')) {
        while (number.endsWith(u'0'))
            number.chop(1);
        if (number.endsWith(u'.'))
            number.chop(1);
    }
    const QString text = number + u' ' + QString::fromUtf16(unit.name);
    return ns < 0 ? QChar(u'−') + text : text;
}

QString sizeText(quint64 bytes)
{
    constexpr std::array units{Unit{1024.0 * 1024 * 1024, u"GiB"}, Unit{1024.0 * 1024, u"MiB"}, Unit{1024, u"KiB"}};
    if (bytes == 1)
        return QStringLiteral("1 byte");
    const auto value = static_cast<double>(bytes);
    for (const Unit &unit : units) {
        if (value >= unit.size)
            return withUnit(value / unit.size, decimalsFor(value / unit.size), unit);
    }
    return QStringLiteral("%1 bytes").arg(bytes);
}

} // namespace wsw::stats
