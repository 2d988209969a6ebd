#include "replay/performance.h"

#include "replay/endpoints.h"
#include "replay/outgoing.h"
#include "session/workbench.h"
#include "stats/durationtext.h"

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;

namespace wsw::replay {

using session::EndpointState;

namespace {

/// For clients beyond those that the recording knows: "try again later" in the IANA registry of close codes.
constexpr quint16 tryAgainLater = 1013;

bool hasEnded(EndpointState state) { return state == EndpointState::Closed || state == EndpointState::Failed; }

} // namespace

Performance::Performance(session::Workbench &bench, Script script, PlayOptions options)
    : m_bench(&bench), m_script(std::move(script)), m_options(std::move(options)), m_lines(m_script.parts.size())
{
    m_outcome.total = m_script.messages;
    m_outcome.waitMs = m_options.waitMs;
    for (const Part &part : m_script.parts)
        m_outcome.answersExpected += part.answers;
    if (!m_script.parts.empty())
        m_firstOpening = std::ranges::min_element(m_script.parts, {}, &Part::opened)->opened;
}

void Performance::run()
{
    Lock lock(m_mutex);
    m_began = monotonicNow();
    if (m_script.side == Role::Server)
        listen();
    for (size_t i = 0; i < m_lines.size(); ++i)
        schedule(i);
    while (!isOver()) {
        if (m_queue.empty()) {
            m_changed.wait(lock);
            continue;
        }
        const auto [at, index] = *m_queue.begin();
        if (at > monotonicNow())
            m_changed.wait_until(lock, std::chrono::steady_clock::time_point(std::chrono::nanoseconds(at)));
        else
            act(lock, index);
    }
    conclude();
}

bool Performance::isOver() const
{
    return m_cancelled || m_gaveUp || m_hostEnded || m_bench == nullptr || m_ended == m_lines.size();
}

void Performance::schedule(size_t index)
{
    Line &line = m_lines.at(index);
    const std::optional<MonotonicNs> at = due(index);
    if (at == line.due)
        return;
    if (line.due)
        m_queue.erase({*line.due, index});
    if (at)
        m_queue.emplace(*at, index);
    line.due = at;
    m_changed.notify_all();
}

std::optional<MonotonicNs> Performance::due(size_t index) const
{
    const Line &line = m_lines.at(index);
    switch (line.state) {
    case Line::State::Waiting:
        if (m_script.side == Role::Server)
            return std::nullopt;
        return m_options.timing == Timing::Original ? m_began + inPlay(m_script.parts.at(index).opened - m_firstOpening) : m_began;
    case Line::State::Open: {
        // Everything must have gone out before it is closed: only then is it known what could not be sent.
        const bool atEnd = line.next == m_script.parts.at(index).steps.size();
        if (isCrowded(line) || (atEnd && (!line.handover.isEmpty() || line.refusals > 0)))
            return std::nullopt;
        return dueToSay(index);
    }
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
        return missing(index) == 0 ? line.openedAt : line.quietSince + patience(index);
    if (m_options.timing == Timing::Fast)
        return line.openedAt;
    return line.openedAt + inPlay(part.steps.at(line.next).time - part.start);
}

qint64 Performance::inPlay(qint64 recordedNs) const
{
    return m_options.timing == Timing::Original ? static_cast<qint64>(static_cast<double>(recordedNs) / m_options.speed) : recordedNs;
}

qint64 Performance::patience(size_t index) const
{
    const Part &part = m_script.parts.at(index);
    const size_t next = m_lines.at(index).next;
    // Who took his time in the recording may take it again.
    return inPlay(next < part.steps.size() ? part.silenceBefore.at(next) : part.silence) + qint64{m_options.waitMs} * nsPerMs;
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

void Performance::act(Lock &lock, size_t index)
{
    Line &line = m_lines.at(index);
    const bool atEnd = line.next == m_script.parts.at(index).steps.size();
    if (line.state == Line::State::Waiting) {
        connectTo(index);
    } else if ((atEnd || m_options.timing == Timing::Turns) && missing(index) > 0 && !giveUpWaiting(index)) {
        return;
    } else if (atEnd) {
        close(line);
    } else {
        say(lock, index);
    }
    schedule(index);
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
          u"No answer came within %1 after message %2 of %3."_s.arg(stats::durationText(patience(index))).arg(line.next).arg(m_script.parts.at(index).steps.size()),
          u"Wait longer, or let the replay go on without answers."_s, {}});
    return false;
}

void Performance::listen()
{
    if (m_bench == nullptr)
        return;
    // What the network thread has to say of it waits for the lock, until its number is known.
    m_host = m_bench->startHost(hostOptionsFor(m_script.parts, m_options));
    m_bench->setMessagesWanted(m_host, true);
}

void Performance::connectTo(size_t index)
{
    const session::ClientOptions options = clientOptionsFor(m_script.parts.at(index), m_options);
    m_url = options.url;
    Line &line = m_lines.at(index);
    line.state = Line::State::Connecting;
    line.endpoint = m_bench->connectClient(options);
    m_byEndpoint.insert(line.endpoint, index);
    m_bench->setMessagesWanted(line.endpoint, true);
}

void Performance::say(Lock &lock, size_t index)
{
    const size_t step = m_lines.at(index).next;
    const MessageList &steps = m_script.parts.at(index).steps;
    const MessageKind kind = steps.at(step).kind;
    // The disk is waited for without holding up the network thread.
    lock.unlock();
    const Result<QByteArrayList> frames = steps.readFrames(*m_script.document, step);
    lock.lock();
    Line &line = m_lines.at(index);
    if (line.state != Line::State::Open || isOver())
        return;
    ++line.next;
    line.quietSince = monotonicNow();
    if (frames) {
        hand(line, step, kind, *frames);
        return;
    }
    ++line.unsaid;
    ++m_outcome.refused;
    note(frames.error());
}

void Performance::hand(Line &line, size_t step, MessageKind kind, const QByteArrayList &frames)
{
    const QByteArray payload = frames.join();
    const bool sendable = isSendable(kind, payload);
    const bool inFragments = m_options.recordedFragments && sendable && frames.size() > 1;
    // What the endpoint refuses it is told of all the same: it says why.
    if (sendable) {
        line.handover.add({step, inFragments ? static_cast<quint32>(frames.size()) : 1});
        ++m_outcome.messages;
        m_outcome.bytes += static_cast<quint64>(payload.size());
    } else {
        ++line.refusals;
    }
    if (kind == MessageKind::Close) {
        line.closes = true;
        line.closeIsStep = sendable;
        line.state = Line::State::Closing;
    }
    for (const session::Outgoing &each : inFragments ? fragmentsOf(kind, frames, m_script.side) : QList{outgoingOf(kind, payload)})
        m_bench->send(line.connection, each);
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
    const Lock lock(m_mutex);
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
    if (const auto line = m_byEndpoint.constFind(info.id); line != m_byEndpoint.constEnd() && hasEnded(info.state))
        lineEnded(*line, info.error, info.stateText);
}

void Performance::connectionChanged(const session::ConnectionStatus &status)
{
    const Lock lock(m_mutex);
    const std::optional<size_t> index = lineOf(status);
    if (!index)
        return;
    Line &line = m_lines.at(*index);
    // A Close that is no step the connection has said by itself. So it has its Pongs, but nobody tells how many they were.
    const quint64 byItself = status.closeSent && !line.closeIsStep ? 1 : 0;
    line.handover.written(status.framesSent - std::min(status.framesSent, byItself));
    if (status.state == EndpointState::Open && (line.state == Line::State::Connecting || line.state == Line::State::Waiting)) {
        line.state = Line::State::Open;
        line.wasOpen = true;
        line.openedAt = line.quietSince = monotonicNow();
        ++m_outcome.connections;
    }
    // The peer closes, or the user does.
    if (status.state == EndpointState::Closing && line.state == Line::State::Open)
        line.state = Line::State::Closing;
    if (hasEnded(status.state))
        lineEnded(*index, status.error, status.stateText);
    schedule(*index);
}

void Performance::messageReceived(ConnectionId connection)
{
    const Lock lock(m_mutex);
    const std::optional<size_t> index = lineOf(connection);
    if (!index)
        return;
    Line &line = m_lines.at(*index);
    ++line.answers;
    // One that was given up has come after all: it takes the place that was kept for it, and no other's.
    line.forgiven -= std::min<quint64>(line.forgiven, 1);
    ++m_outcome.answers;
    line.quietSince = monotonicNow();
    schedule(*index);
}

void Performance::sendFailed(ConnectionId connection, const Error &error)
{
    const Lock lock(m_mutex);
    const std::optional<size_t> index = lineOf(connection);
    if (!index || m_concluded)
        return;
    Line &line = m_lines.at(*index);
    if (line.refusals > 0) {
        --line.refusals;
    } else if (line.state == Line::State::Open && !line.handover.isEmpty()) {
        line.handover.refused();
        m_outcome.messages -= std::min<quint64>(m_outcome.messages, 1);
    } else {
        return; // to a connection that is just ending: it is lost, and counted when it has ended
    }
    ++line.unsaid;
    ++m_outcome.refused;
    note(error);
    if (line.state == Line::State::Closing && line.closes && !line.closeIsStep && line.refusals == 0)
        close(line);    // the recorded Close cannot be said: another must do
    schedule(*index);
}

void Performance::sendPressure(ConnectionId connection, bool high)
{
    const Lock lock(m_mutex);
    const std::optional<size_t> index = lineOf(connection);
    if (!index)
        return;
    Line &line = m_lines.at(*index);
    line.underPressure = high;
    if (!high)
        line.quietSince = monotonicNow();
    schedule(*index);
}

std::optional<size_t> Performance::lineOf(const session::ConnectionStatus &status)
{
    if (const std::optional<size_t> known = lineOf(status.id))
        return known;
    std::optional<size_t> free;
    if (!m_host.isValid()) {
        const auto found = m_byEndpoint.constFind(status.endpoint);
        if (found != m_byEndpoint.constEnd() && m_lines.at(*found).state == Line::State::Connecting)
            free = *found;
    } else if (status.endpoint == m_host && status.state == EndpointState::Open) {
        if (m_nextLine < m_lines.size())
            free = m_nextLine++;
        else
            turnAway(status.id);
    }
    if (free) {
        m_lines.at(*free).endpoint = status.endpoint;
        m_lines.at(*free).connection = status.id;
        m_byConnection.insert(status.id, *free);
    }
    return free;
}

std::optional<size_t> Performance::lineOf(ConnectionId connection) const
{
    const auto found = m_byConnection.constFind(connection);
    return found == m_byConnection.constEnd() ? std::nullopt : std::optional(*found);
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
    if (line.state == Line::State::Ended || m_concluded)
        return;
    line.state = Line::State::Ended;
    ++m_ended;
    const size_t steps = m_script.parts.at(index).steps.size();
    const bool anyLost = takeBackLost(index);
    if (!line.wasOpen)
        note(error.value_or(Error{ErrorKind::Io, u"No connection came to stand: %1."_s.arg(stateText), {}, {}}));
    else if (error)
        note(*error);
    else if (const size_t said = line.next - line.unsaid; anyLost || (said < steps && !line.closes))
        note({ErrorKind::Protocol, u"The connection ended after %1 of %2 messages: %3."_s.arg(said).arg(steps).arg(stateText),
              u"The other side did not go on as in the recording."_s, {}});
    schedule(index);
    m_changed.notify_all();
}

bool Performance::takeBackLost(size_t index)
{
    Line &line = m_lines.at(index);
    const std::deque<Handover::Message> lost = line.handover.takeLost();
    for (const Handover::Message &message : lost) {
        --m_outcome.messages;
        m_outcome.bytes -= m_script.parts.at(index).steps.at(message.step).bytes;
    }
    line.unsaid += lost.size();
    return !lost.empty();
}

void Performance::note(const Error &error)
{
    if (!m_outcome.error)
        m_outcome.error = error;
}

void Performance::cancel()
{
    const Lock lock(m_mutex);
    m_cancelled = true;
    m_changed.notify_all();
}

void Performance::letGo()
{
    const Lock lock(m_mutex);
    m_bench = nullptr;
    m_changed.notify_all();
}

void Performance::abandon()
{
    const Lock lock(m_mutex);
    if (!m_concluded)
        stopEndpoints();
    m_cancelled = true;
    letGo();
}

PlayProgress Performance::progress() const
{
    const Lock lock(m_mutex);
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
    const Lock lock(m_mutex);
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
