#include "panes/messagetree.h"

#include "models/pointerfilter.h"
#include "models/recordtext.h"
#include "panes/filtermenu.h"
#include "theme/theme.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QMouseEvent>
#include <QScopedValueRollback>
#include <QScrollBar>

#include <algorithm>

namespace wsw::desktop {

namespace {

using payload::Tree;

constexpr int nameWidth = 160;
/// A message of so many values is shown unfolded.
constexpr qsizetype unfoldedValues = 200;
/// So many are unfolded where one asks for it.
constexpr qsizetype mostUnfolded = 5000;

} // namespace

MessageTree::MessageTree(QWidget *parent) : QTreeView(parent), m_model(new ValueTreeModel(this))
{
    setObjectName(QStringLiteral("messageTree"));
    setAccessibleName(tr("Values of the message"));
    setRole(this, "card");
    QAction *copy = addCopy("copy", tr("Copy value"), &MessageTree::currentText);
    copy->setShortcut(QKeySequence::Copy);
    m_copyPointer = addCopy("copy", tr("Copy JSON pointer"), &MessageTree::currentPointer);
    m_copyPointer->setShortcut(QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C));
    setModel(m_model);
    setUniformRowHeights(true);
    setEditTriggers(NoEditTriggers);
    setTextElideMode(Qt::ElideRight);
    setVerticalScrollMode(ScrollPerItem);
    header()->setSectionResizeMode(QHeaderView::Interactive);
    header()->setStretchLastSection(true);
    header()->resizeSection(ValueTreeModel::Name, Theme::instance().scaled(nameWidth));
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &MessageTree::fetchSeen);
    connect(this, &QTreeView::expanded, this, &MessageTree::fetchSeen);
    connect(this, &QTreeView::collapsed, this, &MessageTree::fetchSeen);
    connect(&Theme::instance(), &Theme::changed, this, &QTreeView::doItemsLayout);
}

QAction *MessageTree::addCopy(const char *icon, const QString &text, Result<QString> (MessageTree::*what)() const)
{
    auto *action = new QAction(Theme::instance().icon(QLatin1String(icon)), text, this);
    action->setShortcutContext(Qt::WidgetShortcut);
    addAction(action);
    connect(action, &QAction::triggered, this, [this, what] {
        if (!currentIndex().isValid())
            return;
        if (const auto copied = (this->*what)())
            QGuiApplication::clipboard()->setText(*copied);
        else
            Q_EMIT failed(copied.error());
    });
    return action;
}

void MessageTree::setTree(std::shared_ptr<const Tree> tree, const QString &whyNoFilter)
{
    m_whyNoFilter = whyNoFilter;
    if (tree.get() == m_model->tree())
        return;
    m_model->setTree(std::move(tree));
    // What stands outermost says nothing while it is folded; few values are best seen all at once.
    if (m_model->tree() != nullptr && m_model->tree()->size() <= unfoldedValues)
        expandAll();
    for (int row = 0; row < m_model->rowCount(); ++row)
        expand(m_model->index(row, 0));
    if (m_model->rowCount() > 0)
        setCurrentIndex(m_model->index(0, 0));
}

void MessageTree::setMarks(const QSet<ValueTreeModel::Number> &marks)
{
    m_model->setMarks(marks);
    viewport()->update();
}

void MessageTree::goTo(ValueTreeModel::Number value)
{
    const QModelIndex index = m_model->indexOf(value);
    for (QModelIndex above = index.parent(); above.isValid(); above = above.parent())
        expand(above);
    setCurrentIndex(index);
    scrollTo(index, EnsureVisible);
}

Result<QString> MessageTree::currentText() const
{
    const ValueTreeModel::Number value = m_model->valueAt(currentIndex());
    // Of a text, what it says: quotes and escapes are how JSON writes it.
    const bool isText = m_model->tree()->kind(value) == Tree::Kind::Text;
    return isText ? Result<QString>(m_model->tree()->value(value).toString()) : m_model->tree()->text(value);
}

Result<QString> MessageTree::currentPointer() const
{
    return m_model->tree()->pointer(m_model->valueAt(currentIndex()));
}

void MessageTree::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTreeView::currentChanged(current, previous);
    // No pointer leads to what stands outermost.
    m_copyPointer->setEnabled(current.isValid() && current.parent().isValid());
}

qsizetype MessageTree::countInside(ValueTreeModel::Number value) const
{
    // In the order of the message: what is in it stands between it and what comes behind it.
    const Tree &tree = *m_model->tree();
    for (ValueTreeModel::Number one = value; one != Tree::whole; one = tree.parent(one)) {
        if (tree.rowOf(one) + 1 < tree.childCount(tree.parent(one)))
            return tree.child(tree.parent(one), tree.rowOf(one) + 1) - value - 1;
    }
    return tree.size() - value;
}

void MessageTree::unfold(ValueTreeModel::Number value)
{
    {
        const QScopedValueRollback guard(m_isFetching, true);
        const qsizetype last = value + std::min(countInside(value), mostUnfolded);
        // Laid out once, not anew for each: then nobody else lets the first children come.
        scheduleDelayedItemsLayout();
        for (ValueTreeModel::Number one = value; one <= last; ++one) {
            if (!m_model->tree()->isContainer(one))
                continue;
            const QModelIndex index = m_model->indexOf(one);
            if (m_model->rowCount(index) == 0)
                m_model->fetchMore(index);
            expand(index);
        }
        executeDelayedItemsLayout();
    }
    fetchSeen();
}

void MessageTree::rowsInserted(const QModelIndex &parent, int first, int last)
{
    QTreeView::rowsInserted(parent, first, last);
    if (!m_isFetching)
        fetchSeen();
}

void MessageTree::mousePressEvent(QMouseEvent *event)
{
    // Beside the values nothing is selected: something is current, and is seen to be.
    if (indexAt(event->pos()).isValid())
        QTreeView::mousePressEvent(event);
}

void MessageTree::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    fetchSeen();
}

void MessageTree::fetchSeen()
{
    if (m_isFetching)
        return;
    const QScopedValueRollback guard(m_isFetching, true);
    QModelIndex index = indexAt(QPoint(0, viewport()->height() - 1));
    for (; index.isValid(); index = index.parent()) {
        const QModelIndex above = index.parent();
        const bool isLast = index.row() == m_model->rowCount(above) - 1;
        if (isLast && m_model->canFetchMore(above))
            m_model->fetchMore(above);
    }
}

void MessageTree::addFilters(QMenu *menu)
{
    const QIcon icon = Theme::instance().icon(QStringLiteral("filter"));
    const QString filter = filterOnValue(*m_model->tree(), m_model->valueAt(currentIndex()));
    if (!m_whyNoFilter.isEmpty() || filter.isEmpty()) {
        const QString why = m_whyNoFilter.isEmpty() ? tr("no filter asks for this value") : m_whyNoFilter;
        menu->addAction(icon, tr("Show only: %1").arg(why))->setEnabled(false);
        return;
    }
    const QString shown = filterMenuText(filter);
    menu->addAction(icon, tr("Show only: %1").arg(shown), this, [this, filter] { Q_EMIT filterWanted(filter, FilterUse::Only); });
    menu->addAction(icon, tr("And only: %1").arg(shown), this, [this, filter] { Q_EMIT filterWanted(filter, FilterUse::And); });
    menu->addAction(icon, tr("Hide: %1").arg(shown), this, [this, filter] { Q_EMIT filterWanted(filter, FilterUse::Hide); });
}

void MessageTree::contextMenuEvent(QContextMenuEvent *event)
{
    const bool isByKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex index = isByKey ? currentIndex() : indexAt(event->pos());
    if (!index.isValid())
        return;
    setCurrentIndex(index);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(actions());
    menu->addSeparator();
    addFilters(menu);
    menu->addSeparator();
    const ValueTreeModel::Number value = m_model->valueAt(index);
    const bool isAll = countInside(value) <= mostUnfolded;
    menu->addAction(isAll ? tr("Unfold all in it") : tr("Unfold the first %1 values in it").arg(groupedNumber(mostUnfolded)), this,
                    [this, at = QPersistentModelIndex(index.siblingAtColumn(0))] {
                        if (at.isValid())
                            unfold(m_model->valueAt(at));
                    })->setEnabled(m_model->tree()->isContainer(value));
    menu->addAction(tr("Fold all"), this, &QTreeView::collapseAll);
    menu->popup(isByKey ? viewport()->mapToGlobal(visualRect(index).bottomLeft()) : event->globalPos());
}

} // namespace wsw::desktop
