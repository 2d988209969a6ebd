#include "mainwindow.h"

#include "capture/document.h"
#include "capture/filtertime.h"
#include "logdocks.h"
#include "models/momentsearch.h"
#include "models/recordtext.h"
#include "panes/endpointspane.h"
#include "panes/framelogpane.h"
#include "scans.h"
#include "theme/theme.h"
#include "widgets/actionfinder.h"
#include "widgets/actiontext.h"
#include "workspace.h"

#include <QAction>
#include <QPointer>

namespace wsw::desktop {

// What the finder offers for what has been typed: a frame, endpoints, actions.
QList<FinderEntry> MainWindow::findEntries(const QString &typed)
{
    QList<FinderEntry> found;
    addFrameEntry(found, typed);
    addTimeEntry(found, typed);
    addEndpointEntries(found, typed);
    addActionEntries(found, typed);
    return found;
}

void MainWindow::addFrameEntry(QList<FinderEntry> &found, const QString &typed)
{
    bool isNumber = false;
    const quint64 number = typed.trimmed().toULongLong(&isNumber);
    if (!isNumber || !m_workspace->document())
        return;
    if (const quint64 last = m_workspace->document()->received(); number == 0 || number > last) {
        found.append({last == 0 ? tr("There is no frame yet") : tr("There is no frame %1; the last one is %2").arg(groupedNumber(number), groupedNumber(last)),
                      {}, Theme::instance().icon(QStringLiteral("info")), [] {}});
        return;
    }
    found.append({tr("Go to frame %1").arg(number), {}, Theme::instance().icon(QStringLiteral("chevron-right")),
                  [this, number] { m_logs->active()->goTo(RecordId(number)); }});
}

void MainWindow::addTimeEntry(QList<FinderEntry> &found, const QString &typed)
{
    const auto time = capture::timeOfDay(typed);
    const auto document = m_workspace->document();
    if (!time || !document || document->received() == 0)
        return;
    found.append({tr("Go to the first frame at or after %1").arg(typed.trimmed()), {}, Theme::instance().icon(QStringLiteral("chevron-right")),
                  [this, document, time = *time] {
                      m_workspace->scans().run(
                          this, [document, time](const std::atomic_bool &) { return firstRecordAt(*document, time); },
                          [this, document](const Result<RecordId> &record) {
                              if (!record)
                                  showError(record.error());
                              else if (document == m_workspace->document())
                                  m_logs->active()->goTo(*record);
                          });
                  }});
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
    // What stands in the menus first, then what belongs to a pane; some of which offer the window's actions a second time.
    QSet<QString> seen;
    for (QAction *action : actions() + findChildren<QAction *>()) {
        const bool usable = action->isEnabled() && action->isVisible() && !action->isSeparator() && action->menu() == nullptr;
        if (!usable || plainText(*action).isEmpty())
            continue;
        const QString text = tr("%1: %2").arg(groupOf(*action), plainText(*action));
        if (!ActionFinder::matches(text, typed) || seen.contains(text))
            continue;
        seen.insert(text);
        found.append({text, keysOf(*action), action->icon(), [action = QPointer(action)] {
                          if (action)
                              action->trigger();
                      }});
    }
}

} // namespace wsw::desktop
