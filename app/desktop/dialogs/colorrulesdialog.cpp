#include "dialogs/colorrulesdialog.h"

#include "widgets/filteredit.h"
#include "widgets/rulemark.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

constexpr QSize defaultSize{520, 480};
/// Of an item: the rule's place before the user dragged it.
constexpr int placeRole = Qt::UserRole;

} // namespace

ColorRulesDialog::ColorRulesDialog(ColorRules *rules, QWidget *parent)
    : QDialog(parent), m_rules(rules), m_list(new QListWidget(this)), m_name(new QLineEdit(this)), m_filter(new FilterEdit(this)), m_problem(new QLabel(this)),
      m_color(new QComboBox(this))
{
    setObjectName(QStringLiteral("colorRulesDialog"));
    setWindowTitle(tr("Colouring rules"));
    auto *hint = new QLabel(tr("Rows that pass a filter get its colour and its shape. The first rule from the top that fits wins; "
                               "of a long payload only the beginning is looked at."), this);
    hint->setWordWrap(true);
    setRole(hint, "secondary");
    m_list->setObjectName(QStringLiteral("colorRules"));
    m_list->setAccessibleName(tr("Colouring rules"));
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_name->setObjectName(QStringLiteral("ruleName"));
    m_filter->setObjectName(QStringLiteral("ruleFilter"));
    m_problem->setObjectName(QStringLiteral("ruleProblem"));
    m_problem->setWordWrap(true);
    setRole(m_problem, "problem");
    m_problem->hide();
    m_color->setObjectName(QStringLiteral("ruleColor"));
    for (int i = 0; i < ruleColors; ++i)
        m_color->addItem(ruleIcon(static_cast<RuleColor>(i)), ruleColorName(static_cast<RuleColor>(i)));

    m_add = makeButton("ruleAdd", "plus", tr("Add a rule"));
    m_remove = makeButton("ruleRemove", "remove", tr("Remove this rule (Delete)"));
    m_up = makeButton("ruleUp", "chevron-up", tr("Move up: goes before the one above (Alt+Up)"));
    m_down = makeButton("ruleDown", "chevron-down", tr("Move down (Alt+Down)"));
    // Not the buttons' own: those act only after having been seen to go down.
    connect(new QShortcut(QKeySequence(Qt::ALT | Qt::Key_Up), this), &QShortcut::activated, this, [this] { move(-1); });
    connect(new QShortcut(QKeySequence(Qt::ALT | Qt::Key_Down), this), &QShortcut::activated, this, [this] { move(1); });
    connect(new QShortcut(QKeySequence(Qt::Key_Delete), m_list, nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated, this, &ColorRulesDialog::remove);
    auto *buttons = new QHBoxLayout;
    for (QToolButton *button : {m_add, m_remove, m_up, m_down})
        buttons->addWidget(button);
    buttons->addStretch(1);
    auto *form = new QFormLayout;
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("Filter"), m_filter);
    form->addRow(QString(), m_problem);
    form->addRow(tr("Colour"), m_color);
    auto *close = new QDialogButtonBox(QDialogButtonBox::Close, this);
    close->button(QDialogButtonBox::Close)->setAutoDefault(false); // Return ends a filter, not the dialog
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space16, metrics::space16, metrics::space16, metrics::space16);
    column->setSpacing(metrics::space8);
    column->addWidget(hint);
    column->addWidget(m_list, 1);
    column->addLayout(buttons);
    column->addLayout(form);
    column->addWidget(close);
    resize(Theme::instance().scaled(defaultSize.width()), Theme::instance().scaled(defaultSize.height()));

    connect(close, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(m_add, &QToolButton::clicked, this, &ColorRulesDialog::add);
    connect(m_remove, &QToolButton::clicked, this, &ColorRulesDialog::remove);
    connect(m_up, &QToolButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { move(1); });
    connect(m_list, &QListWidget::currentRowChanged, this, &ColorRulesDialog::showRule);
    connect(m_list, &QListWidget::itemChanged, this, &ColorRulesDialog::onItemChanged);
    // After the drop has been finished: the list has put the item in and will then take the old one out.
    connect(m_list->model(), &QAbstractItemModel::rowsMoved, this, &ColorRulesDialog::takeOrder, Qt::QueuedConnection);
    connect(m_list->model(), &QAbstractItemModel::rowsRemoved, this, &ColorRulesDialog::takeOrder, Qt::QueuedConnection);
    connect(m_name, &QLineEdit::textEdited, this, &ColorRulesDialog::edit);
    connect(m_filter, &FilterEdit::filterTextChanged, this, &ColorRulesDialog::edit);
    connect(m_filter, &QLineEdit::editingFinished, m_filter, &FilterEdit::settle);
    connect(m_filter, &FilterEdit::problemChanged, this, [this](const QString &problem) {
        m_problem->setText(problem);
        m_problem->setVisible(!problem.isEmpty());
    });
    connect(m_color, &QComboBox::activated, this, &ColorRulesDialog::edit);
    fill();
    m_list->setCurrentRow(0);
    m_list->setFocus();
}

QToolButton *ColorRulesDialog::makeButton(const char *name, const char *icon, const QString &tip)
{
    auto *button = new QToolButton(this);
    button->setObjectName(QLatin1String(name));
    button->setIcon(Theme::instance().icon(QLatin1String(icon)));
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    return button;
}

void ColorRulesDialog::dress(QListWidgetItem *item, const ColorRule &rule) const
{
    item->setText(rule.name.isEmpty() ? tr("(no name)") : rule.name);
    item->setIcon(ruleIcon(rule.color));
    item->setToolTip(rule.filter);
    item->setCheckState(rule.isOn ? Qt::Checked : Qt::Unchecked);
}

void ColorRulesDialog::fill()
{
    const QScopedValueRollback guard(m_isFilling, true);
    const int current = m_list->currentRow();
    m_list->clear();
    for (qsizetype i = 0; i < m_rules->all().size(); ++i) {
        auto *item = new QListWidgetItem(m_list);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemIsDragEnabled);
        item->setData(placeRole, i);
        dress(item, m_rules->all().at(i));
    }
    m_list->setCurrentRow(qMin(current, m_list->count() - 1));
}

void ColorRulesDialog::done(int result)
{
    m_filter->settle();
    QDialog::done(result);
}

void ColorRulesDialog::showRule()
{
    const int row = m_list->currentRow();
    const bool isAny = row >= 0 && row < m_rules->all().size();
    for (QWidget *each : std::initializer_list<QWidget *>{m_name, m_filter, m_color, m_remove})
        each->setEnabled(isAny);
    m_up->setEnabled(row > 0);
    m_down->setEnabled(isAny && row + 1 < m_list->count());
    if (m_isFilling)
        return;
    m_filter->settle(); // what was typed is meant for the rule that was shown
    m_shown = isAny ? row : -1;
    const QScopedValueRollback guard(m_isFilling, true);
    const ColorRule rule = isAny ? m_rules->all().at(row) : ColorRule();
    m_name->setText(rule.name);
    m_filter->setFilterText(rule.filter);
    m_color->setCurrentIndex(static_cast<int>(rule.color));
}

void ColorRulesDialog::edit()
{
    if (m_isFilling || m_shown < 0 || m_shown >= m_rules->all().size())
        return;
    QList<ColorRule> rules = m_rules->all();
    ColorRule &rule = rules[m_shown];
    rule.name = m_name->text();
    // What cannot be read is not taken: the filter before it stays in force, as in the log.
    if (m_filter->isReadable())
        rule.filter = m_filter->text().trimmed();
    rule.color = static_cast<RuleColor>(m_color->currentIndex());
    m_rules->set(rules);
    const QScopedValueRollback guard(m_isFilling, true);
    dress(m_list->item(m_shown), rule);
}

void ColorRulesDialog::apply(const QList<ColorRule> &rules)
{
    m_rules->set(rules);
    fill();
}

void ColorRulesDialog::add()
{
    m_filter->settle();
    const int row = m_list->currentRow() + 1;
    QList<ColorRule> rules = m_rules->all();
    rules.insert(row, ColorRule{tr("New rule"), {}, static_cast<RuleColor>(rules.size() % ruleColors), true});
    apply(rules);
    m_list->setCurrentRow(row);
    showRule();
    m_name->setFocus();
    m_name->selectAll();
}

void ColorRulesDialog::remove()
{
    m_filter->settle();
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    QList<ColorRule> rules = m_rules->all();
    rules.removeAt(row);
    apply(rules);
    showRule();
}

void ColorRulesDialog::move(int step)
{
    m_filter->settle();
    const int row = m_list->currentRow();
    const int to = row + step;
    if (row < 0 || to < 0 || to >= m_list->count())
        return;
    QList<ColorRule> rules = m_rules->all();
    rules.move(row, to);
    apply(rules);
    m_list->setCurrentRow(to);
    showRule();
}

void ColorRulesDialog::takeOrder()
{
    if (m_isFilling || m_list->count() != m_rules->all().size())
        return;
    m_filter->settle();
    QList<ColorRule> rules;
    for (int row = 0; row < m_list->count(); ++row)
        rules.append(m_rules->all().at(m_list->item(row)->data(placeRole).toInt()));
    if (rules == m_rules->all())
        return;
    apply(rules);
    showRule();
}

void ColorRulesDialog::onItemChanged(const QListWidgetItem *item)
{
    const int row = m_list->row(item);
    if (m_isFilling || row < 0 || row >= m_rules->all().size())
        return;
    QList<ColorRule> rules = m_rules->all();
    rules[row].isOn = item->checkState() == Qt::Checked;
    m_rules->set(rules);
}

} // namespace wsw::desktop
