#pragma once

#include "capture/database.h"

#include <QStringList>

namespace wsw::capture {

/// The tables of @p database that are plain ones, in the order in which they were made.
[[nodiscard]] Result<QStringList> tablesOf(Database &database);
/// Copies the rows of @p table that @p from has: the columns that both know, in the order of their numbers. Returns how many. A table that
/// @p from has not is no error. Errors: what could be read before a damaged place has been copied all the same.
[[nodiscard]] Result<quint64> copyTable(Database &from, Database &to, const QString &table);

} // namespace wsw::capture
