#pragma once

#include "base/result.h"
#include "layouts.h"

#include <QMainWindow>

namespace wsw::desktop {

class NoticeBar;
class PaneDock;
class Segments;
class Workspace;

/// The window: composes the panes around one Workspace, which must outlive it.
class MainWindow final : public QMainWindow
{
    Q_OBJECT
public:
    explicit MainWindow(Workspace *workspace, QWidget *parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] NoticeBar *notices() const { return m_notices; }

public Q_SLOTS:
    void showError(const wsw::Error &error);
    void showLayout(wsw::desktop::Layout layout);

private:
    void buildToolbar();
    void buildCentre();
    void buildDocks();

    Workspace *m_workspace;
    NoticeBar *m_notices = nullptr;
    Segments *m_layouts = nullptr;
    WindowDocks m_docks;
};

} // namespace wsw::desktop
