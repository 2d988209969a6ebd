#include "panes/rowcopier.h"

#include "capture/document.h"
#include "models/framelogmodel.h"
#include "models/recordtext.h"
#include "models/rowcopy.h"
#include "workspace.h"

#include <QApplication>
#include <QClipboard>
#include <QItemSelection>
#include <QtConcurrentRun>

#include <algorithm>
#include <utility>

namespace wsw::desktop {

RowCopier::RowCopier(Workspace *workspace, QObject *parent) : QObject(parent), m_workspace(workspace) {}

RowCopier::~RowCopier()
{
    if (m_cancelled)
        *m_cancelled = true;
}

void RowCopier::copy(const FrameLogModel &log, const QItemSelection &selection, const QList<LogRow::Column> &columns)
{
    QList<std::pair<int, int>> ranges;
    quint64 selected = 0;
    for (const QItemSelectionRange &range : selection) {
        ranges.append({range.top(), range.bottom()});
        selected += static_cast<quint64>(range.height());
    }
    std::sort(ranges.begin(), ranges.end());
    QList<RowToCopy> rows;
    for (const auto &[top, bottom] : std::as_const(ranges)) {
        for (int row = top; row <= bottom && rows.size() < maxRows; ++row)
            rows.append({log.recordAt(row), log.recordAt(row - 1)});
    }
    if (rows.isEmpty())
        return;
    if (m_cancelled)
        *m_cancelled = true;
    m_cancelled = std::make_shared<std::atomic_bool>(false);
    QtConcurrent::run([document = m_workspace->document(), rows, columns, stand = log.rows(), cancelled = m_cancelled] {
        return copiedText(*document, rows, columns, *cancelled, stand);
    })
        .then(this, [this, number = ++m_copies, selected](const Result<QString> &text) { take(number, text, selected); });
}

void RowCopier::take(quint64 number, const Result<QString> &text, quint64 selected)
{
    if (number != m_copies)
        return;
    if (!text) {
        Q_EMIT m_workspace->notice(text.error());
        return;
    }
    QApplication::clipboard()->setText(*text);
    if (selected > static_cast<quint64>(maxRows)) {
        Q_EMIT m_workspace->notice({ErrorKind::Limit,
                                    tr("The first %1 of %2 selected rows were copied.").arg(groupedNumber(maxRows), groupedNumber(selected)),
                                    tr("Save the capture for all of them, or filter for those you need."), {}});
    }
}

} // namespace wsw::desktop
