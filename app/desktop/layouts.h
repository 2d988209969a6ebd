#pragma once

#include <QtGlobal>

class QMainWindow;

namespace wsw::desktop {

class PaneDock;

/// The ready-made arrangements of the docks.
enum class Layout : quint8 { Test, Teach, Measure };

/// The docks of a main window by name.
struct WindowDocks
{
    PaneDock *endpoints = nullptr;
    PaneDock *inspector = nullptr;
    PaneDock *composer = nullptr;
    PaneDock *latency = nullptr;
    PaneDock *host = nullptr;
    PaneDock *connect = nullptr;
    PaneDock *proxy = nullptr;
    PaneDock *compare = nullptr;
};

/// Arranges @p docks in @p window; those that are null are left out. Host, Connect and Proxy are put away.
void arrange(QMainWindow *window, const WindowDocks &docks, Layout layout);

} // namespace wsw::desktop
