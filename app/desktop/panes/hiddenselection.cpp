#include "panes/hiddenselection.h"

#include "models/framelogmodel.h"
#include "workspace.h"

#include <utility>

namespace wsw::desktop {

namespace {

/// A row that is being searched for, or comes with the next tick, is there by then: nothing flickers.
constexpr int lookAfterMs = 150;

} // namespace

HiddenSelection::HiddenSelection(const Workspace *workspace, const FrameLogModel *log, QObject *parent) : QObject(parent), m_workspace(workspace), m_log(log)
{
    m_look.setSingleShot(true);
    m_look.setInterval(lookAfterMs);
    connect(&m_look, &QTimer::timeout, this, &HiddenSelection::look);
    const auto lookSoon = [this] {
        if (!m_look.isActive())
            m_look.start();
    };
    connect(workspace, &Workspace::currentRecordChanged, this, lookSoon);
    connect(log, &QAbstractItemModel::modelReset, this, lookSoon);
    connect(log, &FrameLogModel::advanced, this, lookSoon);
}

void HiddenSelection::look()
{
    const RecordId record = m_workspace->currentRecord();
    // While the filter is still at work, that there is no row says nothing.
    const bool isHidden = record.isValid() && !m_log->rowOf(record) && !m_log->isSearching() && !m_log->isPaused();
    if (std::exchange(m_isHidden, isHidden) != isHidden)
        Q_EMIT changed(isHidden);
}

} // namespace wsw::desktop
