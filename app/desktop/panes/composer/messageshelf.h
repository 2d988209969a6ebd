#pragma once

#include "panes/composer/messagestore.h"

#include <QWidget>

#include <functional>

class QMenu;

namespace wsw::desktop {

/// The buttons Saved and History: what was sent, and what the user keeps under a name.
class MessageShelf final : public QWidget
{
    Q_OBJECT
public:
    /// @p current: what stands in the composer now.
    explicit MessageShelf(std::function<ComposedMessage()> current, QWidget *parent = nullptr);

    void keepSent(const ComposedMessage &message) { m_history.add(message); }
    [[nodiscard]] const QList<ComposedMessage> &saved() const { return m_saved.messages(); }

public Q_SLOTS:
    void back();
    void forth();

Q_SIGNALS:
    /// The user wants @p message in the composer.
    void recalled(const wsw::desktop::ComposedMessage &message);

private:
    void fillSavedMenu();
    void fillHistoryMenu();
    void save(const QString &name);

    std::function<ComposedMessage()> m_current;
    MessageHistory m_history;
    SavedMessages m_saved;
    QMenu *m_savedMenu;
    QMenu *m_historyMenu;
};

} // namespace wsw::desktop
