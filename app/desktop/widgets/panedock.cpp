#include "widgets/panedock.h"

#include "theme/theme.h"

#include <QApplication>
#include <QTabWidget>
#include <QToolButton>

namespace wsw::desktop {

PaneDock::PaneDock(const QString &name, const QString &title, QWidget *parent)
    : QDockWidget(title, parent), m_head(new PaneHead(title, this))
{
    setObjectName(name);
    setTitleBarWidget(m_head);
}

void PaneDock::setPane(QWidget *pane)
{
    setWidget(pane);
    auto *pages = qobject_cast<QTabWidget *>(pane);
    if (pages == nullptr)
        pages = pane->findChild<QTabWidget *>(QString(), Qt::FindDirectChildrenOnly);
    if (pages != nullptr && m_head->tabs() == nullptr)
        m_head->showTabsOf(pages);
}

void PaneDock::hideEvent(QHideEvent *event)
{
    // Before Qt moves it on to whatever comes next, which may be anything.
    if (isAncestorOf(QApplication::focusWidget()))
        Q_EMIT focusLost();
    QDockWidget::hideEvent(event);
}

void PaneDock::addCloseButton()
{
    auto *button = new QToolButton(m_head);
    button->setIcon(Theme::instance().icon(QStringLiteral("close")));
    button->setToolTip(tr("Hide this pane"));
    button->setAccessibleName(tr("Hide %1").arg(windowTitle()));
    connect(button, &QToolButton::clicked, this, &QWidget::hide);
    m_head->addTrailing(button);
}

} // namespace wsw::desktop
