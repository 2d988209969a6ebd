#include "dialogs/shortcutsdialog.h"

#include "theme/theme.h"
#include "widgets/actionfinder.h"

#include <QAction>
#include <QDockWidget>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

constexpr QSize defaultSize{480, 560};
enum Column { What, Keys, ColumnCount };

QString plain(QString text)
{
    return text.remove(QLatin1Char('&'));
}

/// Under which title an action stands: of its menu, or of the pane in which alone it works.
QString groupOf(const QAction *action)
{
    const QWidget *owner = nullptr;
    for (QObject *object : action->associatedObjects()) {
        if (const auto *menu = qobject_cast<QMenu *>(object); menu != nullptr && !menu->title().isEmpty())
            return plain(menu->title());
        if (const auto *widget = qobject_cast<QWidget *>(object); widget != nullptr && !widget->isWindow())
            owner = widget;
    }
    for (const QWidget *widget = owner; widget != nullptr; widget = widget->parentWidget()) {
        if (const auto *dock = qobject_cast<const QDockWidget *>(widget))
            return dock->windowTitle();
    }
    return owner != nullptr && !owner->accessibleName().isEmpty() ? owner->accessibleName() : ShortcutsDialog::tr("Window");
}

QString keysOf(const QAction *action)
{
    QStringList keys;
    for (const QKeySequence &sequence : action->shortcuts())
        keys.append(sequence.toString(QKeySequence::NativeText));
    keys.removeDuplicates();
    return keys.join(ShortcutsDialog::tr(" or "));
}

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

void ShortcutsDialog::fill()
{
    m_list->clear();
    QHash<QString, QTreeWidgetItem *> groups;
    for (const QAction *action : parentWidget()->findChildren<QAction *>()) {
        const QString text = plain(action->text());
        if (action->shortcuts().isEmpty() || text.isEmpty())
            continue;
        QTreeWidgetItem *&group = groups[groupOf(action)];
        if (group == nullptr) {
            group = new QTreeWidgetItem(m_list, {groupOf(action)});
            group->setFlags(Qt::ItemIsEnabled);
            group->setFont(What, Theme::instance().font(FontRole::PaneTitle));
            group->setFirstColumnSpanned(true);
        }
        new QTreeWidgetItem(group, {text, keysOf(action)});
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
