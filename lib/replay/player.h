#pragma once

#include "replay/playoptions.h"
#include "replay/script.h"

#include <QObject>
#include <QTimer>

#include <memory>

class QThread;

namespace wsw::session {
class Workbench;
}

namespace wsw::replay {

class Performance;

/// Replays a script through a workbench, which records it like all else. A worker reads payloads and sends each at its time; never more
/// waits for the network than the workbench's pressure allows. One replay each. Belongs to one thread, and waits for nothing.
class Player final : public QObject
{
    Q_OBJECT
public:
    /// @p bench must be alive until letGo() or this object's end.
    Player(session::Workbench &bench, Script script, PlayOptions options, QObject *parent = nullptr);
    /// Closes what is open.
    ~Player() override;

    void start();
    /// Closes what is open; finished() follows.
    void cancel();
    /// The workbench is about to end: it is touched no more. finished() follows.
    void letGo();
    [[nodiscard]] PlayProgress progress() const;

Q_SIGNALS:
    /// Twenty times a second at most.
    void progressed(const wsw::replay::PlayProgress &progress);
    void finished(const wsw::replay::PlayOutcome &outcome);

private:
    void look();

    std::shared_ptr<Performance> m_performance;
    QThread *m_worker = nullptr;    ///< belongs to no thread
    QTimer m_timer;
    PlayProgress m_last;
};

} // namespace wsw::replay
