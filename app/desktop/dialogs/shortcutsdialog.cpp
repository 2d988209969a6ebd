#include "dialogs/shortcutsdialog.h"

#include "theme/theme.h"
#include "widgets/actionfinder.h"
#include "widgets/actiontext.h"

#include <QAction>
#include <QHeaderView>
#include <QLineEdit>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

constexpr QSize defaultSize{480, 560};
enum Column { What, Keys, ColumnCount };

} // namespace

ShortcutsDialog::ShortcutsDialog(QWidget *window) : QDialog(window), m_search(new QLineEdit(this)), m_list(new QTreeWidget(this))
{
    setObjectName(QStringLiteral("shortcutsDialog"));
    setWindowTitle(tr("Keyboard shortcuts"));
    m_search->setObjectName(QStringLiteral("shortcutsSearch"));
    m_search->setPlaceholderText(tr("Search by what it does or by keys"));
    m_search->setAccessibleName(tr("Search the keyboard shortcuts"));
    m_search->setClearButtonEnabled(true);
    m_list->setObjectName(QStringLiteral("shortcutsList"));
    m_list->setAccessibleName(tr("Keyboard shortcuts"));
    m_list->setColumnCount(ColumnCount);
    m_list->setHeaderHidden(true);
    m_list->setRootIsDecorated(false);
    m_list->setIndentation(metrics::space12);
    setRole(m_list, "rows");
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(What, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(Keys, QHeaderView::Interactive);
    m_list->header()->resizeSection(Keys, Theme::instance().scaled(180));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space12, metrics::space12, metrics::space12, metrics::space12);
    column->setSpacing(metrics::space8);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    connect(m_search, &QLineEdit::textChanged, this, &ShortcutsDialog::search);
    resize(Theme::instance().scaled(defaultSize.width()), Theme::instance().scaled(defaultSize.height()));
}

void ShortcutsDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    fill();
    m_search->setFocus(Qt::OtherFocusReason);
    m_search->selectAll();
}

QTreeWidgetItem *ShortcutsDialog::addGroup(const QString &title)
{
    auto *group = new QTreeWidgetItem(m_list, {title});
    group->setFlags(Qt::ItemIsEnabled);
    group->setFont(What, Theme::instance().font(FontRole::PaneTitle));
    group->setFirstColumnSpanned(true);
    return group;
}

void ShortcutsDialog::fill()
{
    m_list->clear();
    QHash<QString, QTreeWidgetItem *> groups;
    QSet<const QAction *> seen;
    // The window's own in the order of its menus, then those of its panes.
    for (const QAction *action : parentWidget()->actions() + parentWidget()->findChildren<QAction *>()) {
        if (action->shortcuts().isEmpty() || plainText(*action).isEmpty() || seen.contains(action))
            continue;
        seen.insert(action);
        const QString title = groupOf(*action);
        if (!groups.contains(title))
            groups.insert(title, addGroup(title));
        new QTreeWidgetItem(groups.value(title), {plainText(*action), keysOf(*action)});
    }
    m_list->expandAll();
    search();
}

void ShortcutsDialog::search()
{
    const QString typed = m_search->text();
    for (int i = 0; i < m_list->topLevelItemCount(); ++i) {
        QTreeWidgetItem *group = m_list->topLevelItem(i);
        bool anyShown = false;
        for (int row = 0; row < group->childCount(); ++row) {
            QTreeWidgetItem *item = group->child(row);
            const bool shown = ActionFinder::matches(group->text(What) + u' ' + item->text(What) + u' ' + item->text(Keys), typed);
            item->setHidden(!shown);
            anyShown = anyShown || shown;
        }
        group->setHidden(!anyShown);
    }
}

} // namespace wsw::desktop
