#pragma once

#include <QMenu>

namespace wsw::desktop {

class FilterEdit;

/// The menu beside the filter: ready-made conditions, what the bar's buttons do, filters that are kept, and those used last.
class FilterMenu final : public QMenu
{
    Q_OBJECT
public:
    FilterMenu(FilterEdit *edit, QWidget *parent);

    /// Whether heartbeats are hidden; checkable.
    [[nodiscard]] QAction *heartbeats() const { return m_heartbeats; }
    /// Whether the log shows only what is selected under Endpoints; checkable.
    [[nodiscard]] QAction *scope() const { return m_scope; }

Q_SIGNALS:
    void everythingWanted();

private:
    void addTerms();
    void addHeartbeats();
    /// Makes the part anew that shows the user's own filters.
    void fillOwn();
    void addOwn(const QString &filter);
    void addHeading(const QString &text);

    FilterEdit *m_edit;
    QAction *m_heartbeats = nullptr;
    QAction *m_ownHeartbeats = nullptr;     ///< what stands behind them
    QAction *m_addHeartbeat = nullptr;
    QAction *m_forgetHeartbeats = nullptr;
    QAction *m_scope = nullptr;
    QList<QAction *> m_own;
};

/// A filter as a menu can show it: not too long, and its "&" no mnemonic.
[[nodiscard]] QString filterMenuText(const QString &filter);

} // namespace wsw::desktop
