#pragma once

#include "widgets/panehead.h"

#include <QDockWidget>

namespace wsw::desktop {

/// A dock without default chrome: a PaneHead for a title bar, the pane below it. Dragging the head moves the dock.
class PaneDock final : public QDockWidget
{
    Q_OBJECT
public:
    PaneDock(const QString &name, const QString &title, QWidget *parent);

    /// Puts @p pane in. A QTabWidget that is the pane, or a direct child of it, shows its tabs in the head.
    void setPane(QWidget *pane);
    [[nodiscard]] QWidget *pane() const { return widget(); }
    [[nodiscard]] PaneHead *head() const { return m_head; }
    /// Adds a button to the head that hides the dock.
    void addCloseButton();

Q_SIGNALS:
    /// The dock has been opened to be filled in: its pane should take the keyboard.
    void focusWanted();
    /// The dock goes, and the keyboard was in it.
    void focusLost();

protected:
    void hideEvent(QHideEvent *event) override;

private:
    PaneHead *m_head;
};

} // namespace wsw::desktop
