#include "replayactions.h"

#include "capture/document.h"
#include "dialogs/comparedialog.h"
#include "logdocks.h"
#include "models/framelogmodel.h"
#include "panes/endpointspane.h"
#include "panes/framelogpane.h"
#include "theme/theme.h"
#include "widgets/panedock.h"
#include "workspace.h"

#include <QAction>
#include <QItemSelection>
#include <QMenu>
#include <QTableView>

#include <algorithm>

namespace wsw::desktop {

ReplayActions::ReplayActions(Workspace *workspace, EndpointsPane *endpoints, FrameLogPane *main, LogDocks *logs, QWidget *window)
    : QObject(window), m_workspace(workspace), m_endpoints(endpoints), m_logs(logs), m_window(window),
      m_replay(new QAction(Theme::instance().icon(QStringLiteral("repeat")), tr("Replay…"), this)),
      m_compare(new QAction(Theme::instance().icon(QStringLiteral("columns")), tr("Compare conversations…"), this))
{
    m_replay->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_R));
    m_compare->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_D));
    connect(m_replay, &QAction::triggered, this, [this] { replay(offersOfSelection(), m_logs->active(), Role::Client); });
    connect(m_compare, &QAction::triggered, this, [this] {
        const ConnectionId current = m_workspace->currentConnection();
        compare(current.isValid() ? replay::RunRef{m_workspace->document(), current} : replay::RunRef(), {});
    });
    connect(m_workspace, &Workspace::documentChanged, this, &ReplayActions::update);
    connect(m_endpoints, &EndpointsPane::rowMenuShown, this, &ReplayActions::addToEndpointMenu);
    addToMenusOf(main);
    connect(m_logs, &LogDocks::opened, this, [this](const PaneDock *dock) { addToMenusOf(LogDocks::logOf(dock)); });
    update();
}

void ReplayActions::update()
{
    m_replay->setEnabled(m_workspace->document() != nullptr);
    m_compare->setEnabled(m_workspace->document() != nullptr);
}

void ReplayActions::addToEndpointMenu(QMenu *menu)
{
    menu->addSeparator();
    menu->addActions({m_replay, m_compare});
}

void ReplayActions::addToMenusOf(FrameLogPane *log)
{
    connect(log, &FrameLogPane::rowMenuShown, this, [this, log](QMenu *menu) { addToLogMenu(log, menu); });
}

void ReplayActions::addToLogMenu(FrameLogPane *log, QMenu *menu)
{
    const QList<ReplayOffer> rows = offersOfRows(log);
    if (rows.isEmpty())
        return;
    menu->addSeparator();
    QAction *action = menu->addAction(m_replay->icon(), tr("Replay %1…").arg(rows.first().words), this,
                                      [this, rows, log] { replay(rows + offersOfSelection(), log, sideOfCurrentRow()); });
    action->setObjectName(QStringLiteral("replayRows"));
}

/// The connection or the endpoint that is selected; the first of them is what the user has in mind.
QList<ReplayOffer> ReplayActions::offersOfSelection() const
{
    QList<ReplayOffer> offers;
    const auto urlOf = [this](ConnectionId id) {
        const auto info = m_workspace->document()->connection(id);
        return info ? info->url : QString();
    };
    if (const ConnectionId connection = m_workspace->currentConnection(); connection.isValid()) {
        offers.append({tr("Connection %1").arg(m_workspace->nameOf(connection)), m_workspace->document(), {.connections = QSet<ConnectionId>{connection}}, urlOf(connection), false});
    }
    if (const auto endpoint = m_workspace->endpoint(m_workspace->currentEndpoint())) {
        const QList<ConnectionId> all = m_workspace->connectionsOf(endpoint->id);
        if (all.size() > 1 || (all.size() == 1 && offers.isEmpty())) {
            const QString words = all.size() == 1 ? tr("The connection of %1").arg(endpoint->name) : tr("All %1 connections of %2").arg(all.size()).arg(endpoint->name);
            offers.append({words, m_workspace->document(), {.connections = QSet<ConnectionId>(all.begin(), all.end())}, all.size() == 1 ? urlOf(all.first()) : QString(), false});
        }
    }
    return offers;
}

/// What is selected in the log: of the connections and by the filter that it shows, from the first to the last row of each range.
QList<ReplayOffer> ReplayActions::offersOfRows(const FrameLogPane *log) const
{
    const FrameLogModel *model = log->model();
    ReplayOffer offer;
    offer.document = m_workspace->document();
    quint64 rows = 0;
    for (const QItemSelectionRange &range : log->view()->selectionModel()->selection()) {
        const RecordId first = model->recordAt(range.top());
        const RecordId last = model->recordAt(range.bottom());
        if (!first.isValid() || !last.isValid())
            continue;
        offer.choice.ranges.emplace_back(first, last);
        rows += static_cast<quint64>(range.height());
    }
    if (rows == 0)
        return {};
    std::ranges::sort(offer.choice.ranges);
    offer.choice.filter = model->filter();
    offer.choice.connections = model->connections();
    offer.choice.rows = model->rows() == FrameLogModel::Rows::Messages ? replay::Choice::Rows::Messages : replay::Choice::Rows::Frames;
    const auto current = m_workspace->document()->peek(m_workspace->currentRecord(), 0);
    offer.control = current && current->header.kind == wire::RecordKind::Frame && wire::isControl(current->header.frame.opcode);
    offer.words = rows == 1 ? tr("the selected row") : tr("the %1 selected rows").arg(rows);
    return {offer};
}

/// A row is replayed by whoever had sent it.
Role ReplayActions::sideOfCurrentRow() const
{
    const auto record = m_workspace->document()->peek(m_workspace->currentRecord(), 0);
    const auto connection = record ? m_workspace->document()->connection(record->header.connection) : std::nullopt;
    if (!connection)
        return Role::Client;
    return record->header.direction == Direction::Sent ? connection->localRole : other(connection->localRole);
}

void ReplayActions::replay(const QList<ReplayOffer> &first, const FrameLogPane *log, Role side)
{
    if (m_replayDialog == nullptr) {
        m_replayDialog = new ReplayDialog(m_workspace, m_window);
        connect(m_replayDialog, &ReplayDialog::captureNeeded, this, &ReplayActions::captureNeeded);
        connect(m_replayDialog, &ReplayDialog::compareWanted, this, &ReplayActions::compare);
    }
    QList<ReplayOffer> offers = first;
    const FrameLogModel *model = log->model();
    if (!model->showsEverything())
        offers.append({tr("What the log shows"), m_workspace->document(), {.connections = model->connections(), .filter = model->filter()}, {}, false});
    const QList<capture::ConnectionInfo> all = m_workspace->document()->connections();
    offers.append({all.size() == 1 ? tr("Everything: 1 connection") : tr("Everything: %1 connections").arg(all.size()), m_workspace->document(), {}, all.size() == 1 ? all.first().url : QString(), false});
    m_replayDialog->offer(offers, side);
}

void ReplayActions::compare(const replay::RunRef &left, const replay::RunRef &right)
{
    if (m_compareDialog == nullptr) {
        m_compareDialog = new CompareDialog(m_workspace, m_window);
        connect(m_compareDialog, &CompareDialog::frameWanted, this, [this](RecordId record) { m_logs->active()->goTo(record); });
    }
    m_compareDialog->compare(left, right);
}

} // namespace wsw::desktop
