#include "run.h"

#include "capture/document.h"
#include "console.h"
#include "session/workbench.h"
#include "sizelimit.h"

#include <QCoreApplication>
#include <QFile>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace wsw::cli {

namespace {

/// The workbench bounds its own closing by a second; this is for the case that it does not come back at all.
constexpr auto closingLimit = 5s;
/// After a failure to write the capture (a full disk, say) it is tried again this often.
constexpr auto retryInterval = 2s;

} // namespace

Result<std::unique_ptr<Run>> Run::start(const Arguments &arguments)
{
    const Result<qint64> sizeLimit = readSizeLimit(arguments);
    if (!sizeLimit)
        return sizeLimit.error();
    std::unique_ptr<QTemporaryDir> folder;
    QString path = arguments.value(u"capture"_s);
    if (path.isEmpty()) {
        folder = std::make_unique<QTemporaryDir>();
        if (!folder->isValid()) {
            return Error{ErrorKind::Io, u"No temporary folder could be made: %1."_s.arg(folder->errorString()),
                         u"Name a file to record into with --capture."_s, {}};
        }
        path = folder->filePath(u"traffic.wscapture"_s);
    }
    Result<std::unique_ptr<capture::Document>> document = capture::Document::create(path);
    if (!document)
        return document.error();
    document.value()->setSizeLimit(*sizeLimit);
    return std::unique_ptr<Run>(new Run(std::move(folder), std::move(document).value()));
}

Run::Run(std::unique_ptr<QTemporaryDir> folder, std::shared_ptr<capture::Document> document)
    : m_folder(std::move(folder))
    , m_document(std::move(document))
    , m_workbench(std::make_unique<session::Workbench>(m_document))
{
    connect(&m_signals, &StopSignals::stopRequested, this, &Run::stopRequested);
    connect(m_workbench.get(), &session::Workbench::allClosed, this, &Run::closeCapture);
    connect(m_document.get(), &capture::Document::recordingFailed, this, &Run::recordingFailed);
    connect(m_document.get(), &capture::Document::recordingResumed, this, &Run::recordingResumed);
    connect(m_document.get(), &capture::Document::archived, this, &Run::archived);
    connect(m_document.get(), &capture::Document::archivingFailed, this, &console::error);
    m_retry.setInterval(retryInterval);
    connect(&m_retry, &QTimer::timeout, m_document.get(), &capture::Document::retry);
}

Run::~Run()
{
    // The workbench records until its last connection has closed, so it goes before the document.
    m_workbench.reset();
    const QString path = m_document->path();
    m_document.reset();
    if (m_leavesNothing)
        QFile::remove(path);
}

ExitCode Run::exec()
{
    QCoreApplication::exec();
    return m_code.value_or(ExitCode::Failed);
}

void Run::finish(ExitCode code)
{
    if (m_code)
        return;
    m_code = code;
    m_workbench->closeAll();
    QTimer::singleShot(closingLimit, this, &Run::closeCapture);
}

void Run::closeCapture()
{
    if (!m_code)
        return;
    m_retry.stop();
    if (const Result<> stopped = m_document->stopRecording(); !stopped) {
        console::error(stopped.error());
        m_code = ExitCode::Failed;
    }
    if (const QStringList archives = m_document->archives(); !archives.isEmpty()) {
        console::note(u"The oldest frames of \"%1\" are in: %2. They are shown with it as long as they lie beside it."_s.arg(m_document->path(),
                                                                                                                archives.join(u", "_s)));
    }
    m_leavesNothing = m_code != ExitCode::Done && m_document->received() == 0 && m_document->connections().isEmpty();
    QCoreApplication::quit();
}

void Run::recordingFailed(const Error &error)
{
    console::error(error);
    console::note(u"Nothing is read from the network until recording works again; tried every %1 seconds."_s.arg(
        retryInterval.count()));
    m_retry.start();
}

void Run::recordingResumed()
{
    m_retry.stop();
    console::note(u"Recording works again; nothing was lost."_s);
}

void Run::archived(const QString &archive, quint64 first, quint64 last)
{
    console::note(u"The capture is over its limit of size: frames %1 to %2 are in \"%3\" now."_s.arg(first).arg(last).arg(archive));
}

} // namespace wsw::cli
