#pragma once

#include <QObject>
#include <QTimer>

namespace wsw::desktop {

class FrameLogModel;
class Workspace;

/// Tells whether the frame that the inspector shows has no row in the frame log, because its filter or the selection leaves it out.
/// GUI thread only.
class HiddenSelection final : public QObject
{
    Q_OBJECT
public:
    /// @p workspace and @p log must outlive it.
    HiddenSelection(const Workspace *workspace, const FrameLogModel *log, QObject *parent);

Q_SIGNALS:
    void changed(bool isHidden);

private:
    void look();

    const Workspace *m_workspace;
    const FrameLogModel *m_log;
    QTimer m_look;
    bool m_isHidden = false;
};

} // namespace wsw::desktop
