#pragma once

#include "base/id.h"

#include <QWidget>

class QAction;
class QMenu;
class QStackedLayout;
class QToolButton;
class QTreeView;

namespace wsw::desktop {

class EndpointModel;
class Workspace;

/// The tree of endpoints and connections, and what can be done with them.
class EndpointsPane final : public QWidget
{
    Q_OBJECT
public:
    explicit EndpointsPane(Workspace *workspace, QWidget *parent = nullptr);

    /// The "+" for the pane's head; opens a menu with the three ways to start an endpoint.
    [[nodiscard]] QToolButton *addButton() const { return m_add; }
    /// What can be done with the selected row, for the window's menu.
    [[nodiscard]] QList<QAction *> rowActions() const { return m_rowActions; }
    [[nodiscard]] EndpointModel *model() const { return m_model; }
    /// Makes @p endpoint's row the current one.
    void select(EndpointId endpoint);
    void focusTree();

Q_SIGNALS:
    void hostWanted();
    void connectWanted();
    void proxyWanted();
    void demoWanted();
    /// The menu of a row, which is the current one, is about to be shown: others may add to it.
    void rowMenuShown(QMenu *menu);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeEmptyPage();
    void makeActions();
    void makeBehaviourMenu();
    void updateActions();
    void onCurrentChanged();
    void followConnection(ConnectionId connection);
    void followEndpoint(EndpointId endpoint);
    void showRow(const QModelIndex &row);
    void showMenu(const QPoint &at);
    void copyUrl();
    void closeWithCode();
    [[nodiscard]] EndpointId currentEndpoint() const;
    [[nodiscard]] ConnectionId currentConnection() const;

    Workspace *m_workspace;
    EndpointModel *m_model;
    QTreeView *m_tree;
    QStackedLayout *m_pages;
    QToolButton *m_add;
    QMenu *m_behaviours;
    QAction *m_stop = nullptr;
    QAction *m_restart = nullptr;
    QAction *m_restartNext = nullptr;
    QAction *m_copy = nullptr;
    QAction *m_close = nullptr;
    QAction *m_reset = nullptr;
    QAction *m_remove = nullptr;
    QList<QAction *> m_rowActions;
};

} // namespace wsw::desktop
