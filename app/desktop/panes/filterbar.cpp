#include "panes/filterbar.h"

#include "models/recordtext.h"
#include "panes/filtermemory.h"
#include "panes/filtermenu.h"
#include "panes/logviewswitch.h"
#include "theme/theme.h"
#include "widgets/filteredit.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace wsw::desktop {

namespace {

/// Room for a name in the bar, at most and at least; the tip has all of it.
constexpr int widestScope = 140;
constexpr int smallScope = 64;
/// A narrower bar leaves out what the field itself says, and shows pictures alone for the views.
constexpr int wideBar = 820;
/// One narrower still leaves to the menu what it offers as well.
constexpr int smallBar = 640;
constexpr int smallestEdit = 72;
constexpr int spacing = 6;
/// The name gives way only where the field would become narrower than this.
constexpr int enoughEdit = 108;
/// Beside the name: the cross and the paddings.
constexpr int scopePadding = 36;

/// "a && b", each in parentheses where there are several.
QString allOf(QStringList terms)
{
    terms.removeAll(QString());
    if (terms.size() < 2)
        return terms.value(0);
    return u'(' + terms.join(QStringLiteral(") && (")) + u')';
}

/// Makes @p button as wide as its widest text, so that its neighbours stay where they are.
void fitTexts(QPushButton *button, const QStringList &texts)
{
    const QString text = button->text();
    int width = 0;
    for (const QString &each : texts) {
        button->setText(each);
        width = qMax(width, button->sizeHint().width());
    }
    button->setText(text);
    button->setMinimumWidth(width);
}

QPushButton *makeToggle(const char *name, const char *icon, const QString &text, const QString &tip, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    button->setObjectName(QLatin1String(name));
    button->setCheckable(true);
    button->setToolTip(tip);
    if (icon != nullptr)
        button->setIcon(Theme::instance().icon(QLatin1String(icon)));
    button->setIconSize(Theme::instance().iconSize());
    return button;
}

} // namespace

FilterBar::FilterBar(QWidget *parent)
    : QFrame(parent), m_views(new LogViewSwitch(this)), m_edit(new FilterEdit(this)), m_label(new QLabel(tr("Filter"), this)), m_scope(new QPushButton(this)), m_problem(new QLabel(this)), m_hidesSent(new QLabel(this)),
      m_terms(new QToolButton(this)),
      m_menu(new FilterMenu(m_edit, m_terms)),
      m_heartbeats(makeToggle("hideHeartbeats", nullptr, tr("Hide heartbeats"), {}, this)),
      m_pause(makeToggle("pauseButton", "pause", QString(), tr("Hold the view still; everything is still recorded (Ctrl+P)"), this)),
      m_follow(makeToggle("followButton", "follow", tr("Following"), tr("Stay at the newest row (End)"), this))
{
    setObjectName(QStringLiteral("filterBar"));
    setRole(this, "bar");
    m_edit->setObjectName(QStringLiteral("filterEdit"));
    m_edit->setMinimumWidth(Theme::instance().scaled(smallestEdit));
    m_problem->setObjectName(QStringLiteral("filterProblem"));
    setRole(m_problem, "problem");
    m_problem->hide();
    m_hidesSent->setObjectName(QStringLiteral("hidesSent"));
    setRole(m_hidesSent, "secondary");
    m_hidesSent->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_hidesSent->setText(tr("Sent, but the log leaves it out. <a href=\"#\">Show it</a>"));
    m_hidesSent->hide();
    connect(m_hidesSent, &QLabel::linkActivated, this, &FilterBar::sentWanted);
    m_pause->setAccessibleName(tr("Pause the view"));
    setRole(m_pause, "icon");
    m_follow->setChecked(true);
    m_scope->setObjectName(QStringLiteral("filterScope"));
    setRole(m_scope, "scope");
    m_scope->setIcon(Theme::instance().icon(QStringLiteral("close"), Token::Accent));
    m_scope->setIconSize({Theme::instance().scaled(metrics::space12), Theme::instance().scaled(metrics::space12)});
    m_scope->setLayoutDirection(Qt::RightToLeft);   // the cross stands behind the name
    makeTermsMenu();

    m_label->setBuddy(m_edit);
    setRole(m_label, "secondary");
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing);
    row->addWidget(m_views);
    row->addWidget(m_label);
    row->addWidget(m_scope);
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
    column->addWidget(m_hidesSent);

    connect(m_edit, &FilterEdit::filterTextChanged, this, [this](const QString &text) {
        m_readable = text;
        tellFilter();
    });
    connect(m_edit, &FilterEdit::filterChosen, this, &filtermemory::note);
    connect(m_edit, &QLineEdit::editingFinished, this, [this] {
        m_edit->settle();
        if (!m_readable.trimmed().isEmpty() && isReadable())
            filtermemory::note(m_readable.trimmed());
    });
    connect(m_edit, &FilterEdit::problemChanged, this, [this](const QString &problem) {
        m_typedProblem = problem;
        showProblem();
    });
    connect(m_scope, &QPushButton::clicked, m_menu->scope(), &QAction::toggle);
    connect(m_heartbeats, &QPushButton::toggled, this, &FilterBar::tellFilter);
    connect(m_follow, &QPushButton::toggled, this, &FilterBar::followingToggled);
    for (QPushButton *toggle : {m_heartbeats, m_follow})
        connect(toggle, &QPushButton::toggled, this, &FilterBar::showToggles);
    fitTexts(m_follow, {tr("Following"), tr("Follow")});
    showToggles();
    showScope();
    connect(m_pause, &QPushButton::toggled, this, [this](bool on) {
        m_pause->setToolTip(on ? tr("Go on (Ctrl+P)") : tr("Hold the view still; everything is still recorded (Ctrl+P)"));
        m_pause->setIcon(Theme::instance().icon(on ? QStringLiteral("play") : QStringLiteral("pause")));
        Q_EMIT pausedToggled(on);
    });
}

void FilterBar::makeTermsMenu()
{
    m_terms->setIcon(Theme::instance().icon(QStringLiteral("filter")));
    m_terms->setIconSize(Theme::instance().iconSize());
    m_terms->setToolTip(tr("Add a ready-made condition"));
    m_terms->setAccessibleName(tr("Add a ready-made condition"));
    m_terms->setPopupMode(QToolButton::InstantPopup);
    connect(m_menu->heartbeats(), &QAction::toggled, m_heartbeats, &QPushButton::setChecked);
    connect(&filtermemory::news(), &filtermemory::News::heartbeatsChanged, this, [this] {
        if (hidesHeartbeats())
            tellFilter();
    });
    connect(m_menu, &FilterMenu::everythingWanted, this, &FilterBar::showEverything);
    connect(m_menu->scope(), &QAction::toggled, this, [this](bool on) {
        m_scopeOn = on;
        showScope();
        Q_EMIT scopeToggled(on);
    });
    m_terms->setMenu(m_menu);
}

void FilterBar::tellFilter()
{
    const QString heartbeats = hidesHeartbeats() ? filtermemory::withoutHeartbeats() : QString();
    const QString whole = allOf({m_readable.trimmed(), heartbeats});
    // Each could be read alone; what is nested as deeply as can be cannot be read with brackets around it.
    capture::Filter::ParseError error;
    const bool isWhole = capture::Filter::parse(whole, &error).has_value();
    m_wholeProblem = isWhole ? QString() : tr("Heartbeats cannot be hidden beside this filter: %1 The filter before it is in force.").arg(error.message);
    showProblem();
    if (isWhole)
        Q_EMIT filterChanged(whole);
}

void FilterBar::showProblem()
{
    const QString &problem = m_typedProblem.isEmpty() ? m_wholeProblem : m_typedProblem;
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

void FilterBar::setScope(const QString &name)
{
    m_scopeName = name;
    showScope();
}

void FilterBar::turnScopeOn()
{
    const QSignalBlocker quiet(m_menu->scope());
    m_menu->scope()->setChecked(true);
    m_scopeOn = true;
    showScope();
}

void FilterBar::showScope()
{
    m_scope->setVisible(m_scopeOn && !m_scopeName.isEmpty());
    const Theme &theme = Theme::instance();
    const int room = qBound(theme.scaled(smallScope), roomForScope(), theme.scaled(widestScope));
    m_scope->setText(m_scope->fontMetrics().elidedText(m_scopeName, Qt::ElideRight, room));
    m_scope->setToolTip(tr("Only frames of %1 are shown, as selected under Endpoints. Click to show all.").arg(m_scopeName));
    m_scope->setAccessibleName(tr("Show all frames, not only those of %1").arg(m_scopeName));
}

int FilterBar::roomForScope() const
{
    const QMargins margins = layout()->contentsMargins();
    int room = width() - margins.left() - margins.right() - Theme::instance().scaled(enoughEdit + scopePadding) - spacing;
    for (const QWidget *part : {static_cast<const QWidget *>(m_views), static_cast<const QWidget *>(m_label), static_cast<const QWidget *>(m_terms), static_cast<const QWidget *>(m_heartbeats),
                                static_cast<const QWidget *>(m_pause), static_cast<const QWidget *>(m_follow)}) {
        if (!part->isHidden())
            room -= part->sizeHint().expandedTo(part->minimumSize()).width() + spacing;
    }
    return room;
}

void FilterBar::showToggles()
{
    m_menu->heartbeats()->setChecked(hidesHeartbeats());
    showButtons();
    m_heartbeats->setText(hidesHeartbeats() ? tr("Heartbeats hidden") : tr("Hide heartbeats"));
    m_heartbeats->setToolTip(hidesHeartbeats() ? tr("Show heartbeats again") : tr("Leave out Ping and Pong frames, and what else you call a heartbeat"));
    const bool hasMissed = !isFollowing() && m_below > 0;
    m_follow->setText(isFollowing() ? tr("Following") : hasMissed ? tr("%1 below").arg(groupedNumber(m_below)) : tr("Follow"));
    m_follow->setToolTip(isFollowing() ? tr("The newest row is kept in view; click to stay where you are")
                         : hasMissed   ? tr("There are newer rows below. Go to the newest and stay there (End)")
                                       : tr("Go to the newest row and stay there (End)"));
}

void FilterBar::clearFilter()
{
    m_heartbeats->setChecked(false);
    m_edit->setFilterText({});
}

void FilterBar::showEverything()
{
    m_menu->scope()->setChecked(false);
    clearFilter();
}

QSize FilterBar::minimumSizeHint() const
{
    QSize size = QFrame::minimumSizeHint();
    size.rwidth() -= m_views->sizeHint().width() - m_views->sizeIn(LogViewSwitch::Room::HardlyAny).width();
    for (const QWidget *part : {static_cast<const QWidget *>(m_label), static_cast<const QWidget *>(m_heartbeats)}) {
        if (part->isVisible() && !(part == m_heartbeats && hidesHeartbeats()))
            size.rwidth() -= part->minimumSizeHint().width() + spacing;
    }
    return size;
}

void FilterBar::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    showButtons();
    showPause();
    showScope();
}

void FilterBar::showButtons()
{
    const auto has = [this](int width) { return this->width() >= Theme::instance().scaled(width); };
    m_views->setRoom(has(wideBar) ? LogViewSwitch::Room::Enough : has(smallBar) ? LogViewSwitch::Room::Little : LogViewSwitch::Room::HardlyAny);
    m_label->setVisible(width() >= Theme::instance().scaled(wideBar));
    // What is in force is always seen.
    m_heartbeats->setVisible(width() >= Theme::instance().scaled(smallBar) || hidesHeartbeats());
    // Else the row within goes on for a while with the room that they took, and minimumSizeHint() with it.
    layout()->activate();
}

void FilterBar::showPause()
{
    // That it is paused the button says as well, which then offers to go on.
    const bool isSmall = width() < Theme::instance().scaled(smallBar);
    const QString text = isSmall ? tr("%1 new") : tr("Paused · %1 new");
    m_pause->setText(m_pause->isChecked() ? text.arg(groupedNumber(m_waiting)) : QString());
}

bool FilterBar::isReadable() const
{
    return m_edit->isReadable();
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

void FilterBar::setBelow(quint64 rows)
{
    if (std::exchange(m_below, rows) != rows)
        showToggles();
}

void FilterBar::setHidesSent(bool hides)
{
    m_hidesSent->setVisible(hides);
}

void FilterBar::setWaiting(quint64 rows)
{
    m_waiting = rows;
    showPause();
}

} // namespace wsw::desktop
