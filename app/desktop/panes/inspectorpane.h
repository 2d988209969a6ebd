#pragma once

#include "base/id.h"

#include <QWidget>

class QLabel;
class QTabWidget;

namespace wsw::desktop {

class Inspection;
class Workspace;

/// Shows the current record of the workspace in five ways that share one selection: Message, Anatomy, Bytes, Handshake, Explain.
class InspectorPane final : public QWidget
{
    Q_OBJECT
public:
    enum class Tab : quint8 { Message, Anatomy, Bytes, Handshake, Explain };

    /// @p workspace must outlive the pane.
    explicit InspectorPane(Workspace *workspace, QWidget *parent = nullptr);

    [[nodiscard]] QTabWidget *tabs() const { return m_tabs; }
    void showTab(Tab tab);
    /// Says above the tabs that the log has no row of the frame, and offers to show it; or says nothing.
    void setHidden(bool isHidden);

Q_SIGNALS:
    /// The user wants to see the frame's row in the log.
    void rowWanted(wsw::RecordId record);
    /// The user wants to change this frame and send it again: a matter for the composer.
    void editAndSendRequested(wsw::RecordId record);

private:
    void showHidden();

    Inspection *m_inspection;
    QLabel *m_hidden;
    QTabWidget *m_tabs;
    bool m_isHidden = false;
};

} // namespace wsw::desktop
