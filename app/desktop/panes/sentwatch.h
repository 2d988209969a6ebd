#pragma once

#include "base/id.h"

#include <QObject>
#include <QSet>
#include <QTimer>

namespace wsw::desktop {

class FrameLogModel;
class Workspace;

/// Tells when what the user has just sent does not appear in the frame log, because its filter or the selection leaves it out.
/// GUI thread only.
class SentWatch final : public QObject
{
    Q_OBJECT
public:
    SentWatch(const Workspace *workspace, const FrameLogModel *log, QObject *parent);

    /// Something is about to go out on @p connections.
    void expect(const QSet<ConnectionId> &connections);
    /// The log shows something else now: what it left out before is no news.
    void forget();

    /// That of the frame which is hidden.
    [[nodiscard]] ConnectionId connection() const { return m_hidden; }

Q_SIGNALS:
    void hiddenChanged(bool isHidden);

private:
    void look();
    void tell(bool isHidden);

    const Workspace *m_workspace;
    const FrameLogModel *m_log;
    QTimer m_look;
    QSet<ConnectionId> m_connections;
    quint64 m_after = 0;        ///< the last record before it went out
    ConnectionId m_hidden;
    bool m_isHidden = false;
};

} // namespace wsw::desktop
