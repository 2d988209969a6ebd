#include "listening.h"

#include "console.h"
#include "session/workbench.h"
#include "standardinput.h"

using namespace Qt::StringLiterals;

namespace wsw::cli {

Listening::Listening(Run &run, QString verb, std::function<void(const session::EndpointInfo &)> announce)
    : m_run(run)
    , m_verb(std::move(verb))
    , m_announce(std::move(announce))
{
    connect(&run.workbench(), &session::Workbench::endpointChanged, this, &Listening::endpointChanged);
    connect(&run, &Run::stopRequested, this, [this] { m_run.finish(ExitCode::Done); });
}

void Listening::endpointChanged(const session::EndpointInfo &info)
{
    if (info.id != m_endpoint)
        return;
    if (info.state == session::EndpointState::Failed) {
        failed(info);
    } else if (info.state == session::EndpointState::Listening) {
        if (!m_announced) {
            m_announced = true;
            m_announce(info);
            stopAtEndOfInput();
        }
        if (info.error)
            warn(*info.error);
    }
}

/// It listens, but takes nobody for now. That may come and go many times; whoever watches wants to hear of each cause once.
void Listening::warn(const Error &error)
{
    if (m_warned.contains(error.message))
        return;
    m_warned.append(error.message);
    console::error(error);
}

void Listening::failed(const session::EndpointInfo &info)
{
    if (m_run.isFinishing())
        return;
    Error error = info.error.value_or(
        Error{ErrorKind::Io, u"Listening failed: %1."_s.arg(info.stateText), {}, {}});
    if (info.nextFreePort != 0)
        error.remedy = u"Port %1 is free: `wsw %2 --port %1 ...`."_s.arg(info.nextFreePort).arg(m_verb);
    console::error(error);
    m_run.finish(m_announced ? ExitCode::Failed : exitCodeForStart(error.kind));
}

void Listening::stopAtEndOfInput()
{
    if (!StandardInput::canEnd())
        return;
    auto *input = new StandardInput(this);
    connect(input, &StandardInput::ended, this, [this] { m_run.finish(ExitCode::Done); });
    input->setReading(true);
}

QString listeningNotes()
{
    return u"Runs until SIGINT (Ctrl+C), SIGTERM, or the end of standard input where that is a pipe or a file; connections are then closed with "
           "1001 and the capture is complete."_s;
}

} // namespace wsw::cli
