#include "panes/hiddenselection.h"

#include "models/framelogmodel.h"
#include "panes/framelogpane.h"
#include "workspace.h"

#include <algorithm>
#include <utility>

namespace wsw::desktop {

namespace {

/// A row that is being searched for, or comes with the next tick, is there by then: nothing flickers.
constexpr int lookAfterMs = 150;

} // namespace

HiddenSelection::HiddenSelection(const Workspace *workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    m_look.setSingleShot(true);
    m_look.setInterval(lookAfterMs);
    connect(&m_look, &QTimer::timeout, this, &HiddenSelection::look);
    connect(workspace, &Workspace::currentRecordChanged, this, &HiddenSelection::lookSoon);
}

void HiddenSelection::watch(const FrameLogPane *log)
{
    m_logs.removeAll(nullptr);
    m_logs.append(log);
    connect(log, &QObject::destroyed, this, &HiddenSelection::lookSoon);
    connect(log->model(), &QAbstractItemModel::modelReset, this, &HiddenSelection::lookSoon);
    connect(log->model(), &FrameLogModel::advanced, this, &HiddenSelection::lookSoon);
}

void HiddenSelection::lookSoon()
{
    if (!m_look.isActive())
        m_look.start();
}

bool HiddenSelection::isShownBy(const FrameLogPane *log) const
{
    // One behind other tabs stands where nobody can look.
    if (log == nullptr || !log->isVisible() || log->visibleRegion().isEmpty())
        return false;
    // While the filter is still at work, that there is no row says nothing.
    const FrameLogModel *model = log->model();
    return model->rowOf(m_workspace->currentRecord()) || model->isSearching() || model->isPaused();
}

void HiddenSelection::look()
{
    const bool isHidden = m_workspace->currentRecord().isValid() && std::ranges::none_of(m_logs, [this](const auto &log) { return isShownBy(log); });
    if (std::exchange(m_isHidden, isHidden) != isHidden)
        Q_EMIT changed(isHidden);
}

} // namespace wsw::desktop
