#pragma once

#include "capture/record.h"
#include "models/filteruse.h"
#include "models/logrow.h"

class QMenu;

namespace wsw::desktop {

class FilterEdit;

/// What the row stands for of whose menu it is.
enum class RowOf : quint8 { Frame, Message };

/// Adds to a row's menu what filters for the value of @p record in @p column: only that, that as well, all but that. Of a message only for what
/// all of its frames share: by any other value one of them would keep it in the log, or another one take its place there.
void addRowFilters(QMenu *menu, const capture::Record &record, RowOf row, LogRow::Column column, FilterEdit *edit);
/// Whether @p filter asks for @p term already: is it, or was put together with it by FilterEdit::addTerm().
[[nodiscard]] bool isDemanded(const QString &term, const QString &filter);
/// Has @p edit filter by @p filter alone, by it as well, or for all but it.
void takeFilter(const QString &filter, FilterUse use, FilterEdit *edit);

} // namespace wsw::desktop
