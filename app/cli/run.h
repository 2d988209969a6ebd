#pragma once

#include "arguments.h"
#include "base/result.h"
#include "exitcode.h"
#include "stopsignals.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTimer>

#include <memory>
#include <optional>

namespace wsw::capture {
class Document;
}
namespace wsw::session {
class Workbench;
}

namespace wsw::cli {

/// What every verb with endpoints shares: a recording, a workbench, the stop signals, and an orderly end. Main thread.
class Run final : public QObject
{
    Q_OBJECT
public:
    /// Records into the file of --capture, which must not exist yet, within --size-limit; without it, into a temporary folder that goes with this object.
    [[nodiscard]] static Result<std::unique_ptr<Run>> start(const Arguments &arguments);
    ~Run() override;

    [[nodiscard]] session::Workbench &workbench() { return *m_workbench; }
    [[nodiscard]] capture::Document &document() { return *m_document; }

    /// Runs the event loop until finish() has done its work.
    [[nodiscard]] ExitCode exec();
    /// Closes every connection, then the capture, then lets exec() return @p code. Only the first call counts. A capture that holds
    /// nothing because the work failed is taken away, so that the same command can be given again.
    void finish(ExitCode code);
    [[nodiscard]] bool isFinishing() const noexcept { return m_code.has_value(); }

Q_SIGNALS:
    /// SIGINT or SIGTERM; whoever runs the verb ends it with finish().
    void stopRequested();

private:
    explicit Run(std::unique_ptr<QTemporaryDir> folder, std::shared_ptr<capture::Document> document);
    void recordingFailed(const Error &error);
    void recordingResumed();
    void archived(const QString &archive, quint64 first, quint64 last);
    void closeCapture();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<capture::Document> m_document;
    std::unique_ptr<session::Workbench> m_workbench;
    StopSignals m_signals;
    QTimer m_retry;
    std::optional<ExitCode> m_code;
    bool m_leavesNothing = false;   ///< what was asked for failed before there was anything to record
};

} // namespace wsw::cli
