#pragma once

#include <QList>
#include <QObject>
#include <QPointer>
#include <QTimer>

namespace wsw::desktop {

class FrameLogPane;
class Workspace;

/// Tells whether the frame that the inspector shows has a row in none of the logs that are seen, because their filters or the selection leave
/// it out. GUI thread only.
class HiddenSelection final : public QObject
{
    Q_OBJECT
public:
    /// @p workspace must outlive it.
    HiddenSelection(const Workspace *workspace, QObject *parent);
    /// Counts @p log among them, until it is gone.
    void watch(const FrameLogPane *log);
    /// To be called when other logs than before are seen.
    void lookSoon();

Q_SIGNALS:
    void changed(bool isHidden);

private:
    void look();
    /// @p log is seen, and it has a row for the current frame or may get one.
    [[nodiscard]] bool isShownBy(const FrameLogPane *log) const;

    const Workspace *m_workspace;
    QList<QPointer<const FrameLogPane>> m_logs;
    QTimer m_look;
    bool m_isHidden = false;
};

} // namespace wsw::desktop
