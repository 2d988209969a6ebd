#pragma once

#include "base/id.h"
#include "base/result.h"

#include <QObject>
#include <QString>

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
    /// Says why nothing is found, until another record is selected.
    void tell(const Error &error);
    void takeBack();

    Workspace *m_workspace;
    QString m_told;     ///< the message that still stands
};

} // namespace wsw::desktop
