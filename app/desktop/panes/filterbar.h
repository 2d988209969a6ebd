#pragma once

#include <QFrame>

class QAction;
class QLabel;
class QPushButton;
class QToolButton;

namespace wsw::desktop {

class FilterEdit;

/// The bar above the frame log: filter, ready-made terms, pause and tail-follow.
class FilterBar final : public QFrame
{
    Q_OBJECT
public:
    explicit FilterBar(QWidget *parent = nullptr);

    [[nodiscard]] FilterEdit *edit() const { return m_edit; }
    [[nodiscard]] bool hidesHeartbeats() const;
    /// Takes away what is typed and what the buttons add.
    void showEverything();
    /// What the selection narrows the log to, by name; an empty @p filter: nothing. The user can take it away and bring it back.
    void setScope(const QString &name, const QString &filter);
    void setFollowing(bool on);
    void setPaused(bool on);
    [[nodiscard]] bool isFollowing() const;
    /// Rows that came during a pause or below the visible ones; shown on the button.
    void setWaiting(quint64 rows);

Q_SIGNALS:
    /// The whole filter: what is typed, and what the buttons add.
    void filterChanged(const QString &text);
    void followingToggled(bool on);
    void pausedToggled(bool on);

private:
    void makeTermsMenu();
    void showScope();
    void showToggles();
    void tellFilter();

    FilterEdit *m_edit;
    QPushButton *m_scope;
    QLabel *m_problem;
    QToolButton *m_terms;
    QPushButton *m_heartbeats;
    QPushButton *m_pause;
    QPushButton *m_follow;
    QAction *m_scopeAction = nullptr;
    QString m_scopeName;
    QString m_scopeFilter;
    bool m_scopeOn = true;      ///< not taken away by the user
    QString m_readable;         ///< the last text that could be read
};

} // namespace wsw::desktop
