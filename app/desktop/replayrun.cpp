#include "replayrun.h"

#include "scans.h"
#include "session/workbench.h"
#include "workspace.h"

namespace wsw::desktop {

namespace {

constexpr int tickMs = 100;

} // namespace

ReplayRun::ReplayRun(Workspace *workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    m_tick.setInterval(tickMs);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (m_reading)
            Q_EMIT readingTold(m_reading->percent);
    });
    connect(m_workspace, &Workspace::documentChanged, this, [this] {
        if (m_waitsForCapture && m_workspace->workbench() != nullptr)
            play();
    });
    connect(m_workspace, &Workspace::benchEnding, this, [this] {
        if (m_player != nullptr)
            m_player->letGo();
    });
}

ReplayRun::~ReplayRun()
{
    if (m_reading)
        m_reading->cancelled = true;
}

void ReplayRun::start(const std::shared_ptr<const capture::Document> &document, const replay::ScriptRequest &request, const replay::PlayOptions &options)
{
    if (isRunning() || !document)
        return;
    m_options = options;
    m_remarks.clear();
    m_recording = document;
    m_reading = std::make_shared<Reading>();
    m_tick.start();
    m_workspace->scans().run(
        this,
        [document, request, reading = m_reading](const std::atomic_bool &cancelled) {
            const replay::ReadProgress progress = [&](quint64 done, quint64 total) {
                reading->percent = total == 0 ? 0 : static_cast<int>(done * 100 / total);
                return !cancelled && !reading->cancelled;
            };
            // Shared, since a script may be large; it is taken out of there.
            return std::make_shared<Result<replay::Script>>(replay::readScript(document, request, progress));
        },
        [this, reading = m_reading](const std::shared_ptr<Result<replay::Script>> &script) {
            if (reading == m_reading)
                take(*script);
        });
}

void ReplayRun::take(Result<replay::Script> &script)
{
    m_tick.stop();
    m_reading.reset();
    if (!script) {
        Q_EMIT failed(script.error());
        return;
    }
    m_script = std::move(script).value();
    if (m_script.leftOut > 0)
        m_remarks += m_script.leftOut == 1 ? tr("1 message is not recorded whole and was left out.") : tr("%1 messages are not recorded whole and were left out.").arg(m_script.leftOut);
    for (const Error &damage : m_script.damage)
        m_remarks += damage.message;
    if (m_workspace->workbench() != nullptr) {
        play();
        return;
    }
    m_waitsForCapture = true;
    Q_EMIT captureNeeded();
}

void ReplayRun::play()
{
    m_waitsForCapture = false;
    m_into = m_workspace->document();
    m_player = new replay::Player(*m_workspace->workbench(), std::exchange(m_script, {}), m_options, this);
    connect(m_player, &replay::Player::progressed, this, &ReplayRun::progressed);
    connect(m_player, &replay::Player::finished, this, &ReplayRun::onFinished);
    m_player->start();
}

void ReplayRun::onFinished(const replay::PlayOutcome &outcome)
{
    m_player->deleteLater();
    m_player = nullptr;
    Q_EMIT finished(outcome, m_remarks);
}

void ReplayRun::cancel()
{
    if (m_reading)
        m_reading->cancelled = true;
    if (m_player != nullptr)
        m_player->cancel();
    if (std::exchange(m_waitsForCapture, false))
        Q_EMIT failed({ErrorKind::Cancelled, tr("The replay was cancelled."), {}, {}});
}

} // namespace wsw::desktop
