#include "panes/framelogpane.h"

#include "capture/document.h"
#include "models/framelogmodel.h"
#include "panes/filterbar.h"
#include "panes/sentwatch.h"
#include "workspace.h"

#include <utility>

namespace wsw::desktop {

// What the selection under Endpoints narrows the log to.
void FrameLogPane::followSelection()
{
    const std::pair chosen{m_workspace->currentEndpoint(), chosenConnection()};
    const bool isOther = std::exchange(m_scopeOf, chosen) != chosen;
    const bool isNothing = !chosen.first.isValid() && !chosen.second.isValid();
    const QString name = selectedName();
    m_bar->setScope(isNothing ? QString() : name.isEmpty() ? tr("Selection") : name);
    if (!isOther)
        return;
    if (m_followsEndpoints)
        m_bar->turnScopeOn();
    applyScope();
}

void FrameLogPane::showAllEndpoints()
{
    m_followsEndpoints = false;
    m_bar->showEverything();
    followSelection();
}

void FrameLogPane::applyScope()
{
    const auto &[endpoint, connection] = m_scopeOf;
    std::optional<QSet<ConnectionId>> shown;
    if (m_bar->isScopeOn() && connection.isValid()) {
        shown = {connection};
    } else if (m_bar->isScopeOn() && endpoint.isValid()) {
        const QList<ConnectionId> all = m_workspace->connectionsOf(endpoint);
        shown.emplace(all.cbegin(), all.cend());
    }
    if (shown == m_model->connections())
        return;
    m_sent->forget();
    m_model->setConnections(shown);
    onRecordSelected(m_workspace->currentRecord());
    m_isOtherScope = true;
    letGoOfOthers();
    updateNote();
}

void FrameLogPane::letGoOfOthers()
{
    // Not before all that is shown has been found.
    if (!m_isOtherScope || m_model->isSearching())
        return;
    m_isOtherScope = false;
    const RecordId selected = m_workspace->currentRecord();
    const auto document = m_workspace->document();
    if (!document || !selected.isValid() || !m_model->connections() || m_model->rowOf(selected))
        return;
    // Its row may be still to come.
    const auto record = document->peek(selected);
    if (!record || !m_model->connections()->contains(record->header.connection))
        m_workspace->selectRecord({});
}

QString FrameLogPane::selectedName() const
{
    if (const QString name = m_workspace->nameOf(m_workspace->currentConnection()); !name.isEmpty())
        return name;
    const auto endpoint = m_workspace->endpoint(m_workspace->currentEndpoint());
    return endpoint ? endpoint->name : QString();
}

ConnectionId FrameLogPane::chosenConnection() const
{
    // A client's own row stands for its latest connection and shows the earlier ones, too: what was said before a reconnect.
    const ConnectionId chosen = m_workspace->currentConnection();
    return m_workspace->isLatestOfClient(chosen) ? ConnectionId() : chosen;
}

void FrameLogPane::onConnectionChanged(const session::ConnectionStatus &status)
{
    // Perhaps a new one of the endpoint whose connections are shown.
    if (status.endpoint == m_scopeOf.first && !m_scopeOf.second.isValid() && m_bar->isScopeOn())
        m_model->addConnection(status.id);
}

} // namespace wsw::desktop
