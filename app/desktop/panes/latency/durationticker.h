#pragma once

#include "panes/latency/customplot.h"

namespace wsw::desktop {

/// Ticks of a linear axis in ns, labelled with the unit that suits each value.
class DurationTicker final : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale &locale, QChar formatChar, int precision) override;
};

/// The same for a time axis that can span hours: steps of whole minutes and hours, "1:30 min", "2:00 h".
class ElapsedTicker final : public QCPAxisTicker
{
protected:
    double getTickStep(const QCPRange &range) override;
    QString getTickLabel(double tick, const QLocale &locale, QChar formatChar, int precision) override;
};

/// The same for a logarithmic axis in ns; over few decades 2 and 5 of each have their tick too.
class LogDurationTicker final : public QCPAxisTickerLog
{
protected:
    QVector<double> createTickVector(double tickStep, const QCPRange &range) override;
    QString getTickLabel(double tick, const QLocale &locale, QChar formatChar, int precision) override;
};

/// Ticks of a percentile axis, where u = -log10(1 - p): 0 is "0 %", 1 is "90 %", 2 is "99 %".
class PercentileTicker final : public QCPAxisTicker
{
protected:
    double getTickStep(const QCPRange &range) override;
    int getSubTickCount(double) override { return 0; }
    QString getTickLabel(double tick, const QLocale &locale, QChar formatChar, int precision) override;
};

} // namespace wsw::desktop
