// The relay's ending: Close frames, TCP, time-outs, and what is said about them.

#include "net/relay.h"

#include "net/maskingkeys.h"
#include "wire/closecode.h"

#include <algorithm>
#include <tuple>

namespace wsw::net {

namespace {

constexpr quint16 noStatusCode = 1005; // RFC 6455, 7.1.5: an empty Close

quint16 answerCode(quint16 received)
{
    // RFC 6455, 5.5.1: the answer usually echoes the code; what must not be sent is answered with 1002, an empty Close with an empty one.
    if (received == noStatusCode)
        return 0;
    const wire::CloseCodeClass sort = wire::closeCodeClass(received);
    return sort == wire::CloseCodeClass::NeverSent || sort == wire::CloseCodeClass::OutOfRange ? quint16{1002} : received;
}

} // namespace

void Relay::close(quint16 code, const QString &reason, quint64 afterSpoken)
{
    if (m_state == RelayState::Ended)
        return;
    if (m_endedHere) {
        closeFar(); // no more patience
        return;
    }
    if (m_state == RelayState::Opening) {
        std::ignore = m_handshake->farEnded({}, monotonicNow()); // records what had come of a head
        m_text = QStringLiteral("cancelled");
        m_error = Error{ErrorKind::Cancelled, QStringLiteral("Opening the connection was cancelled."), {}, {}};
        endTcp();
        return;
    }
    if (m_close.sent() || m_closeWaits || !m_wasOpen)
        return;
    if (afterSpoken <= m_spoken && m_injections.empty() && m_out.atBoundary()) {
        writeClose(code, reason.toUtf8());
        return;
    }
    m_closeWaits = true;
    armCloseTimer();
    m_injections.push_back(closeInjection(code, reason.toUtf8()));
    m_injections.back().afterSpoken = afterSpoken;
    injectDue();
}

Relay::Injection Relay::closeInjection(quint16 code, const QByteArray &reason) const
{
    const QByteArray payload = closePayload(code, reason);
    const Role self = m_mode == RelayMode::Host ? Role::Server : Role::Client;
    Injection injection;
    injection.header = wire::legalHeader(wire::Opcode::Close, wire::Fin::Yes, static_cast<quint64>(payload.size()), self, randomMaskingKey());
    injection.bytes = wire::serializeFrame(injection.header, payload);
    return injection;
}

void Relay::closeStillWaits()
{
    // As long as what goes before it still flows, its turn may come.
    if (farTaken() > m_takenAtTimer) {
        armCloseTimer();
        return;
    }
    m_closeGivenUp = true;
    if (m_far->pendingBytes() > 0) {
        nothingTaken();
        return;
    }
    if (m_out.atBoundary()) {
        injectDue(); // what was to go before it has not come
        return;
    }
    if (!m_error) {
        m_error = Error{ErrorKind::TimedOut, QStringLiteral("What was being sent stopped inside a frame, which leaves no place for our Close: TCP was ended without one."),
                        QStringLiteral("Look into the program that was sending: it began a frame and did not end it (RFC 6455, 5.4)."), {}};
        m_text = QStringLiteral("ended here inside a frame");
    }
    endTcp();
}

void Relay::writeClose(quint16 code, const QByteArray &reason)
{
    if (m_close.sent() || m_out.hasEnded() || m_state == RelayState::Ended)
        return;
    if (!m_out.atBoundary()) {
        // A near side that has stopped within a frame leaves no place for a Close (RFC 6455, 5.4): TCP has to say it.
        endTcp();
        return;
    }
    writeInjection(closeInjection(code, reason));
}

void Relay::answerForSpeaker()
{
    // The speaker has not been given the peer's Close, since it would not repeat the code. It gets a plain one behind all that came
    // before, and what it answers is replaced in its place.
    if (!m_near || m_close.sent() || m_mode == RelayMode::Proxy || !speakerRefuses(m_in.judge().closeCode()))
        return;
    m_answersForSpeaker = true;
    const QByteArray normal = closePayload(1000, {});
    writeNear(wire::serializeFrame(wire::legalHeader(wire::Opcode::Close, wire::Fin::Yes, static_cast<quint64>(normal.size()), Role::Server, {}), normal));
}

void Relay::failPeer(wire::Violation violation)
{
    const wire::ViolationInfo &info = wire::violationInfo(violation);
    if (!m_error) {
        m_error = Error{ErrorKind::Protocol,
                        QStringLiteral("The peer broke a rule of the protocol: %1").arg(QLatin1String(info.sentence)),
                        QStringLiteral("Repair the peer; see %1 and the frame in the log.").arg(QLatin1String(info.section)), {}};
    }
    if (m_close.sent() || m_endedHere || m_failWaits)
        return;
    if (m_mode == RelayMode::Client && m_near && !m_nearOver && !m_close.received()) {
        // A client's speaker stands behind a socket: its answers to what came before this are still on their way.
        m_failWaits = true;
        m_timer.start(std::min(RelayClose::speakerAnswerMs, m_options.closeTimeoutMs), this);
        m_observer.relayFailing(*this);
        return;
    }
    writeFailingClose();
}

void Relay::failAfter(quint64 spoken)
{
    m_failAfter = spoken;
    if (m_failWaits && isFailingDue())
        writeFailingClose();
}

void Relay::writeFailingClose()
{
    m_failWaits = false;
    m_failAfter.reset();
    if (m_close.sent() || m_endedHere || m_state == RelayState::Ended)
        return;
    m_timer.stop();
    const wire::ViolationInfo &info = wire::violationInfo(m_failing);
    if (m_mode == RelayMode::Proxy)
        tellProgram(info);
    // RFC 6455, 7.1.7: the Close says why.
    writeClose(info.closeCode, info.sentence);
    if (m_near)
        m_near->close();
    if (m_farReadEnded)
        follow(m_close.farReadEnded());
    else if (m_close.sent())
        follow(m_close.failed());
}

void Relay::follow(RelayClose::Order order)
{
    if (m_state == RelayState::Ended || m_endedHere)
        return;
    if (m_close.sent()) {
        // After its Close a speaker may send nothing more (RFC 6455, 5.5.1); a program behind a proxy answers for itself.
        if (m_mode != RelayMode::Proxy)
            m_nearIgnored = true;
        setFarHold(Hold::Observer, false);
        setFarHold(Hold::RepliesWait, false);
    }
    if (m_close.hasBegun())
        setState(RelayState::Closing);
    switch (order) {
    case RelayClose::Order::Nothing:
        armCloseTimer();
        break;
    case RelayClose::Order::AnswerClose:
        writeClose(answerCode(m_in.judge().closeCode()), {});
        break;
    case RelayClose::Order::SendFin:
        m_far->closeWrite();
        m_out.end(QStringLiteral("this side sent its FIN"), monotonicNow(), RelayDirection::MissingClose::Finding);
        armCloseTimer();
        break;
    case RelayClose::Order::EndTcp:
        endTcp();
        break;
    }
}

void Relay::armCloseTimer()
{
    m_takenAtTimer = farTaken();
    const bool waits = m_closeWaits && !m_close.sent();
    const int ms = m_close.timerMs() == 0 && waits ? m_options.closeTimeoutMs : m_close.timerMs();
    if (ms > 0)
        m_timer.start(ms, this);
    else
        m_timer.stop();
}

void Relay::endTcp()
{
    if (m_state == RelayState::Ended)
        return;
    m_timer.stop();
    m_nearIgnored = true;
    // A peer that takes nothing more would keep a polite close waiting for ever.
    const bool stuck = m_far->pendingBytes() > 0
        && (m_closeGivenUp || m_close.peerWasSilent() || m_close.peerKeptTcp() || !m_wasOpen || (m_endedHere && !m_farReadEnded));
    // Who gives up does not want to wait for a peer that may never say anything.
    const bool cancelled = m_error && m_error->kind == ErrorKind::Cancelled;
    const bool hasWaited = cancelled || (m_closeGivenUp && m_close.sent()) || m_close.peerWasSilent() || m_close.peerKeptTcp() || m_endedHere;
    setState(RelayState::Closing);
    if (stuck) {
        m_far->abort();
        return;
    }
    if (hasWaited || m_farReadEnded) {
        closeFar();
        return;
    }
    // What the peer has on its way crosses the network as well: FIN, and what still comes is recorded until its FIN.
    m_endedHere = true;
    using Missing = RelayDirection::MissingClose;
    m_far->closeWrite();
    m_out.end(QStringLiteral("this side sent its FIN"), monotonicNow(), m_wasOpen ? Missing::Finding : Missing::Excused);
    for (const Hold hold : {Hold::NearFull, Hold::RepliesWait, Hold::Observer, Hold::Opening})
        setFarHold(hold, false);
    m_timer.start(patienceMs(), this);
}

/// Why what the peer may have said in these @p ms was not read, where that is not the peer's doing.
std::optional<Error> Relay::ownDelay(int ms) const
{
    const QString seconds = QString::number(ms / 1000.0);
    if (m_farHolds & Hold::SinkFull) {
        return Error{ErrorKind::Io,
                     QStringLiteral("Recording stood still, so nothing was read from the peer for %1 s: whether it answered is not known.").arg(seconds),
                     QStringLiteral("Make room on the disk that holds the recording, or begin one on a faster disk."), {}};
    }
    if (!(m_farHolds & (Holds(Hold::NearFull) | Hold::Unread)))
        return std::nullopt;
    if (m_mode == RelayMode::Proxy) {
        return Error{ErrorKind::TimedOut,
                     QStringLiteral("The program took nothing of what the peer had sent, so no more was read for %1 s: whether the peer answered is not known.")
                         .arg(seconds),
                     QStringLiteral("Look at the program that has connected to the proxy: it does not read what it is sent."), {}};
    }
    return Error{ErrorKind::TimedOut,
                 QStringLiteral("This program was still busy with what the peer had sent before, so no more was read for %1 s: whether it answered is not known.")
                     .arg(seconds),
                 QStringLiteral("Allow more time for closing, or have less sent before."), {}};
}

void Relay::closeFar()
{
    m_farClosing = true;
    m_takenAtTimer = farTaken();
    m_timer.start(patienceMs(), this);
    m_far->close();
}

qint64 Relay::farTaken() const
{
    return static_cast<qint64>(m_out.wireOffset()) - m_far->pendingBytes();
}

/// A peer that takes nothing more would keep us for ever.
void Relay::nothingTaken()
{
    if (farTaken() > m_takenAtTimer) {
        m_takenAtTimer = farTaken();
        m_timer.start(patienceMs(), this);
        return;
    }
    if (!m_error && m_wasOpen && !(m_close.sent() && m_close.received())) {
        const QString seconds = QString::number(patienceMs() / 1000.0);
        m_error = Error{ErrorKind::TimedOut,
                        QStringLiteral("The peer took nothing of what waited to be sent for %1 s, so the connection was cut.").arg(seconds),
                        QStringLiteral("Look at the peer: its program does not read what it is sent; or allow more time for closing."), {}};
        m_text = QString::fromLatin1(wire::cutHereText) + QStringLiteral(": peer took nothing for %1 s").arg(seconds);
    }
    m_nearIgnored = true;
    setState(RelayState::Closing);
    m_far->abort();
}

int Relay::patienceMs() const
{
    // Whoever waits to hear why nothing was opened should not wait for a peer that has nothing more to say.
    constexpr int afterFailedOpeningMs = 500;
    return m_wasOpen ? m_options.closeTimeoutMs : std::min(m_options.closeTimeoutMs, afterFailedOpeningMs);
}

void Relay::abort()
{
    if (m_state == RelayState::Ended)
        return;
    m_aborted = true;
    m_nearIgnored = true;
    m_far->abort();
}

void Relay::readEnded()
{
    m_farReadEnded = true;
    takeUnread();
    if (m_state == RelayState::Opening)
        handshakeStep(m_handshake->farEnded({}, monotonicNow()));
    recordEarly();
    const auto missing = m_wasOpen && !m_endedHere ? RelayDirection::MissingClose::Finding : RelayDirection::MissingClose::Excused;
    m_in.end(QStringLiteral("the peer sent its FIN"), monotonicNow(), missing);
    checkSink();
    if (!m_wasOpen || m_endedHere) {
        endTcp();
        return;
    }
    if (m_failWaits)
        return; // writeFailingClose() comes back to it
    if (m_near && !m_nearOver)
        m_near->endWrite();
    follow(m_close.farReadEnded());
}

void Relay::nearReadEnded()
{
    if (m_mode == RelayMode::Proxy && m_wasOpen)
        follow(m_close.nearReadEnded());
}

void Relay::nearEnded()
{
    m_nearOver = true;
    setFarHold(Hold::NearFull, false);
    if (m_state == RelayState::Ended)
        return;
    if (m_state == RelayState::Opening) {
        std::ignore = m_handshake->farEnded({}, monotonicNow()); // records what had come of a head
        m_text = QStringLiteral("cancelled");
        endTcp();
        return;
    }
    if (m_failWaits)
        writeFailingClose();
    injectDue(); // what waited for the speaker's messages waits no longer
    if (m_wasOpen)
        follow(m_close.nearEnded());
}

void Relay::ended(StreamEnd end, const std::optional<Error> &error)
{
    m_timer.stop();
    const MonotonicNs now = monotonicNow();
    if (m_state == RelayState::Opening) {
        // The handshake says what was missing; the step's orders have nobody left to go to.
        std::ignore = m_handshake->farEnded(error ? error->message : QString(), now);
        m_text = m_handshake->shortText();
        m_error = error && error->kind == ErrorKind::Tls ? error : m_handshake->error();
    }
    recordEarly();
    const bool wasCut = !m_in.atBoundary();
    const bool ownEnd = m_endedHere || end == StreamEnd::LocalClosed || end == StreamEnd::Aborted;
    using Missing = RelayDirection::MissingClose;
    if (m_text.isEmpty())
        m_text = wasCut && !m_endedHere && (m_in.hasEnded() || !ownEnd) ? QStringLiteral("cut inside a frame") : endingText(end);
    if (!m_error && m_wasOpen)
        m_error = endingError(end, error);
    const QString how = error ? error->message : endingText(end);
    m_in.end(how, now, m_wasOpen && !ownEnd ? Missing::Finding : Missing::Excused);
    if (m_out.hasEnded())
        m_text += lossText();
    m_out.end(how + lossText(), now, m_wasOpen && ownEnd ? Missing::Finding : Missing::Excused);
    m_nearIgnored = true;
    if (m_near && !m_nearOver)
        m_near->close();
    setState(RelayState::Ended);
}

/// What was recorded as sent when it was written, and was never sent.
QString Relay::lossText() const
{
    const quint64 lost = m_far->lostBytes();
    return lost == 0 ? QString() : QStringLiteral(" (at least the last %1 bytes shown as sent never left this program)").arg(lost);
}

QString Relay::endingText(StreamEnd end) const
{
    if (m_close.peerWasSilent())
        return QStringLiteral("peer did not answer our Close within %1 s").arg(m_options.closeTimeoutMs / 1000.0);
    if (m_close.sent() && m_close.received()) {
        // Who closed first says why: the answer usually repeats it, but need not.
        const std::optional<quint16> code = m_error || m_close.sentFirst() ? closeCodeSent() : closeCodeReceived();
        return QStringLiteral("closed %1").arg(code.value_or(noStatusCode));
    }
    if (m_endedHere && end != StreamEnd::Aborted)
        return QStringLiteral("ended here");
    switch (end) {
    case StreamEnd::PeerClosed:
        return m_close.sent() ? QStringLiteral("peer ended TCP without answering our Close") : QStringLiteral("peer ended TCP without a Close");
    case StreamEnd::LocalClosed:
        if (m_in.hasEnded() && !m_close.received())
            return m_close.sent() ? QStringLiteral("peer ended TCP without answering our Close") : QStringLiteral("peer ended TCP without a Close");
        return QStringLiteral("ended here");
    case StreamEnd::Reset:
        return QString::fromLatin1(wire::resetText) + QStringLiteral(" by the peer");
    case StreamEnd::Aborted:
        return QString::fromLatin1(wire::cutHereText);
    case StreamEnd::Failed:
        return QStringLiteral("failed");
    }
    return {};
}

std::optional<Error> Relay::endingError(StreamEnd end, const std::optional<Error> &streamError) const
{
    if (m_close.peerWasSilent()) {
        return Error{ErrorKind::TimedOut,
                     QStringLiteral("The peer did not answer our Close within %1 s, so TCP was ended without it.").arg(m_options.closeTimeoutMs / 1000.0),
                     QStringLiteral("Repair the peer: RFC 6455, 5.5.1 asks for a Close in answer; or allow more time for closing."), {}};
    }
    if (m_aborted || m_endedHere)
        return std::nullopt;
    if (m_close.sent() && m_close.received())
        return std::nullopt;
    if (streamError)
        return streamError;
    if (m_in.judge().closeSeen() || (m_close.sent() && end == StreamEnd::LocalClosed && !m_in.hasEnded()))
        return std::nullopt;
    if (end == StreamEnd::Reset) {
        return Error{ErrorKind::Io, QStringLiteral("The peer reset the connection (RST) without a Close."),
                     QStringLiteral("Look into the peer's log: its program ended or gave up in the middle."), {}};
    }
    if (!m_in.atBoundary()) {
        return Error{ErrorKind::Protocol, QStringLiteral("The connection was cut inside a frame."),
                     QStringLiteral("Look into the peer's log; what had come of the frame is in the log as cut off."), {}};
    }
    return std::nullopt;
}

QString Relay::stateText() const
{
    switch (m_state) {
    case RelayState::Opening:
        return QStringLiteral("opening");
    case RelayState::Open:
        return QStringLiteral("open");
    case RelayState::Closing:
        return m_text.isEmpty() ? QStringLiteral("closing") : m_text;
    case RelayState::Ended:
        return m_text;
    }
    return {};
}

} // namespace wsw::net
