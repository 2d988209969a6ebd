#pragma once

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace wsw::desktop {

class FilterEdit;
class FilterMenu;
class LogViewSwitch;

/// The bar above the frame log: filter, ready-made terms, pause and tail-follow.
class FilterBar final : public QFrame
{
    Q_OBJECT
public:
    explicit FilterBar(QWidget *parent = nullptr);

    [[nodiscard]] FilterEdit *edit() const { return m_edit; }
    /// What a row of the log stands for.
    [[nodiscard]] LogViewSwitch *views() const { return m_views; }
    [[nodiscard]] bool hidesHeartbeats() const;
    /// Not: what is typed is no filter, and the one before it is in force.
    [[nodiscard]] bool isReadable() const;
    /// Takes away what is typed, and shows heartbeats.
    void clearFilter();
    /// And the selection's part.
    void showEverything();
    /// The name of what the selection narrows the log to; empty: of nothing. The user can take that away and bring it back.
    void setScope(const QString &name);
    /// Brings it back: whoever selects something else wants to see that.
    void turnScopeOn();
    [[nodiscard]] bool isScopeOn() const { return m_scopeOn; }
    void setFollowing(bool on);
    void setPaused(bool on);
    [[nodiscard]] bool isFollowing() const;
    /// Rows that came during a pause; shown on its button.
    void setWaiting(quint64 rows);
    /// Rows below the last one in view.
    void setBelow(quint64 rows);
    /// Says that what the user has just sent is left out, and how to see it.
    void setHidesSent(bool hides);
    /// Without what is left out where there is little room.
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The whole filter: what is typed, and what the buttons add.
    void filterChanged(const QString &text);
    /// The user wants to see what he has sent.
    void sentWanted();
    /// The user has taken the selection's part away, or brought it back.
    void scopeToggled(bool on);
    void followingToggled(bool on);
    void pausedToggled(bool on);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeTermsMenu();
    void showScope();
    /// For the name, in pixels, where everything else has the room it wants.
    [[nodiscard]] int roomForScope() const;
    void showToggles();
    void showButtons();
    void showPause();
    void tellFilter();
    /// What is wrong with what is typed, or else with all of the filter.
    void showProblem();

    LogViewSwitch *m_views;
    FilterEdit *m_edit;
    QLabel *m_label;
    QPushButton *m_scope;
    QLabel *m_problem;
    QLabel *m_hidesSent;
    QToolButton *m_terms;
    FilterMenu *m_menu;
    QPushButton *m_heartbeats;
    QPushButton *m_pause;
    QPushButton *m_follow;
    QString m_scopeName;
    quint64 m_below = 0;
    quint64 m_waiting = 0;
    bool m_scopeOn = true;      ///< not taken away by the user
    QString m_readable;         ///< the last text that could be read
    QString m_typedProblem;     ///< what cannot be read of what is typed
    QString m_wholeProblem;     ///< and of what is made of that and the buttons
};

} // namespace wsw::desktop
