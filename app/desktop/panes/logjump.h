#pragma once

#include "base/id.h"

#include <QObject>

namespace wsw::desktop {

class Workspace;

/// Goes from the current record to the one that belongs to it: from a request to its answer, from a Ping to its Pong, from a fragment to
/// its message. A worker looks for it. GUI thread only.
class LogJump final : public QObject
{
    Q_OBJECT
public:
    LogJump(Workspace *workspace, QObject *parent);
    void toCounterpart();

Q_SIGNALS:
    void found(wsw::RecordId record);

private:
    Workspace *m_workspace;
};

} // namespace wsw::desktop
