#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace wsw::bench {

/// The middle of @p values (mean of the two middle ones); 0 when empty.
[[nodiscard]] double median(QList<double> values);

/// A table for a terminal: the first column is left aligned, all others right.
class Table final
{
public:
    explicit Table(QStringList heads);
    void add(QStringList cells);
    void print() const;

    /// "0.93  ok" or "0.81  below 0.9"; the latter is remembered.
    [[nodiscard]] QString atLeast(double value, double target);
    /// "1.21  ok" or "1.81  above 1.5"; the latter is remembered.
    [[nodiscard]] QString atMost(double value, double target);
    /// What main() returns: 0 where every target asked for so far has been met, else 1.
    [[nodiscard]] int exitCode() const { return m_missed ? 1 : 0; }

private:
    [[nodiscard]] QString judged(double value, bool met, const char *side, double target);

    QList<QStringList> m_rows;
    bool m_missed = false;
};

/// "123 456": digits in groups of three.
[[nodiscard]] QString grouped(double value);
/// "0.93".
[[nodiscard]] QString ratio(double value);

/// Resident memory of a process in bytes, 0 where it cannot be read.
[[nodiscard]] qint64 residentBytes(qint64 pid);

} // namespace wsw::bench
