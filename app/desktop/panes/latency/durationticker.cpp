#include "panes/latency/durationticker.h"

#include "base/clock.h"
#include "stats/durationtext.h"

#include <cmath>

namespace wsw::desktop {

QString DurationTicker::getTickLabel(double tick, const QLocale &, QChar, int)
{
    return stats::durationTick(tick);
}

double ElapsedTicker::getTickStep(const QCPRange &range)
{
    const double seconds = range.size() / static_cast<double>(nsPerSecond) / mTickCount;
    if (seconds < 1)
        return QCPAxisTicker::getTickStep(range);
    for (const double step : {1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0}) {
        if (step >= seconds)
            return step * static_cast<double>(nsPerSecond);
    }
    return std::ceil(seconds / 3600) * 3600 * static_cast<double>(nsPerSecond);
}

QString ElapsedTicker::getTickLabel(double tick, const QLocale &, QChar, int)
{
    const double seconds = tick / static_cast<double>(nsPerSecond);
    if (std::abs(seconds) < 60)
        return stats::durationTick(tick);
    const auto whole = static_cast<qint64>(std::llround(std::abs(seconds)));
    const qint64 high = whole >= 3600 ? whole / 3600 : whole / 60;
    const qint64 low = whole >= 3600 ? whole % 3600 / 60 : whole % 60;
    return QStringLiteral("%1%2:%3 %4").arg(seconds < 0 ? QStringLiteral("−") : QString()).arg(high)
        .arg(low, 2, 10, QLatin1Char('0')).arg(whole >= 3600 ? QStringLiteral("h") : QStringLiteral("min"));
}

QVector<double> LogDurationTicker::createTickVector(double tickStep, const QCPRange &range)
{
    constexpr double fewDecades = 3;
    if (range.lower <= 0 || std::log10(range.upper / range.lower) > fewDecades)
        return QCPAxisTickerLog::createTickVector(tickStep, range);
    QVector<double> ticks;
    for (double decade = std::pow(10.0, std::floor(std::log10(range.lower))); decade <= range.upper; decade *= 10) {
        for (const double part : {1.0, 2.0, 5.0})
            ticks.append(decade * part);
    }
    return ticks;
}

QString LogDurationTicker::getTickLabel(double tick, const QLocale &, QChar, int)
{
    return stats::durationTick(tick);
}

double PercentileTicker::getTickStep(const QCPRange &)
{
    return 1;
}

QString PercentileTicker::getTickLabel(double tick, const QLocale &, QChar, int)
{
    // No step lies below 0 or beyond nine nines.
    if (tick < -0.5 || tick > 9.5)
        return {};
    const double percent = 100 * (1 - std::pow(10.0, -std::round(tick)));
    return QStringLiteral("%1 %").arg(percent, 0, 'g', 12);
}

} // namespace wsw::desktop
