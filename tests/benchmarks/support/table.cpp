#include "table.h"

#include <QFile>

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace wsw::bench {

double median(QList<double> values)
{
    if (values.isEmpty())
        return 0;
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Table::Table(QStringList heads)
{
    m_rows.append(std::move(heads));
}

void Table::add(QStringList cells)
{
    m_rows.append(std::move(cells));
}

void Table::print() const
{
    QList<qsizetype> widths(m_rows.first().size(), 0);
    for (const auto &row : m_rows) {
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto &row : m_rows) {
        QString line;
        for (qsizetype i = 0; i < row.size(); ++i)
            line += i == 0 ? row[i].leftJustified(widths[i]) : QStringLiteral("  ") + row[i].rightJustified(widths[i]);
        std::printf("%s\n", qUtf8Printable(line));
    }
    std::fflush(stdout);
}

QString Table::atLeast(double value, double target)
{
    return judged(value, value >= target, "below", target);
}

QString Table::atMost(double value, double target)
{
    return judged(value, value <= target, "above", target);
}

QString Table::judged(double value, bool met, const char *side, double target)
{
    m_missed = m_missed || !met;
    return ratio(value) + (met ? QStringLiteral("  ok") : QStringLiteral("  %1 %2").arg(QLatin1String(side)).arg(target));
}

QString grouped(double value)
{
    QString digits = QString::number(value, 'f', 0);
    for (auto at = digits.size() - 3; at > 0; at -= 3)
        digits.insert(at, QLatin1Char(' '));
    return digits;
}

QString ratio(double value)
{
    return QString::number(value, 'f', 2);
}

qint64 residentBytes(qint64 pid)
{
    QFile statm(QStringLiteral("/proc/%1/statm").arg(pid));
    if (!statm.open(QIODevice::ReadOnly))
        return 0;
    return statm.readAll().split(' ').value(1).toLongLong() * ::sysconf(_SC_PAGESIZE);
}

} // namespace wsw::bench
