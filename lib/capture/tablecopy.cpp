#include "capture/tablecopy.h"

#include "capture/schema.h"

#include <algorithm>
#include <limits>

namespace wsw::capture {

namespace {

/// @p name as SQL says it. Only names out of our own schema come here.
QString quoted(const QString &name)
{
    QString inner = name;
    return u'"' + inner.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

Result<QStringList> texts(Database &database, const char *sql, const QString &parameter = {})
{
    auto statement = Statement::prepare(database, sql);
    if (!statement)
        return statement.error();
    if (!parameter.isNull())
        statement->bind(1, parameter);
    QStringList found;
    for (;;) {
        switch (statement->step()) {
        case Statement::Step::Row: found.append(statement->text(0)); break;
        case Statement::Step::Done: return found;
        case Statement::Step::Failed: return database.error(QStringLiteral("read"));
        }
    }
}

constexpr const char *columnsSql = "SELECT name FROM pragma_table_info(?) ORDER BY cid";

} // namespace

Result<QStringList> tablesOf(Database &database)
{
    return texts(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite%' ORDER BY rowid");
}

Result<quint64> copyTable(Database &from, Database &to, const QString &table)
{
    const auto wanted = texts(to, columnsSql, table);
    if (!wanted)
        return wanted.error();
    const auto had = texts(from, columnsSql, table);
    if (!had)
        return had.error();
    QStringList columns;
    for (const QString &column : *wanted) {
        if (had->contains(column))
            columns.append(quoted(column));
    }
    if (columns.isEmpty())
        return quint64{0};
    const QString names = columns.join(u',');
    const QByteArray select = QStringLiteral("SELECT rowid, %1 FROM %2 ORDER BY rowid").arg(names, quoted(table)).toUtf8();
    const QByteArray insert = QStringLiteral("INSERT OR REPLACE INTO %2(%1) VALUES(%3)")
                                  .arg(names, quoted(table), QStringList(columns.size(), QStringLiteral("?")).join(u','))
                                  .toUtf8();
    auto rows = Statement::prepare(from, select.constData());
    if (!rows)
        return rows.error();
    auto put = Statement::prepare(to, insert.constData());
    if (!put)
        return put.error();

    quint64 copied = 0;
    qint64 last = std::numeric_limits<qint64>::min();
    for (Statement::Step step = rows->step(); step != Statement::Step::Done; step = rows->step()) {
        if (step == Statement::Step::Failed)
            return from.error(QStringLiteral("read"));
        // A tree that leads in a circle gives the same rows again and again.
        const qint64 number = rows->number(0);
        if (copied > 0 && number <= last)
            return damagedCapture(from.path(), QStringLiteral("the rows of table %1 are out of order").arg(table));
        last = number;
        for (int i = 0; i < columns.size(); ++i)
            put->bind(i + 1, rows.value(), i + 1);
        if (!put->run())
            return to.error(QStringLiteral("write"));
        ++copied;
    }
    return copied;
}

} // namespace wsw::capture
