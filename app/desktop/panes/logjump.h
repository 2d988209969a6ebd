#pragma once

#include "base/id.h"

#include <QObject>

namespace wsw::desktop {

class Workspace;

/// Goes from a record to the one that belongs to it: from a request to its answer, from a Ping to its Pong, from a fragment to
/// its message. A worker looks for it. GUI thread only.
class LogJump final : public QObject
{
    Q_OBJECT
public:
    LogJump(Workspace *workspace, QObject *parent);
    /// @p record is the current one, and stays so until it is found; else nothing happens.
    void toCounterpart(RecordId record);
    void fromCurrent();

Q_SIGNALS:
    void found(wsw::RecordId record);

private:
    Workspace *m_workspace;
};

} // namespace wsw::desktop
