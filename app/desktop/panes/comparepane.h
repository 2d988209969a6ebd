#pragma once

#include "base/id.h"

#include <QSet>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QTableView;
class QToolButton;

namespace wsw::desktop {

class CompareModel;
class FilterEdit;
class Workspace;

/// Two connections of the capture side by side on one time line, those that belong together chosen beforehand. Reads nothing while it is
/// hidden. Selecting a row selects its record in the workspace, and the other way round.
class ComparePane final : public QWidget
{
    Q_OBJECT
public:
    explicit ComparePane(Workspace *workspace, QWidget *parent = nullptr);

    [[nodiscard]] CompareModel *model() const { return m_model; }
    [[nodiscard]] QTableView *view() const { return m_view; }
    /// Compares @p left with @p right, as if they had been chosen.
    void compare(ConnectionId left, ConnectionId right);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void setUpView();
    [[nodiscard]] QComboBox *makeChoice(const char *name, const QString &what);
    void onDocument();
    /// Fills the choices with the connections that there are now.
    void fill();
    void fillSoon();
    void propose();
    void take();
    void swap();
    void onFilter(const QString &text);
    void onAdvanced();
    void onCurrentRow(int row);
    void onRecordSelected(RecordId record);
    void updateNote();

    Workspace *m_workspace;
    CompareModel *m_model;
    QComboBox *m_left;
    QComboBox *m_right;
    QToolButton *m_swap;
    FilterEdit *m_filter;
    QLabel *m_problem;
    QTableView *m_view;
    QLabel *m_note;
    QSet<ConnectionId> m_offered;   ///< by both choices
    QTimer m_fillSoon;              ///< many connections may come at once
    bool m_isChosen = false;    ///< by the user: no other pair is proposed any more
    bool m_isFollowing = true;  ///< the newest row is kept in view
    bool m_isShowing = false;   ///< what is selected elsewhere
    bool m_isScrolling = false; ///< because rows have come
};

} // namespace wsw::desktop
