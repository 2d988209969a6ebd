#pragma once

#include "capture/record.h"
#include "models/logrow.h"

class QMenu;

namespace wsw::desktop {

class FilterEdit;
class Workspace;

/// Adds to a row's menu what filters for the value of @p record in @p column: only that, that as well, all but that.
void addRowFilters(QMenu *menu, const capture::Record &record, LogRow::Column column, FilterEdit *edit);
/// Whether @p filter asks for @p term already: is it, or was put together with it by FilterEdit::addTerm().
[[nodiscard]] bool isDemanded(const QString &term, const QString &filter);
/// Lets @p edit take the filters that other panes ask for.
void takeFilters(const Workspace *workspace, FilterEdit *edit);

} // namespace wsw::desktop
