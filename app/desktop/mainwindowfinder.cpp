#include "mainwindow.h"

#include "capture/document.h"
#include "panes/endpointspane.h"
#include "panes/framelogpane.h"
#include "theme/theme.h"
#include "widgets/actionfinder.h"
#include "workspace.h"

#include <QAction>
#include <QKeySequence>
#include <QPointer>

namespace wsw::desktop {

// What the finder offers for what has been typed: a frame, endpoints, actions.
QList<FinderEntry> MainWindow::findEntries(const QString &typed)
{
    QList<FinderEntry> found;
    addFrameEntry(found, typed);
    addEndpointEntries(found, typed);
    addActionEntries(found, typed);
    return found;
}

void MainWindow::addFrameEntry(QList<FinderEntry> &found, const QString &typed)
{
    bool isNumber = false;
    const quint64 number = typed.trimmed().toULongLong(&isNumber);
    if (!isNumber || !m_workspace->document() || number == 0 || number > m_workspace->document()->received())
        return;
    found.append({tr("Go to frame %1").arg(number), {}, Theme::instance().icon(QStringLiteral("chevron-right")),
                  [this, number] { m_frameLog->goTo(RecordId(number)); }});
}

void MainWindow::addEndpointEntries(QList<FinderEntry> &found, const QString &typed)
{
    for (const session::EndpointInfo &info : m_workspace->endpoints()) {
        if (ActionFinder::matches(info.name + QLatin1Char(' ') + info.url, typed)) {
            found.append({info.name, info.url, Theme::instance().icon(QStringLiteral("host")),
                          [this, id = info.id] { m_endpoints->select(id); }});
        }
    }
}

void MainWindow::addActionEntries(QList<FinderEntry> &found, const QString &typed)
{
    for (QAction *action : findChildren<QAction *>()) {
        QString text = action->text();
        text.remove(QLatin1Char('&'));
        const bool usable = action->isEnabled() && action->isVisible() && !action->isSeparator() && action->menu() == nullptr;
        if (!usable || text.isEmpty() || !ActionFinder::matches(text, typed))
            continue;
        found.append({text, action->shortcut().toString(QKeySequence::NativeText), action->icon(), [action = QPointer(action)] {
                          if (action)
                              action->trigger();
                      }});
    }
}

} // namespace wsw::desktop
