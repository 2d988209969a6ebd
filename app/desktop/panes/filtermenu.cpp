#include "panes/filtermenu.h"

#include "panes/filtermemory.h"
#include "theme/theme.h"
#include "widgets/filteredit.h"

#include <utility>

namespace wsw::desktop {

namespace {

constexpr qsizetype longestText = 60;

} // namespace

QString filterMenuText(const QString &filter)
{
    QString text = filter.size() > longestText ? filter.first(longestText - 1) + u'…' : filter;
    return text.replace(u'&', QLatin1String("&&"));
}

FilterMenu::FilterMenu(FilterEdit *edit, QWidget *parent) : QMenu(tr("Filter"), parent), m_edit(edit)
{
    addTerms();
    addSeparator();
    addHeartbeats();
    m_scope = addAction(tr("Only what is selected under Endpoints"));
    m_scope->setCheckable(true);
    m_scope->setChecked(true);
    addAction(tr("Everything"), this, &FilterMenu::everythingWanted);
    setToolTipsVisible(true);
    connect(this, &QMenu::aboutToShow, this, &FilterMenu::fillOwn);
}

void FilterMenu::addTerms()
{
    const auto add = [this](const QString &text, const char *term) {
        addAction(text, this, [this, term] { m_edit->addTerm(QLatin1String(term)); });
    };
    add(tr("Sent"), "dir == sent");
    add(tr("Received"), "dir == received");
    addSeparator();
    add(tr("Text frames"), "opcode == text");
    add(tr("Binary frames"), "opcode == binary");
    add(tr("Ping and Pong"), "(opcode == ping || opcode == pong)");
    add(tr("Close frames"), "opcode == close");
    addSeparator();
    add(tr("Crafted by hand"), "crafted");
    add(tr("Breaking a rule"), "violation");
}

void FilterMenu::addHeartbeats()
{
    m_heartbeats = addAction(tr("Hide heartbeats"));
    m_heartbeats->setCheckable(true);
    QMenu *own = addMenu(tr("What is a heartbeat"));
    own->setObjectName(QStringLiteral("heartbeatsMenu"));
    own->setToolTipsVisible(true);
    QAction *control = own->addAction(tr("Ping and Pong frames"));
    control->setCheckable(true);
    control->setChecked(true);
    control->setEnabled(false);
    m_ownHeartbeats = own->addSeparator();
    m_addHeartbeat = own->addAction(tr("Count what this filter shows among them"), this, [this] { filtermemory::addHeartbeat(m_edit->text().trimmed()); });
    m_forgetHeartbeats = own->addAction(tr("Forget my own"), this, &filtermemory::forgetHeartbeats);
}

void FilterMenu::fillOwn()
{
    for (QAction *action : std::exchange(m_own, {}))
        delete action;
    m_edit->settle();
    const QString typed = m_edit->text().trimmed();
    const bool isFilter = !typed.isEmpty() && m_edit->isReadable();
    const QStringList heartbeats = filtermemory::ownHeartbeats();
    m_addHeartbeat->setEnabled(isFilter && !heartbeats.contains(typed));
    m_forgetHeartbeats->setVisible(!heartbeats.isEmpty());
    m_forgetHeartbeats->setToolTip(heartbeats.join(u'\n'));

    const QStringList kept = filtermemory::kept();
    QMenu *heartbeatsMenu = findChild<QMenu *>(QStringLiteral("heartbeatsMenu"));
    for (const QString &filter : heartbeats) {
        auto *each = new QAction(filterMenuText(filter), heartbeatsMenu);
        each->setCheckable(true);
        each->setChecked(true);
        each->setEnabled(false);
        heartbeatsMenu->insertAction(m_ownHeartbeats, each);
        m_own.append(each);
    }
    m_own.append(addSeparator());
    if (!kept.isEmpty())
        addHeading(tr("Kept"));
    for (const QString &filter : kept)
        addOwn(filter);
    if (kept.contains(typed)) {
        m_own.append(addAction(Theme::instance().icon(QStringLiteral("remove")), tr("Forget this filter"), this, [typed] { filtermemory::forget(typed); }));
    } else {
        m_own.append(addAction(Theme::instance().icon(QStringLiteral("save")), tr("Keep this filter"), this, [typed] { filtermemory::keep(typed); }));
        m_own.constLast()->setEnabled(isFilter);
    }
    QStringList recent = filtermemory::recent();
    recent.removeIf([&](const QString &filter) { return kept.contains(filter) || filter == typed; });
    if (recent.isEmpty())
        return;
    m_own.append(addSeparator());
    addHeading(tr("Used last"));
    for (const QString &filter : std::as_const(recent))
        addOwn(filter);
}

void FilterMenu::addHeading(const QString &text)
{
    QAction *heading = addAction(text);
    heading->setEnabled(false);
    m_own.append(heading);
}

void FilterMenu::addOwn(const QString &filter)
{
    QAction *action = addAction(filterMenuText(filter), this, [this, filter] { m_edit->setFilterText(filter); });
    action->setToolTip(filter);
    m_own.append(action);
}

} // namespace wsw::desktop
