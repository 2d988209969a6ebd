#include "dialogs/columnsdialog.h"

#include "panes/logcolumns.h"
#include "theme/theme.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

constexpr QSize defaultSize{360, 520};
constexpr int columnRole = Qt::UserRole;

QToolButton *makeButton(const char *name, const char *icon, const QString &tip, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName(QLatin1String(name));
    button->setIcon(Theme::instance().icon(QLatin1String(icon)));
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    return button;
}

} // namespace

ColumnsDialog::ColumnsDialog(LogColumns *columns, QWidget *parent)
    : QDialog(parent), m_columns(columns), m_list(new QListWidget(this)),
      m_up(makeButton("columnUp", "chevron-up", tr("Further to the left (Alt+Up)"), this)),
      m_down(makeButton("columnDown", "chevron-down", tr("Further to the right (Alt+Down)"), this))
{
    setObjectName(QStringLiteral("columnsDialog"));
    setWindowTitle(tr("Columns of the log"));
    auto *hint = new QLabel(tr("From top to bottom as from left to right. Space shows or hides a column."), this);
    hint->setWordWrap(true);
    setRole(hint, "secondary");
    m_list->setObjectName(QStringLiteral("columnsList"));
    m_list->setAccessibleName(tr("Columns of the log"));
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton *standard = buttons->addButton(tr("Standard columns"), QDialogButtonBox::ResetRole);
    standard->setObjectName(QStringLiteral("columnsStandard"));
    auto *moving = new QHBoxLayout;
    moving->addWidget(m_up);
    moving->addWidget(m_down);
    moving->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space16, metrics::space16, metrics::space16, metrics::space16);
    column->setSpacing(metrics::space8);
    column->addWidget(hint);
    column->addWidget(m_list, 1);
    column->addLayout(moving);
    column->addWidget(buttons);
    resize(Theme::instance().scaled(defaultSize.width()), Theme::instance().scaled(defaultSize.height()));

    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(standard, &QPushButton::clicked, this, [this] {
        m_columns->reset();
        fill();
    });
    connect(m_up, &QToolButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { move(1); });
    // Not the buttons' own: those act only after having been seen to go down.
    connect(new QShortcut(QKeySequence(Qt::ALT | Qt::Key_Up), this), &QShortcut::activated, this, [this] { move(-1); });
    connect(new QShortcut(QKeySequence(Qt::ALT | Qt::Key_Down), this), &QShortcut::activated, this, [this] { move(1); });
    connect(m_list, &QListWidget::currentRowChanged, this, &ColumnsDialog::updateButtons);
    connect(m_list, &QListWidget::itemChanged, this, [this](const QListWidgetItem *item) {
        if (!m_isFilling)
            m_columns->show(item->data(columnRole).toInt(), item->checkState() == Qt::Checked);
    });
    // After the drop has been finished: the list has put the item in and will then take the old one out.
    connect(m_list->model(), &QAbstractItemModel::rowsMoved, this, &ColumnsDialog::takeOrder, Qt::QueuedConnection);
    connect(m_list->model(), &QAbstractItemModel::rowsRemoved, this, &ColumnsDialog::takeOrder, Qt::QueuedConnection);
    fill();
    m_list->setCurrentRow(0);
    m_list->setFocus();
}

void ColumnsDialog::fill()
{
    const QScopedValueRollback guard(m_isFilling, true);
    const int current = m_list->currentRow();
    m_list->clear();
    for (const LogRow::Column column : m_columns->order()) {
        auto *item = new QListWidgetItem(LogColumns::title(column), m_list);
        item->setToolTip(columnHint(column));
        item->setData(columnRole, static_cast<int>(column));
        // What a frame is always stands there: without it rows say nothing.
        const auto checkable = column == LogRow::Frame ? Qt::NoItemFlags : Qt::ItemIsUserCheckable;
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled | checkable);
        item->setCheckState(m_columns->isWanted(column) ? Qt::Checked : Qt::Unchecked);
    }
    m_list->setCurrentRow(current);
    updateButtons();
}

void ColumnsDialog::updateButtons()
{
    m_up->setEnabled(m_list->currentRow() > 0);
    m_down->setEnabled(m_list->currentRow() >= 0 && m_list->currentRow() + 1 < m_list->count());
}

void ColumnsDialog::move(int step)
{
    const int to = m_list->currentRow() + step;
    if (m_list->currentRow() < 0 || to < 0 || to >= m_list->count())
        return;
    m_columns->move(m_list->currentItem()->data(columnRole).toInt(), to);
    fill();
    m_list->setCurrentRow(to);
}

void ColumnsDialog::takeOrder()
{
    if (m_isFilling || m_list->count() != LogRow::ColumnCount)
        return;
    for (int place = 0; place < m_list->count(); ++place)
        m_columns->move(m_list->item(place)->data(columnRole).toInt(), place);
}

} // namespace wsw::desktop
