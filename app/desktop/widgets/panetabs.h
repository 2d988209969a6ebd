#pragma once

#include <QStackedWidget>
#include <QTabWidget>

namespace wsw::desktop {

/// The pages of a pane; their tabs are shown in the dock's head, so that here only the pages need room.
class PaneTabs final : public QTabWidget
{
public:
    using QTabWidget::QTabWidget;
    [[nodiscard]] QSize minimumSizeHint() const override
    {
        return tabBar()->isHidden() ? findChild<QStackedWidget *>(QString(), Qt::FindDirectChildrenOnly)->minimumSizeHint() : QTabWidget::minimumSizeHint();
    }
};

} // namespace wsw::desktop
