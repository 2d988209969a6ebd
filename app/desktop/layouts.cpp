#include "layouts.h"

#include "theme/theme.h"
#include "widgets/panedock.h"

#include <QLayout>
#include <QMainWindow>

namespace wsw::desktop {

namespace {

/// Widths and heights of one arrangement, as shares of the window in thousandths; 0: the dock is hidden.
struct Shares
{
    int endpoints;
    int inspector;
    int composer;   ///< height
    int latency;    ///< height
};

Shares sharesOf(Layout layout)
{
    switch (layout) {
    case Layout::Test: return {161, 328, 295, 295};
    case Layout::Teach: return {161, 430, 220, 0};
    case Layout::Measure: return {161, 430, 0, 620};
    }
    Q_UNREACHABLE();
}

void place(QMainWindow *window, PaneDock *dock, Qt::DockWidgetArea area, bool visible)
{
    if (dock == nullptr)
        return;
    dock->setFloating(false);
    window->addDockWidget(area, dock);
    dock->setVisible(visible);
}

} // namespace

void arrange(QMainWindow *window, const WindowDocks &docks, Layout layout)
{
    const Shares shares = sharesOf(layout);
    window->setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    window->setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);

    // What stands above the log is as wide as that.
    window->setCorner(Qt::TopLeftCorner, Qt::LeftDockWidgetArea);
    window->setCorner(Qt::TopRightCorner, Qt::RightDockWidgetArea);

    place(window, docks.compare, Qt::TopDockWidgetArea, false);
    place(window, docks.endpoints, Qt::LeftDockWidgetArea, shares.endpoints > 0);
    for (PaneDock *form : {docks.host, docks.connect, docks.proxy})
        place(window, form, Qt::LeftDockWidgetArea, false);
    place(window, docks.inspector, Qt::RightDockWidgetArea, shares.inspector > 0);
    place(window, docks.latency, Qt::RightDockWidgetArea, shares.latency > 0);
    place(window, docks.composer, Qt::BottomDockWidgetArea, shares.composer > 0);
    if (docks.inspector != nullptr && docks.latency != nullptr)
        window->splitDockWidget(docks.inspector, docks.latency, Qt::Vertical);

    window->layout()->activate(); // sizes are shared out among docks that have their places
    const int width = window->width();
    const int height = window->height() - Theme::instance().scaled(metrics::toolbar + metrics::statusBar);
    const auto resize = [window](PaneDock *dock, int size, Qt::Orientation orientation) {
        if (dock != nullptr && size > 0)
            window->resizeDocks({dock}, {size}, orientation);
    };
    resize(docks.endpoints, width * shares.endpoints / 1000, Qt::Horizontal);
    resize(docks.inspector, width * shares.inspector / 1000, Qt::Horizontal);
    resize(docks.composer, height * shares.composer / 1000, Qt::Vertical);
    // Both of one column: told of one alone, the window gives the other what it likes to have.
    const int latency = height * shares.latency / 1000;
    if (docks.inspector != nullptr && docks.latency != nullptr && latency > 0)
        window->resizeDocks({docks.inspector, docks.latency}, {height - latency, latency}, Qt::Vertical);
}

} // namespace wsw::desktop
