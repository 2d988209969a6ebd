#include "panes/filterbar.h"

#include "models/recordtext.h"
#include "theme/theme.h"
#include "widgets/filteredit.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

QPushButton *makeToggle(const char *name, const char *icon, const QString &text, const QString &tip, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    button->setObjectName(QLatin1String(name));
    button->setCheckable(true);
    button->setToolTip(tip);
    if (icon != nullptr)
        button->setIcon(Theme::instance().icon(QLatin1String(icon)));
    button->setIconSize({metrics::iconSmall, metrics::iconSmall});
    return button;
}

} // namespace

FilterBar::FilterBar(QWidget *parent)
    : QFrame(parent), m_edit(new FilterEdit(this)), m_problem(new QLabel(this)), m_terms(new QToolButton(this)),
      m_heartbeats(makeToggle("hideHeartbeats", nullptr, tr("Hide heartbeats"), tr("Leave out Ping and Pong frames"), this)),
      m_pause(makeToggle("pauseButton", "pause", QString(), tr("Hold the view still; everything is still recorded (Ctrl+P)"), this)),
      m_follow(makeToggle("followButton", "follow", tr("Following"), tr("Stay at the newest row (End)"), this))
{
    setObjectName(QStringLiteral("filterBar"));
    setRole(this, "bar");
    m_edit->setObjectName(QStringLiteral("filterEdit"));
    m_problem->setObjectName(QStringLiteral("filterProblem"));
    setRole(m_problem, "problem");
    m_problem->hide();
    m_pause->setAccessibleName(tr("Pause the view"));
    setRole(m_pause, "icon");
    m_follow->setChecked(true);
    makeTermsMenu();

    auto *label = new QLabel(tr("Filter"), this);
    label->setBuddy(m_edit);
    setRole(label, "secondary");
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::space8);
    row->addWidget(label);
    row->addWidget(m_edit, 1);
    row->addWidget(m_terms);
    row->addWidget(m_heartbeats);
    row->addWidget(m_pause);
    row->addWidget(m_follow);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space12, 3, metrics::space12, 3);
    column->setSpacing(2);
    column->addLayout(row);
    column->addWidget(m_problem);

    connect(m_edit, &FilterEdit::filterTextChanged, this, [this](const QString &text) {
        m_readable = text;
        tellFilter();
    });
    connect(m_edit, &FilterEdit::problemChanged, this, [this](const QString &problem) {
        m_problem->setText(problem);
        m_problem->setVisible(!problem.isEmpty());
    });
    connect(m_heartbeats, &QPushButton::toggled, this, &FilterBar::tellFilter);
    connect(m_follow, &QPushButton::toggled, this, &FilterBar::followingToggled);
    connect(m_pause, &QPushButton::toggled, this, [this](bool on) {
        m_pause->setIcon(Theme::instance().icon(on ? QStringLiteral("play") : QStringLiteral("pause")));
        Q_EMIT pausedToggled(on);
    });
}

void FilterBar::makeTermsMenu()
{
    m_terms->setIcon(Theme::instance().icon(QStringLiteral("filter")));
    m_terms->setIconSize({metrics::iconSmall, metrics::iconSmall});
    m_terms->setToolTip(tr("Add a ready-made condition"));
    m_terms->setAccessibleName(tr("Add a ready-made condition"));
    m_terms->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(m_terms);
    const auto add = [this, menu](const QString &text, const char *term) {
        menu->addAction(text, this, [this, term] { m_edit->addTerm(QLatin1String(term)); });
    };
    add(tr("Sent"), "dir == sent");
    add(tr("Received"), "dir == received");
    menu->addSeparator();
    add(tr("Text frames"), "opcode == text");
    add(tr("Binary frames"), "opcode == binary");
    add(tr("Ping and Pong"), "(opcode == ping || opcode == pong)");
    add(tr("Close frames"), "opcode == close");
    menu->addSeparator();
    add(tr("Crafted by hand"), "crafted");
    add(tr("Breaking a rule"), "violation");
    menu->addSeparator();
    menu->addAction(tr("Everything"), this, &FilterBar::showEverything);
    m_terms->setMenu(menu);
}

void FilterBar::tellFilter()
{
    const QString heartbeats = QStringLiteral("!(opcode == ping || opcode == pong)");
    const QString typed = m_readable.trimmed();
    if (!hidesHeartbeats())
        Q_EMIT filterChanged(typed);
    else
        Q_EMIT filterChanged(typed.isEmpty() ? heartbeats : QStringLiteral("(%1) && %2").arg(typed, heartbeats));
}

void FilterBar::showEverything()
{
    m_heartbeats->setChecked(false);
    m_edit->setFilterText({});
}

bool FilterBar::hidesHeartbeats() const
{
    return m_heartbeats->isChecked();
}

void FilterBar::setFollowing(bool on)
{
    m_follow->setChecked(on);
}

bool FilterBar::isFollowing() const
{
    return m_follow->isChecked();
}

void FilterBar::setPaused(bool on)
{
    m_pause->setChecked(on);
}

void FilterBar::setWaiting(quint64 rows)
{
    m_pause->setText(m_pause->isChecked() ? tr("%1 new").arg(groupedNumber(rows)) : QString());
}

} // namespace wsw::desktop
