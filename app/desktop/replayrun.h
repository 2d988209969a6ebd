#pragma once

#include "replay/player.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <memory>

namespace wsw::desktop {

class Workspace;

/// One replay at a time: reads the script in a worker, then plays it through the workspace's workbench, so that it is recorded. Where a
/// saved capture is only looked at, it asks for a new one first and goes on when that is there. GUI thread only.
class ReplayRun final : public QObject
{
    Q_OBJECT
public:
    explicit ReplayRun(Workspace *workspace, QObject *parent = nullptr);
    ~ReplayRun() override;

    [[nodiscard]] bool isRunning() const { return m_reading || m_waitsForCapture || m_player; }
    void start(const std::shared_ptr<const capture::Document> &document, const replay::ScriptRequest &request, const replay::PlayOptions &options);
    void cancel();
    /// What was replayed last.
    [[nodiscard]] std::shared_ptr<const capture::Document> recording() const { return m_recording; }
    /// And what that was recorded into.
    [[nodiscard]] std::shared_ptr<const capture::Document> recordedInto() const { return m_into; }

Q_SIGNALS:
    /// Ten times a second at most.
    void readingTold(int percent);
    /// The replay needs a capture to be recorded into.
    void captureNeeded();
    void progressed(const wsw::replay::PlayProgress &progress);
    /// It came to nothing; Cancelled where the user wanted it so.
    void failed(const wsw::Error &error);
    /// @p remarks: what was left out of the recording, in sentences.
    void finished(const wsw::replay::PlayOutcome &outcome, const QStringList &remarks);

private:
    struct Reading
    {
        std::atomic_bool cancelled{false};
        std::atomic<int> percent{0};
    };
    void take(Result<replay::Script> &script);
    void play();
    void onFinished(const replay::PlayOutcome &outcome);

    Workspace *m_workspace;
    QTimer m_tick;
    std::shared_ptr<Reading> m_reading;     ///< null: nothing is being read
    std::shared_ptr<const capture::Document> m_recording;
    std::shared_ptr<const capture::Document> m_into;
    replay::Script m_script;
    replay::PlayOptions m_options;
    QStringList m_remarks;
    bool m_waitsForCapture = false;
    replay::Player *m_player = nullptr;
};

} // namespace wsw::desktop
