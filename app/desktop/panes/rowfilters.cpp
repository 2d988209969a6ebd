#include "panes/rowfilters.h"

#include "capture/filter.h"
#include "models/valuefilter.h"
#include "panes/filtermenu.h"
#include "theme/theme.h"
#include "widgets/filteredit.h"

#include <QMenu>

namespace wsw::desktop {

bool isDemanded(const QString &term, const QString &filter)
{
    const QString behind = QLatin1String(") && ") + term;
    const QString front = u'(' + term + QLatin1String(") && ");
    const bool isInFront = filter.startsWith(front) && !filter.sliced(front.size()).contains(QLatin1String("||")) && !filter.contains(QLatin1String(" or "));
    if (filter == term || isInFront)
        return true;
    if (!filter.startsWith(u'(') || !filter.endsWith(behind))
        return false;
    // The bracket that opens it must be the one that is closed before the term.
    const QString before = filter.first(filter.size() - behind.size()).sliced(1);
    return capture::Filter::parse(before, nullptr).has_value();
}

void takeFilter(const QString &filter, FilterUse use, FilterEdit *edit)
{
    switch (use) {
    case FilterUse::Only: edit->setFilterText(filter); break;
    case FilterUse::And:
        if (!isDemanded(filter, edit->text().trimmed()))
            edit->addTerm(filter);
        break;
    case FilterUse::Hide: edit->addTerm(QStringLiteral("!(%1)").arg(filter)); break;
    }
}

void addRowFilters(QMenu *menu, const capture::Record &record, RowOf row, LogRow::Column column, FilterEdit *edit)
{
    const QIcon icon = Theme::instance().icon(QStringLiteral("filter"));
    const QString typed = edit->text().trimmed();
    const bool isOffered = row == RowOf::Frame || isSharedByFrames(column);
    if (const QString value = isOffered ? filterOnValue(record, column) : QString(); !value.isEmpty() && value != typed) {
        const QString shown = filterMenuText(value);
        menu->addAction(icon, FilterEdit::tr("Show only: %1").arg(shown), edit, [edit, value] { edit->setFilterText(value); });
        if (!typed.isEmpty() && !isDemanded(value, typed))
            menu->addAction(icon, FilterEdit::tr("And only: %1").arg(shown), edit, [edit, value] { edit->addTerm(value); });
        menu->addAction(icon, FilterEdit::tr("Hide: %1").arg(shown), edit, [edit, value] { edit->addTerm(QStringLiteral("!(%1)").arg(value)); });
    }
    if (column != LogRow::Connection && record.header.integrity == capture::Integrity::Intact) {
        menu->addAction(icon, FilterEdit::tr("Show only this connection"), edit,
                        [edit, value = filterOnValue(record, LogRow::Connection)] { edit->setFilterText(value); });
    }
}

} // namespace wsw::desktop
