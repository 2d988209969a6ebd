#include "replay/performance.h"

#include "session/workbench.h"
#include "stats/durationtext.h"
#include "wire/closecode.h"

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;

namespace wsw::replay {

using session::EndpointState;

namespace {

/// For clients beyond those that the recording knows: "try again later" in the IANA registry of close codes.
constexpr quint16 tryAgainLater = 1013;

bool hasEnded(EndpointState state) { return state == EndpointState::Closed || state == EndpointState::Failed; }

std::chrono::steady_clock::time_point timePoint(MonotonicNs at)
{
    return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(at));
}

} // namespace

Performance::Performance(session::Workbench &bench, Script script, PlayOptions options)
    : m_bench(&bench), m_script(std::move(script)), m_options(std::move(options)), m_lines(m_script.parts.size())
{
    m_outcome.total = m_script.messages;
    m_outcome.waitMs = m_options.waitMs;
    for (const Part &part : m_script.parts)
        m_outcome.answersExpected += part.answers;
}

void Performance::run()
{
    std::unique_lock lock(m_mutex);
    m_began = monotonicNow();
    if (m_script.side == Role::Server)
        listen();
    while (!isOver()) {
        std::optional<MonotonicNs> next;
        size_t whose = 0;
        for (size_t i = 0; i < m_lines.size(); ++i) {
            const std::optional<MonotonicNs> at = due(i);
            if (at && (!next || *at < *next)) {
                next = at;
                whose = i;
            }
        }
        if (!next)
            m_changed.wait(lock);
        else if (*next > monotonicNow())
            m_changed.wait_until(lock, timePoint(*next));
        else
            act(lock, whose);
    }
    conclude();
}

bool Performance::isOver() const
{
    return m_cancelled || m_gaveUp || m_hostEnded || m_bench == nullptr
        || std::ranges::all_of(m_lines, [](const Line &line) { return line.state == Line::State::Ended; });
}

std::optional<MonotonicNs> Performance::due(size_t index) const
{
    const Line &line = m_lines.at(index);
    switch (line.state) {
    case Line::State::Waiting: {
        if (m_script.side == Role::Server)
            return std::nullopt;
        if (m_options.timing != Timing::Original)
            return m_began;
        const auto byOpening = [](const Part &a, const Part &b) { return a.opened < b.opened; };
        const MonotonicNs first = std::ranges::min_element(m_script.parts, byOpening)->opened;
        return m_began + static_cast<qint64>(static_cast<double>(m_script.parts.at(index).opened - first) / m_options.speed);
    }
    case Line::State::Open:
        // Everything must have gone out before it is closed: only then is it known what could not be sent.
        if (isCrowded(line) || (line.next == m_script.parts.at(index).steps.size() && line.handed > line.written + line.failed))
            return std::nullopt;
        return dueToSay(index);
    case Line::State::Connecting:
    case Line::State::Closing:
    case Line::State::Ended:
        break;
    }
    return std::nullopt;
}

/// When the next step may be taken; behind the last one: when the connection may be closed.
MonotonicNs Performance::dueToSay(size_t index) const
{
    const Line &line = m_lines.at(index);
    const Part &part = m_script.parts.at(index);
    const bool atEnd = line.next == part.steps.size();
    if (atEnd || m_options.timing == Timing::Turns)
        return missing(index) == 0 ? line.openedAt : line.quietSince + qint64{m_options.waitMs} * nsPerMs;
    if (m_options.timing == Timing::Fast)
        return line.openedAt;
    return line.openedAt + static_cast<qint64>(static_cast<double>(part.steps.at(line.next).time - part.start) / m_options.speed);
}

/// Messages of the other side that must come before it is this side's turn.
quint64 Performance::missing(size_t index) const
{
    const Line &line = m_lines.at(index);
    const Part &part = m_script.parts.at(index);
    const quint64 wanted = line.next < part.steps.size() ? part.answersBefore.at(line.next) : part.answers;
    const quint64 have = line.answers + line.forgiven;
    return wanted > have ? wanted - have : 0;
}

void Performance::act(std::unique_lock<std::recursive_mutex> &lock, size_t index)
{
    Line &line = m_lines.at(index);
    if (line.state == Line::State::Waiting) {
        connectTo(index);
        return;
    }
    const bool atEnd = line.next == m_script.parts.at(index).steps.size();
    if ((atEnd || m_options.timing == Timing::Turns) && missing(index) > 0 && !giveUpWaiting(index))
        return;
    if (atEnd)
        close(line);
    else
        say(lock, index);
}

/// Returns whether it goes on all the same.
bool Performance::giveUpWaiting(size_t index)
{
    Line &line = m_lines.at(index);
    ++m_outcome.late;
    line.forgiven += missing(index);
    if (m_options.whenLate == WhenLate::GoOn)
        return true;
    m_gaveUp = true;
    note({ErrorKind::TimedOut,
          u"No answer came within %1 after message %2 of %3."_s.arg(stats::durationText(qint64{m_options.waitMs} * nsPerMs)).arg(line.next).arg(
              m_script.parts.at(index).steps.size()),
          u"Wait longer, or let the replay go on without answers."_s, {}});
    return false;
}

void Performance::listen()
{
    session::HostOptions options = m_options.host;
    options.behaviour = session::Behaviour::Silent;
    if (options.name.isEmpty())
        options.name = u"Replay"_s;
    if (options.subprotocols.isEmpty())
        options.subprotocols = m_script.parts.front().subprotocols;
    if (!options.compression && std::ranges::any_of(m_script.parts, &Part::compressed))
        options.compression = wire::DeflatePolicy();
    if (m_bench == nullptr)
        return;
    // What the network thread has to say of it waits for the lock, until its number is known.
    m_host = m_bench->startHost(options);
    m_bench->setMessagesWanted(m_host, true);
}

void Performance::connectTo(size_t index)
{
    const Part &part = m_script.parts.at(index);
    session::ClientOptions options = m_options.client;
    if (options.name.isEmpty())
        options.name = u"Replay"_s;
    if (options.url.isEmpty())
        options.url = part.url;
    if (options.subprotocols.isEmpty())
        options.subprotocols = part.subprotocols;
    if (m_options.recordedHeaders) {
        options.headers = part.headers + options.headers;
        if (options.origin.isEmpty())
            options.origin = part.origin;
    }
    if (!options.compression && part.compressed)
        options.compression = wire::DeflateOffer();
    m_url = options.url;
    Line &line = m_lines.at(index);
    line.state = Line::State::Connecting;
    line.endpoint = m_bench->connectClient(options);
    m_bench->setMessagesWanted(line.endpoint, true);
}

void Performance::say(std::unique_lock<std::recursive_mutex> &lock, size_t index)
{
    const size_t step = m_lines.at(index).next;
    const MessageList &steps = m_script.parts.at(index).steps;
    const MessageKind kind = steps.at(step).kind;
    // The disk is waited for without holding up the network thread.
    lock.unlock();
    const Result<QByteArray> payload = steps.read(*m_script.document, step);
    lock.lock();
    Line &line = m_lines.at(index);
    if (line.state != Line::State::Open || isOver())
        return;
    ++line.next;
    line.quietSince = monotonicNow();
    if (!payload) {
        ++m_outcome.refused;
        note(payload.error());
        return;
    }
    if (kind == MessageKind::Close) {
        sayClose(line, *payload);
    } else {
        using Kind = session::Outgoing::Kind;
        const Kind as = kind == MessageKind::Text ? Kind::Text : kind == MessageKind::Binary ? Kind::Binary : Kind::Ping;
        m_bench->send(line.connection, {.kind = as, .payload = *payload});
    }
    ++line.handed;
    ++m_outcome.messages;
    m_outcome.bytes += static_cast<quint64>(payload->size());
}

void Performance::sayClose(Line &line, const QByteArray &payload)
{
    session::Outgoing close{.kind = session::Outgoing::Kind::Close, .closeCode = 0};
    if (const auto code = wire::closeCodeIn(payload)) {
        close.closeCode = *code;
        close.reason = QString::fromUtf8(payload.mid(2));
    }
    line.closes = line.closeIsRecorded = true;
    line.state = Line::State::Closing;
    m_bench->send(line.connection, close);
}

void Performance::close(Line &line)
{
    line.closes = true;
    line.state = Line::State::Closing;
    if (m_bench != nullptr)
        m_bench->send(line.connection, {.kind = session::Outgoing::Kind::Close, .closeCode = 1000});
}

void Performance::endpointChanged(const session::EndpointInfo &info)
{
    const std::unique_lock lock(m_mutex);
    if (m_host.isValid() && info.id == m_host) {
        if (info.state == EndpointState::Listening)
            m_url = info.url;
        if (hasEnded(info.state) && !m_concluded) {
            m_hostEnded = true;
            note(info.error.value_or(Error{ErrorKind::Cancelled, u"The server of the replay was stopped."_s, {}, {}}));
        }
        m_changed.notify_all();
        return;
    }
    // A client that cannot connect may have no connection that could tell.
    const auto line = std::ranges::find_if(m_lines, [&info](const Line &each) { return each.endpoint.isValid() && each.endpoint == info.id; });
    if (line != m_lines.end() && hasEnded(info.state))
        lineEnded(static_cast<size_t>(line - m_lines.begin()), info.error, info.stateText);
}

void Performance::connectionChanged(const session::ConnectionStatus &status)
{
    const std::unique_lock lock(m_mutex);
    Line *line = lineOf(status);
    if (line == nullptr)
        return;
    line->written = status.framesSent;
    if (status.state == EndpointState::Open && (line->state == Line::State::Connecting || line->state == Line::State::Waiting)) {
        line->state = Line::State::Open;
        line->wasOpen = true;
        line->openedAt = line->quietSince = monotonicNow();
        ++m_outcome.connections;
    }
    // The peer closes, or the user does.
    if (status.state == EndpointState::Closing && line->state == Line::State::Open)
        line->state = Line::State::Closing;
    if (hasEnded(status.state))
        lineEnded(static_cast<size_t>(line - m_lines.data()), status.error, status.stateText);
    m_changed.notify_all();
}

void Performance::messageReceived(ConnectionId connection)
{
    const std::unique_lock lock(m_mutex);
    Line *line = lineOf(connection);
    if (line == nullptr)
        return;
    ++line->answers;
    ++m_outcome.answers;
    line->quietSince = monotonicNow();
    m_changed.notify_all();
}

void Performance::sendFailed(ConnectionId connection, const Error &error)
{
    const std::unique_lock lock(m_mutex);
    Line *line = lineOf(connection);
    if (line == nullptr || m_concluded)
        return;
    const bool wasRecordedClose = std::exchange(line->closeIsRecorded, false);
    if (line->state != Line::State::Open && !wasRecordedClose && line->closes)
        return; // our own Close has crossed the peer's
    m_outcome.messages -= std::min<quint64>(m_outcome.messages, 1);
    ++line->failed;
    // What was handed over to a connection that is just ending is told of when it has ended.
    if (line->state == Line::State::Open || wasRecordedClose) {
        ++m_outcome.refused;
        note(error);
    }
    if (wasRecordedClose)
        close(*line);
    m_changed.notify_all();
}

void Performance::sendPressure(ConnectionId connection, bool high)
{
    const std::unique_lock lock(m_mutex);
    Line *line = lineOf(connection);
    if (line == nullptr)
        return;
    line->underPressure = high;
    if (!high)
        line->quietSince = monotonicNow();
    m_changed.notify_all();
}

Performance::Line *Performance::lineOf(const session::ConnectionStatus &status)
{
    if (Line *known = lineOf(status.id))
        return known;
    const bool isServer = m_host.isValid();
    if (isServer && (status.endpoint != m_host || status.state != EndpointState::Open))
        return nullptr;
    const auto takes = [&](const Line &line) {
        return isServer ? line.state == Line::State::Waiting : line.state == Line::State::Connecting && line.endpoint == status.endpoint;
    };
    const auto found = std::ranges::find_if(m_lines, takes);
    if (found == m_lines.end()) {
        if (isServer)
            turnAway(status.id);
        return nullptr;
    }
    found->endpoint = status.endpoint;
    found->connection = status.id;
    return &*found;
}

Performance::Line *Performance::lineOf(ConnectionId connection)
{
    const auto found = std::ranges::find(m_lines, connection, &Line::connection);
    return found == m_lines.end() ? nullptr : &*found;
}

void Performance::turnAway(ConnectionId connection)
{
    if (m_bench == nullptr || m_turnedAway.contains(connection))
        return;
    m_turnedAway.insert(connection);
    m_bench->send(connection, {.kind = session::Outgoing::Kind::Close, .closeCode = tryAgainLater, .reason = u"all connections of the recording are taken"_s});
}

void Performance::lineEnded(size_t index, const std::optional<Error> &error, const QString &stateText)
{
    Line &line = m_lines.at(index);
    if (line.state == Line::State::Ended)
        return;
    const size_t steps = m_script.parts.at(index).steps.size();
    line.state = Line::State::Ended;
    if (!line.wasOpen)
        note(error.value_or(Error{ErrorKind::Io, u"No connection came to stand: %1."_s.arg(stateText), {}, {}}));
    else if (error)
        note(*error);
    else if (const size_t said = line.next - line.failed; said < steps && !line.closes)
        note({ErrorKind::Protocol, u"The connection ended after %1 of %2 messages: %3."_s.arg(said).arg(steps).arg(stateText),
              u"The other side did not go on as in the recording."_s, {}});
    m_changed.notify_all();
}

void Performance::note(const Error &error)
{
    if (!m_outcome.error)
        m_outcome.error = error;
}

void Performance::cancel()
{
    const std::unique_lock lock(m_mutex);
    m_cancelled = true;
    m_changed.notify_all();
}

void Performance::letGo()
{
    const std::unique_lock lock(m_mutex);
    m_bench = nullptr;
    m_changed.notify_all();
}

void Performance::abandon()
{
    const std::unique_lock lock(m_mutex);
    if (!m_concluded)
        stopEndpoints();
    m_cancelled = true;
    letGo();
}

PlayProgress Performance::progress() const
{
    const std::unique_lock lock(m_mutex);
    PlayProgress progress;
    using Stage = PlayProgress::Stage;
    const auto any = [this](Line::State state) { return std::ranges::any_of(m_lines, [state](const Line &line) { return line.state == state; }); };
    if (any(Line::State::Open))
        progress.stage = Stage::Playing;
    else if (any(Line::State::Waiting) && !m_url.isEmpty() && m_script.side == Role::Server)
        progress.stage = Stage::WaitingForClient;
    else if (!any(Line::State::Waiting) && !any(Line::State::Connecting))
        progress.stage = Stage::Closing;
    progress.messages = m_outcome.messages;
    progress.total = m_outcome.total;
    progress.bytes = m_outcome.bytes;
    progress.totalBytes = m_script.bytes;
    progress.answers = m_outcome.answers;
    progress.url = m_url;
    if (const auto first = std::ranges::find(m_lines, true, &Line::wasOpen); first != m_lines.end())
        progress.connection = first->connection;
    for (size_t i = 0; i < m_lines.size() && !progress.waitsForAnswer; ++i) {
        const bool waits = m_options.timing == Timing::Turns || m_lines[i].next == m_script.parts[i].steps.size();
        progress.waitsForAnswer = m_lines[i].state == Line::State::Open && waits && missing(i) > 0;
    }
    return progress;
}

std::optional<PlayOutcome> Performance::outcome() const
{
    const std::unique_lock lock(m_mutex);
    return m_concluded ? std::optional(m_outcome) : std::nullopt;
}

void Performance::stopEndpoints()
{
    if (m_bench == nullptr)
        return;
    if (m_host.isValid())
        m_bench->stop(m_host);
    for (const Line &line : m_lines) {
        if (line.endpoint.isValid() && line.state != Line::State::Ended && !m_host.isValid())
            m_bench->stop(line.endpoint);
    }
}

void Performance::conclude()
{
    stopEndpoints();
    m_outcome.url = m_url;
    for (size_t i = 0; i < m_lines.size(); ++i) {
        if (m_lines[i].wasOpen)
            m_outcome.played.append({m_script.parts[i].connection, m_lines[i].connection});
    }
    using End = PlayOutcome::End;
    const bool opened = m_outcome.connections > 0;
    if (m_bench == nullptr && !m_cancelled)
        note({ErrorKind::Cancelled, u"The capture was closed while it was replayed into."_s, {}, {}});
    if (m_cancelled || m_bench == nullptr)
        m_outcome.end = End::Cancelled;
    else if (!opened)
        m_outcome.end = End::NotStarted;
    else if (m_gaveUp || m_outcome.messages + m_outcome.refused < m_outcome.total)
        m_outcome.end = End::Broken;
    m_concluded = true;
}

} // namespace wsw::replay
