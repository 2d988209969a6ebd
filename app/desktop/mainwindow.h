#pragma once

#include "base/id.h"
#include "base/result.h"
#include "layouts.h"

#include <QHash>
#include <QMainWindow>

class QPushButton;
class QTabWidget;

namespace wsw::session {
struct EndpointInfo;
}

namespace wsw::desktop {

class ActionFinder;
class ComposerPane;
class Demo;
class DocumentActions;
class ExchangeActions;
class EndpointsPane;
class FrameLogPane;
class FrameNotes;
class InspectorPane;
class LogDocks;
class MaintenanceActions;
class NoticeBar;
class PaneDock;
class ReplayActions;
class Segments;
class ShortcutsDialog;
class WindowMenu;
class WindowStatus;
class Workspace;
struct FinderEntry;

/// When a window makes its panes: at once, or after it has shown its outline, so that a start is seen without delay.
enum class Build : quint8 { Now, AfterFirstPaint };

/// The window: composes the panes around one Workspace, which must outlive it.
class MainWindow final : public QMainWindow
{
    Q_OBJECT
public:
    explicit MainWindow(Workspace *workspace, Build build = Build::Now, QWidget *parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] NoticeBar *notices() const { return m_notices; }
    [[nodiscard]] DocumentActions *documents() const { return m_documents; }
    [[nodiscard]] FrameLogPane *frameLog() const { return m_frameLog; }
    /// Further logs.
    [[nodiscard]] LogDocks *logs() const { return m_logs; }
    [[nodiscard]] const WindowDocks &docks() const { return m_docks; }

Q_SIGNALS:
    /// Build::AfterFirstPaint: the panes are there; until then nothing else may be asked of the window.
    void built();
    /// The user has closed the window; what it has begun ends with the workspace.
    void closed();

public Q_SLOTS:
    void showError(const wsw::Error &error);
    void showLayout(wsw::desktop::Layout layout);
    /// Hosts, connects and talks; see Demo.
    void startDemo();
    void openHostForm();
    void openConnectForm();
    void openProxyForm();
    /// Moves the keyboard to the next (1) or the previous (-1) visible pane.
    void cyclePanes(int step);

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    /// Widths of the docks at both sides.
    struct SideWidths
    {
        int left = 0;
        int right = 0;
    };

    void build();
    void paintOutline();
    void onFirstShown();
    void buildToolbar();
    void buildCentre();
    /// The line for notes, below the log.
    [[nodiscard]] QWidget *buildNotes(QWidget *parent);
    void buildDocks();
    /// Further logs, and what @p inspector says of a frame that none of all logs shows.
    void buildLogs(InspectorPane *inspector);
    void growComposer(int more);
    void buildMenu();
    void connectParts();
    void restoreArrangement();
    [[nodiscard]] QList<QTabWidget *> rememberedTabs() const;
    void connectDemo();
    void onDemoDone(RecordId first);
    void onEndpoint(const session::EndpointInfo &info);
    void putForms();
    void openForm(PaneDock *dock);
    void makeRoomForForm();
    void onFormDone(PaneDock *dock, EndpointId running);
    void onFormHidden();
    void closeForms();
    /// Whether the user has chosen this width for the side of the forms.
    [[nodiscard]] bool isUsersOwn(int leftWidth) const;
    [[nodiscard]] QList<PaneDock *> forms() const { return {m_docks.host, m_docks.connect, m_docks.proxy}; }
    [[nodiscard]] bool isFormOpen() const;
    [[nodiscard]] bool isWatchedByForm(EndpointId endpoint) const;
    [[nodiscard]] SideWidths sideWidths() const;
    void forgetFailure(EndpointId endpoint);
    void updateTitle();
    void onSaved(bool ok);
    [[nodiscard]] QList<FinderEntry> findEntries(const QString &typed);
    void addFrameEntry(QList<FinderEntry> &found, const QString &typed);
    void addActionEntries(QList<FinderEntry> &found, const QString &typed);
    void addTimeEntry(QList<FinderEntry> &found, const QString &typed);
    void addEndpointEntries(QList<FinderEntry> &found, const QString &typed);

    Workspace *m_workspace;
    FrameNotes *m_notes = nullptr;
    NoticeBar *m_notices = nullptr;
    EndpointsPane *m_endpoints = nullptr;
    FrameLogPane *m_frameLog = nullptr;
    LogDocks *m_logs = nullptr;
    ComposerPane *m_composer = nullptr;
    WindowStatus *m_status = nullptr;
    DocumentActions *m_documents = nullptr;
    ExchangeActions *m_exchange = nullptr;
    ReplayActions *m_replay = nullptr;
    MaintenanceActions *m_maintenance = nullptr;
    WindowMenu *m_menu = nullptr;
    Demo *m_demo = nullptr;
    Segments *m_layouts = nullptr;
    ActionFinder *m_finder = nullptr;
    QPushButton *m_menuButton = nullptr;
    WindowDocks m_docks;
    ShortcutsDialog *m_shortcuts = nullptr;
    QHash<EndpointId, QString> m_failed;    ///< endpoints whose failure is told by a notice, and its words
    QList<PaneDock *> m_givenWay;   ///< to a form, in a narrow window
    SideWidths m_withoutForm;   ///< before the first form was opened
    SideWidths m_withForm;      ///< with it, unless the user has changed them
    bool m_built = false;
    bool m_restored = false;    ///< the arrangement of an earlier run is there
    bool m_outlined = false;    ///< the outline has been painted: the panes are on their way
    bool m_closesWhenSaved = false;
    bool m_shown = false;
};

} // namespace wsw::desktop
