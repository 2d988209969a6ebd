#include "panes/forms/portfield.h"

#include "workspace.h"

#include <QSettings>

#include <algorithm>

namespace wsw::desktop {

using session::EndpointInfo;
using session::EndpointState;

namespace {

constexpr int highestPort = 65535;

} // namespace

PortField::PortField(const Workspace *workspace, const QString &settingsKey, int standard, QWidget *parent)
    : QSpinBox(parent), m_workspace(workspace), m_settingsKey(settingsKey)
{
    setRange(0, highestPort);
    setSpecialValueText(tr("any free port"));
    setButtonSymbols(NoButtons);
    setValue(QSettings().value(settingsKey, standard).toInt());
    m_wanted = m_proposed = value();
}

bool PortField::isTaken(int port) const
{
    const QList<EndpointInfo> all = m_workspace->endpoints();
    return std::any_of(all.cbegin(), all.cend(), [port](const EndpointInfo &info) {
        const bool listens = info.state == EndpointState::Starting || info.state == EndpointState::Listening;
        return !hasOneConnection(info.kind) && listens && info.port == port;
    });
}

void PortField::propose()
{
    if (value() != m_proposed)
        m_wanted = value();
    int port = m_wanted;
    while (port != 0 && port < highestPort && isTaken(port))
        ++port;
    m_proposed = port;
    setValue(port);
}

void PortField::remember() const
{
    QSettings().setValue(m_settingsKey, value() == m_proposed ? m_wanted : value());
}

} // namespace wsw::desktop
