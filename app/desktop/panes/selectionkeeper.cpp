#include "panes/selectionkeeper.h"

#include "models/framelogmodel.h"

#include <QItemSelection>

namespace wsw::desktop {

SelectionKeeper::SelectionKeeper(const FrameLogModel *log, QItemSelectionModel *selection, QObject *parent)
    : QObject(parent), m_log(log), m_selection(selection)
{
    connect(log, &FrameLogModel::merging, this, &SelectionKeeper::keep);
    connect(log, &FrameLogModel::merged, this, &SelectionKeeper::giveBack);
}

void SelectionKeeper::keep()
{
    const QItemSelection selection = m_selection->selection();
    for (const QItemSelectionRange &range : selection)
        m_ranges.append({m_log->recordAt(range.top()), m_log->recordAt(range.bottom())});
    m_selection->clearSelection(); // not what is current
}

void SelectionKeeper::giveBack()
{
    QItemSelection selection;
    for (const auto &[first, last] : std::exchange(m_ranges, {})) {
        const auto top = m_log->rowOf(first);
        const auto bottom = m_log->rowOf(last);
        if (top && bottom)
            selection.append(QItemSelectionRange(m_log->index(*top, 0), m_log->index(*bottom, FrameLogModel::ColumnCount - 1)));
    }
    m_selection->select(selection, QItemSelectionModel::Select);
}

} // namespace wsw::desktop
