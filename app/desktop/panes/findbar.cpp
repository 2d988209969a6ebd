#include "panes/findbar.h"

#include "models/recordtext.h"
#include "theme/theme.h"
#include "widgets/iconbutton.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

/// So long nothing more is typed until it is searched for.
constexpr int settleMs = 150;
constexpr int smallestEdit = 96;
/// A narrower bar leaves out the button; one narrower still, the count as well.
constexpr int narrowBar = 520;
constexpr int smallBar = 400;
/// For the count, so that nothing moves while it is small.
constexpr int countWidth = 92;

} // namespace

FindBar::FindBar(QWidget *parent)
    : QFrame(parent), m_edit(new QLineEdit(this)), m_kind(new QComboBox(this)), m_count(new QLabel(this)), m_problem(new QLabel(this)),
      m_previous(makeIconButton("findPrevious", "chevron-up", tr("Previous (Shift+F3)"), this)),
      m_next(makeIconButton("findNext", "chevron-down", tr("Next (F3)"), this)), m_filter(new QPushButton(tr("Filter"), this)),
      m_close(makeIconButton("findClose", "close", tr("Close (Esc)"), this))
{
    setObjectName(QStringLiteral("findBar"));
    setRole(this, "bar");
    m_edit->setObjectName(QStringLiteral("findEdit"));
    m_edit->setPlaceholderText(tr("Find in payloads"));
    m_edit->setAccessibleName(tr("Find in payloads"));
    m_edit->setMinimumWidth(Theme::instance().scaled(smallestEdit));
    m_edit->installEventFilter(this);
    m_kind->setObjectName(QStringLiteral("findKind"));
    m_kind->setAccessibleName(tr("How to find"));
    m_kind->addItem(tr("Any case"), static_cast<int>(SearchTerm::Kind::Text));
    m_kind->addItem(tr("Exact"), static_cast<int>(SearchTerm::Kind::ExactText));
    m_kind->addItem(tr("Regex"), static_cast<int>(SearchTerm::Kind::Expression));
    m_kind->addItem(tr("Hex"), static_cast<int>(SearchTerm::Kind::Hex));
    m_kind->setToolTip(tr("Text in upper or lower case, exactly, a regular expression, or bytes in hexadecimal"));
    m_count->setObjectName(QStringLiteral("findCount"));
    setRole(m_count, "caption");
    m_count->setMinimumWidth(Theme::instance().scaled(countWidth));
    m_problem->setObjectName(QStringLiteral("findProblem"));
    setRole(m_problem, "problem");
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_filter->setObjectName(QStringLiteral("findFilter"));
    m_filter->setToolTip(tr("Show only the frames in which this is found"));

    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::space8);
    row->addWidget(m_edit, 1);
    row->addWidget(m_kind);
    row->addWidget(m_count);
    row->addWidget(m_previous);
    row->addWidget(m_next);
    row->addWidget(m_filter);
    row->addWidget(m_close);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space12, 3, metrics::space12, 3);
    column->setSpacing(2);
    column->addLayout(row);
    column->addWidget(m_problem);

    m_settle.setSingleShot(true);
    m_settle.setInterval(settleMs);
    connect(&m_settle, &QTimer::timeout, this, &FindBar::tell);
    connect(m_edit, &QLineEdit::textEdited, &m_settle, qOverload<>(&QTimer::start));
    connect(m_kind, &QComboBox::activated, this, &FindBar::tell);
    connect(m_next, &QToolButton::clicked, this, &FindBar::nextWanted);
    connect(m_previous, &QToolButton::clicked, this, &FindBar::previousWanted);
    connect(m_filter, &QPushButton::clicked, this, [this] {
        Q_EMIT filterWanted(term().filterText());
        m_edit->setFocus(Qt::OtherFocusReason);
    });
    connect(m_close, &QToolButton::clicked, this, &FindBar::close);
    setCount(0, 0, false);
    hide();
}

void FindBar::open()
{
    const bool opens = !isVisible();
    show();
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
    if (opens)
        tell();
}

void FindBar::close()
{
    m_settle.stop();
    hide();
    Q_EMIT termChanged({});
    Q_EMIT closed();
}

SearchTerm FindBar::term() const
{
    return {m_edit->text(), static_cast<SearchTerm::Kind>(m_kind->currentData().toInt())};
}

void FindBar::tellNow()
{
    if (m_settle.isActive())
        tell();
}

QSize FindBar::minimumSizeHint() const
{
    QSize size = QFrame::minimumSizeHint();
    for (const QWidget *part : {static_cast<const QWidget *>(m_count), static_cast<const QWidget *>(m_filter)})
        size.rwidth() -= !part->isHidden() ? part->minimumSizeHint().width() + metrics::space8 : 0;
    return size;
}

void FindBar::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    showParts();
}

void FindBar::showParts()
{
    const Theme &theme = Theme::instance();
    m_filter->setVisible(width() >= theme.scaled(narrowBar));
    m_count->setVisible(width() >= theme.scaled(smallBar));
}

void FindBar::tell()
{
    m_settle.stop();
    Q_EMIT termChanged(term());
}

void FindBar::setProblem(const QString &problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

void FindBar::setCount(qsizetype place, qsizetype hits, bool isSearching)
{
    const bool isAny = hits > 0;
    // A button that is pressed is not taken away while the search begins anew.
    for (QWidget *button : {static_cast<QWidget *>(m_next), static_cast<QWidget *>(m_previous), static_cast<QWidget *>(m_filter)})
        button->setEnabled(isAny || isSearching);
    const QString total = groupedNumber(static_cast<quint64>(hits));
    const QString found = place > 0 ? tr("%1 of %2").arg(groupedNumber(static_cast<quint64>(place)), total) : tr("%1 found").arg(total);
    if (m_edit->text().isEmpty() || !m_problem->isHidden())
        m_count->clear();
    else if (isAny)
        m_count->setText(isSearching ? tr("%1…").arg(found) : found);
    else
        m_count->setText(isSearching ? tr("searching…") : tr("not found"));
}

void FindBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        close();
    else
        QFrame::keyPressEvent(event);
}

bool FindBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_edit || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    if (key->key() != Qt::Key_Return && key->key() != Qt::Key_Enter)
        return false;
    if (key->modifiers().testFlag(Qt::ShiftModifier))
        Q_EMIT previousWanted();
    else
        Q_EMIT nextWanted();
    return true;
}

} // namespace wsw::desktop
