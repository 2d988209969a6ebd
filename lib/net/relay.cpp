#include "net/relay.h"

#include "net/addresstext.h"

#include <QTimerEvent>

#include <utility>

namespace wsw::net {

namespace {

NearSocket::Addresses addressesOf(const ByteStream &far)
{
    const HostPort peer = parseHostPort(far.peerAddress(), 0);
    const HostPort local = parseHostPort(far.localAddress(), 0);
    return {QHostAddress(peer.host), peer.port, QHostAddress(local.host), local.port};
}

} // namespace

Relay::Relay(RelayOptions options, ConnectionId connection, std::unique_ptr<ByteStream> far, wire::TrafficSink &sink,
             RelayObserver &observer, QObject *parent)
    : QObject(parent), m_options(options), m_mode(options.handshake.mode), m_observer(observer), m_recorder(sink, connection),
      m_far(std::move(far)), m_handshake(std::make_unique<RelayHandshake>(std::move(options.handshake), m_recorder)),
      m_in(m_recorder, Direction::Received, m_mode == RelayMode::Host ? Role::Client : Role::Server, m_options.maxFrameBytes,
           m_options.maxMessageBytes),
      m_out(m_recorder, Direction::Sent, m_mode == RelayMode::Host ? Role::Server : Role::Client, m_options.maxFrameBytes,
            m_options.maxMessageBytes),
      m_feed(m_mode == RelayMode::Proxy ? SpeakerFeed::Taker::Program : SpeakerFeed::Taker::WebSocketOfQt), m_close(m_mode, m_options.closeTimeoutMs)
{
    m_far->setHandler(this);
    if (m_handshake->isLenient())
        m_lenientFeed = std::make_unique<LenientFeed>();
}

Relay::~Relay()
{
    m_near.reset(); // it may still report to this while it goes
    m_far->setHandler(nullptr);
}

void Relay::setNear(std::unique_ptr<ByteStream> near)
{
    m_near = std::make_unique<StreamNear>(std::move(near), static_cast<RelayNearHandler &>(*this));
}

NearSocket *Relay::openNearSocket()
{
    auto near = std::make_unique<SocketNear>(addressesOf(*m_far), static_cast<RelayNearHandler &>(*this));
    NearSocket *socket = near->socket();
    m_near = std::move(near);
    return socket;
}

void Relay::start()
{
    setNearHold(Hold::Opening, false);
    setFarHold(Hold::Opening, false);
    if (m_options.opening == RelayOptions::Opening::None) {
        opened();
        return;
    }
    m_timer.start(m_options.handshakeTimeoutMs, this);
    if (m_mode == RelayMode::Raw)
        handshakeStep(m_handshake->start(monotonicNow()));
}

void Relay::handshakeStep(RelayHandshake::Step step)
{
    using Outcome = RelayHandshake::Outcome;
    if (!step.toFar.isEmpty())
        writeFar(step.toFar);
    switch (step.outcome) {
    case Outcome::NeedMore:
        if (!step.toNear.isEmpty())
            writeNear(step.toNear);
        break;
    case Outcome::NearWanted:
        // What the client sends before it has an answer waits in the kernel.
        setFarHold(Hold::Opening, true);
        m_observer.relayUpgrade(*this);
        if (m_near)
            writeNear(step.toNear);
        break;
    case Outcome::Open:
        if (!step.toNear.isEmpty())
            writeNear(step.toNear);
        opened();
        break;
    case Outcome::Refused:
    case Outcome::Failed:
        if (!step.toNear.isEmpty())
            writeNear(step.toNear);
        openingFailed(step.outcome);
        break;
    }
    checkSink();
}

void Relay::opened()
{
    m_timer.stop();
    m_wasOpen = true;
    if (m_handshake->deflate())
        beginCompression(*m_handshake->deflate());
    setState(RelayState::Open);
    m_handshake.reset(); // an idle connection should cost little
    // QWebSocketServer makes its QWebSocket only after it has written the response that brought us here.
    if (m_mode != RelayMode::Host)
        passEarly();
}

void Relay::speakerReady()
{
    passEarly();
}

void Relay::passEarly()
{
    setFarHold(Hold::Opening, false);
    setNearHold(Hold::Opening, false);
    if (!m_early.isEmpty())
        framesFromFar(std::exchange(m_early, {}), monotonicNow());
    if (!m_earlyNear.isEmpty())
        nearBytes(std::exchange(m_earlyNear, {}));
    injectDue();
}

void Relay::recordEarly()
{
    // Nobody will answer these frames any more, but they have come.
    const QByteArray early = std::exchange(m_unread, {}) + std::exchange(m_early, {});
    if (early.isEmpty())
        return; // what had come before keeps its time
    if (!m_wasOpen) {
        m_in.raw(early, monotonicNow(), {});
        return;
    }
    m_in.feed(early, monotonicNow());
    RelayDirection::Step step;
    while (m_in.next(step)) { }
}

void Relay::openingFailed(RelayHandshake::Outcome outcome)
{
    recordEarly();
    m_text = m_handshake->shortText();
    m_error = m_handshake->error();
    m_nearIgnored = true;
    if (m_near)
        m_near->close();
    setFarHold(Hold::Opening, false);
    setState(RelayState::Closing);
    if (outcome != RelayHandshake::Outcome::Refused) {
        endTcp();
        return;
    }
    // The peer gets time to read the answer: a close with unread bytes would destroy it (RST).
    m_endedHere = true;
    m_far->closeWrite();
    m_out.end(QStringLiteral("this side sent its FIN"), monotonicNow(), RelayDirection::MissingClose::Excused);
    m_timer.start(RelayClose::speakerAnswerMs, this);
}

void Relay::bytesRead(QByteArrayView bytes, MonotonicNs time)
{
    if (m_state == RelayState::Opening) {
        // Only with a speaker that is still busy with the request can there be bytes that are not for the handshake.
        if (m_near && m_mode == RelayMode::Host) {
            m_early.append(bytes);
            return;
        }
        const RelayHandshake::Step step = m_handshake->farBytes(bytes, time);
        const QByteArrayView rest = bytes.sliced(step.taken);
        handshakeStep(step);
        if (rest.isEmpty())
            return;
        if (m_state == RelayState::Opening) {
            m_early.append(rest);
            return;
        }
        bytes = rest;
    }
    if (m_wasOpen && !m_early.isEmpty()) {
        // The connection is broken and hands over its rest before the speaker is ready.
        m_early.append(bytes);
        return;
    }
    if (m_wasOpen) {
        framesFromFar(bytes, time);
        return;
    }
    // The handshake has failed: what still comes is kept, but nobody reads it as frames.
    recordEarly();
    m_in.raw(bytes, time, {});
    checkSink();
}

void Relay::nearBytes(QByteArrayView bytes)
{
    if (m_nearIgnored)
        return;
    if (m_state == RelayState::Opening) {
        const RelayHandshake::Step step = m_handshake->nearBytes(bytes, monotonicNow());
        bytes = bytes.sliced(step.taken);
        handshakeStep(step);
        if (bytes.isEmpty() || m_nearIgnored)
            return;
        if (m_state == RelayState::Opening) {
            m_earlyNear.append(bytes);
            setNearHold(Hold::Opening, true);
            return;
        }
    }
    framesFromNear(bytes);
}

void Relay::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer.timerId())
        return;
    m_timer.stop();
    // Where this thread got no turn for long, the time is over before what came or was taken meanwhile has been seen: nobody is judged
    // before it is. Whatever is seen then begins or ends the timer as ever.
    if (std::exchange(m_secondLook, 0) != event->timerId()) {
        m_timer.start(0, this);
        m_secondLook = m_timer.timerId();
        return;
    }
    if (m_farClosing) {
        nothingTaken();
        return;
    }
    if (m_state == RelayState::Opening) {
        const int ms = m_options.handshakeTimeoutMs;
        handshakeStep(m_handshake->timedOut(ms, monotonicNow(), ownDelay(ms)));
        return;
    }
    if (!m_wasOpen || m_endedHere) {
        endTcp();
        return;
    }
    if (m_failWaits && !m_close.sent()) {
        writeFailingClose();
        return;
    }
    if (m_closeWaits && !m_close.hasBegun()) {
        closeStillWaits();
        return;
    }
    // As long as what was written before our Close still flows, the peer cannot have seen it.
    if (m_far->pendingBytes() > 0 && farTaken() > m_takenAtTimer) {
        armCloseTimer();
        return;
    }
    if (m_far->pendingBytes() > 0 && m_close.sent()) {
        nothingTaken();
        return;
    }
    if (const auto delay = ownDelay(m_options.closeTimeoutMs); delay && m_close.sent() && !m_close.received()) {
        m_closeGivenUp = true;
        if (!m_error) {
            m_error = delay;
            m_text = QStringLiteral("ended here: nothing was read in time");
        }
        endTcp();
        return;
    }
    follow(m_close.timedOut());
}

std::optional<quint16> Relay::closeCodeSent() const
{
    return m_out.judge().closeSeen() ? std::optional(m_out.judge().closeCode()) : std::nullopt;
}

std::optional<quint16> Relay::closeCodeReceived() const
{
    return m_in.judge().closeSeen() ? std::optional(m_in.judge().closeCode()) : std::nullopt;
}

void Relay::setState(RelayState state)
{
    if (m_state == state)
        return;
    m_state = state;
    if (state == RelayState::Ended)
        m_observer.relayEnded(*this);
    else
        m_observer.relayChanged(*this);
}

void Relay::setFarHold(Hold hold, bool on)
{
    const Holds before = m_farHolds;
    m_farHolds.setFlag(hold, on);
    if (!before != !m_farHolds && m_state != RelayState::Ended)
        m_far->setReading(!m_farHolds);
    // Not at once: whoever has ended the hold may be in the middle of something.
    if (before != m_farHolds && m_farHolds == Hold::Unread)
        QMetaObject::invokeMethod(this, &Relay::takeUnread, Qt::QueuedConnection);
}

void Relay::setNearHold(Hold hold, bool on)
{
    const Holds before = m_nearHolds;
    m_nearHolds.setFlag(hold, on);
    if (m_near && !m_nearOver && !before != !m_nearHolds)
        m_near->setReading(!m_nearHolds);
}

void Relay::setHoldsForReplies(bool on)
{
    m_holdsForReplies = on;
    setFarHold(Hold::RepliesWait, on && m_farFull && !m_close.sent());
}

void Relay::setHeld(bool on)
{
    // While the connection closes nobody is waited for: the peer's Close has to be read.
    setFarHold(Hold::Observer, on && !m_close.sent());
}

void Relay::checkSink()
{
    if (!m_recorder.isHeld())
        return;
    setFarHold(Hold::SinkFull, true);
    setNearHold(Hold::SinkFull, true);
    tellPressure();
}

void Relay::resumeRecording()
{
    m_recorder.release();
    setFarHold(Hold::SinkFull, false);
    setNearHold(Hold::SinkFull, false);
    tellPressure();
}

} // namespace wsw::net
