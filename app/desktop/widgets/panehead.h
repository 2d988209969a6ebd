#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QTabBar;
class QTabWidget;

namespace wsw::desktop {

/// The 32 px head of a pane: its title, or its tabs in place of a title, and what the pane puts at the right.
class PaneHead final : public QFrame
{
    Q_OBJECT
public:
    explicit PaneHead(const QString &title, QWidget *parent = nullptr);

    /// Shows the tabs of @p pages here in place of the title; the tab widget's own bar is hidden and its right corner widget moves
    /// here. @p pages must live as long as the head.
    void showTabsOf(QTabWidget *pages);
    [[nodiscard]] QTabBar *tabs() const { return m_tabs; }
    /// Adds @p widget at the right end, before what was added earlier with addTrailing().
    void addTrailing(QWidget *widget);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

private:
    void copyTabs(QTabWidget *pages);

    QHBoxLayout *m_layout;
    QHBoxLayout *m_trailing;
    QLabel *m_title;
    QTabBar *m_tabs = nullptr;
};

} // namespace wsw::desktop
