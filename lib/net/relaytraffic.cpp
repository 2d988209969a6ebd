// The relay's traffic: frames in both directions, and what is written between them.

#include "net/relay.h"

#include "wire/mask.h"

#include <algorithm>

namespace wsw::net {

namespace {

QByteArray plainPayload(const RelayDirection::Step &step)
{
    QByteArray plain(step.whole.size(), Qt::Uninitialized);
    const wire::FrameHeader &header = *step.piece.header;
    wire::applyMask(reinterpret_cast<const uchar *>(step.whole.data()), reinterpret_cast<uchar *>(plain.data()), plain.size(),
                    header.masked ? header.key : wire::MaskingKey{});
    return plain;
}

/// Found in a frame's header, whatever its payload is.
bool isAboutLength(wire::Violation violation) noexcept
{
    using wire::Violation;
    return violation == Violation::FrameOverLimit || violation == Violation::MessageOverLimit || violation == Violation::LengthHighBitSet;
}

bool endsMessage(const RelayDirection::Step &step) noexcept
{
    const wire::FrameHeader &header = *step.piece.header;
    return step.piece.last && header.fin && !wire::isControl(header.opcode);
}

} // namespace

bool Relay::speakerRefuses(quint16 closeCode) noexcept
{
    // QWebSocket (6.4) takes these registered codes for a breach and would answer 1002.
    return closeCode >= 1012 && closeCode <= 1014;
}

void Relay::framesFromFar(QByteArrayView bytes, MonotonicNs time)
{
    // A third program gets the bytes as they came, before anybody looks at them.
    if (passesUntouched())
        writeNear(bytes);
    if (m_in.expectsCompression())
        compressedFromFar(bytes, time);
    else
        takeFromFar(bytes, time);
}

wire::Violation Relay::failureIn(const RelayDirection::Step &step) const noexcept
{
    using wire::Violation;
    if (m_lenientFeed || step.found == Violation::None)
        return step.barrier;
    // Between two programs the relay judges nothing, but what it cannot inflate it cannot pass on.
    if (m_mode == RelayMode::Proxy)
        return step.found == Violation::CompressedDataDamaged || step.found == Violation::InflatedOverLimit ? step.found : Violation::None;
    const wire::ViolationInfo &info = wire::violationInfo(step.found);
    return info.severity == wire::Severity::Error && info.closeCode != 0 ? step.found : Violation::None;
}

void Relay::takeFromFar(QByteArrayView bytes, MonotonicNs time)
{
    const bool toSpeaker = m_mode != RelayMode::Raw && !passesUntouched();
    const bool closeSeenBefore = m_in.judge().closeSeen();
    if (m_lenientFeed)
        m_lenientFeed->begin();
    else
        m_feed.begin(bytes, m_in.wireOffset());
    m_in.feed(bytes, time);
    RelayDirection::Step step;
    bool closeSeen = closeSeenBefore;
    while (m_in.next(step)) {
        if (toSpeaker)
            passStep(step, closeSeen);
        closeSeen = m_in.judge().closeSeen();
    }
    checkSink();
    if (toSpeaker) {
        if (const QByteArrayView passed = m_lenientFeed ? m_lenientFeed->finish() : m_feed.finish(); !passed.isEmpty())
            writeNear(passed);
        if (m_failing != wire::Violation::None)
            failPeer(m_failing);
    }
    if (!closeSeenBefore && m_in.judge().closeSeen()) {
        follow(m_close.closeReceived());
        answerForSpeaker();
    }
}

void Relay::passStep(const RelayDirection::Step &step, bool closeSeen)
{
    // RFC 6455, 5.5.1: what follows a Close is not processed, so it cannot fail the connection any more.
    const bool isOwn = m_mode != RelayMode::Proxy;
    if (m_failing == wire::Violation::None && !(closeSeen && isOwn)) {
        m_failing = failureIn(step);
        if (m_failing != wire::Violation::None) {
            stopFeeding();
            // What was declared too long need never come; whoever looks for the reason of our Close finds it in the log at once.
            if (isAboutLength(m_failing) && !step.piece.last)
                m_in.recordAsJudged();
        }
    }
    const bool closesNow = isOwn && !closeSeen && m_in.judge().closeSeen();
    if (closesNow && speakerRefuses(m_in.judge().closeCode()))
        stopFeeding(); // see answerForSpeaker()
    if (withholdsPing(step))
        m_withheldPing = plainPayload(step);
    else if (m_lenientFeed)
        m_lenientFeed->take(step, m_in.judge());
    else
        m_feed.take(step, m_in.judge());
    if (m_failing == wire::Violation::None && !m_in.judge().closeSeen())
        m_passed += endsMessage(step);
    if (closesNow)
        stopFeeding();
}

/// The Pongs to a peer that does not read would fill the memory, since no speaker can be made to wait with them. RFC 6455, 5.5.3: of
/// several Pings the latest needs an answer.
bool Relay::withholdsPing(const RelayDirection::Step &step) const noexcept
{
    const wire::FrameHeader &header = *step.piece.header;
    return m_farFull && header.opcode == wire::Opcode::Ping && step.piece.last && header.length <= limits::controlPayloadBytes
        && m_mode != RelayMode::Proxy && m_failing == wire::Violation::None && !m_in.judge().closeSeen();
}

void Relay::passWithheldPing()
{
    if (!m_withheldPing)
        return;
    const QByteArray payload = *std::exchange(m_withheldPing, {});
    if (m_failing == wire::Violation::None && !m_in.judge().closeSeen()) {
        const auto header = wire::legalHeader(wire::Opcode::Ping, wire::Fin::Yes, static_cast<quint64>(payload.size()), Role::Server, {});
        writeNear(wire::serializeFrame(header, payload));
    }
}

void Relay::stopFeeding() noexcept
{
    if (m_lenientFeed)
        m_lenientFeed->stop();
    else
        m_feed.stop();
}

void Relay::framesFromNear(QByteArrayView bytes)
{
    if (m_compressor) {
        compressedFromNear(bytes);
        return;
    }
    if (m_answersForSpeaker) {
        const qsizetype before = m_out.closeWithin(bytes);
        if (before >= 0) {
            m_answersForSpeaker = false;
            framesFromNear(bytes.first(before));
            follow(RelayClose::Order::AnswerClose);
            return;
        }
    }
    const MonotonicNs now = monotonicNow();
    if (!m_injections.empty()) {
        framesFromNearSingly(bytes, now);
        return;
    }
    // Nothing is waiting to be put between: the bytes go first, and are read afterwards.
    writeFar(bytes);
    takeFromNear(bytes, now);
    checkSink();
}

/// Reads what has been written to the far side.
void Relay::takeFromNear(QByteArrayView bytes, MonotonicNs now)
{
    m_out.feed(bytes, now);
    RelayDirection::Step step;
    while (m_out.next(step))
        m_spoken += endsMessage(step);
    if (m_out.judge().closeSeen() && !m_close.sent())
        follow(m_close.closeSent());
    if (isFailingDue())
        writeFailingClose();
}

void Relay::framesFromNearSingly(QByteArrayView bytes, MonotonicNs now)
{
    const quint64 begin = m_out.wireOffset();
    quint64 injected = 0;   // what was put between moves the offsets of what follows
    qsizetype written = 0;
    m_out.feed(bytes, now);
    RelayDirection::Step step;
    // Once a Close of ours is among what was put between, the rest of these bytes is for nobody (and feed() is not called again).
    while (!m_nearIgnored && m_out.next(step)) {
        const auto upTo = static_cast<qsizetype>(m_out.wireOffset() - begin - injected);
        writeFar(bytes.sliced(written, upTo - written));
        written = upTo;
        m_spoken += endsMessage(step);
        if (m_out.judge().closeSeen() && !m_close.sent())
            follow(m_close.closeSent());
        if (step.piece.last && isInjectionDue()) {
            const quint64 before = m_out.wireOffset();
            injectDue();
            injected += m_out.wireOffset() - before;
        }
    }
    // A header that is not complete yet.
    if (!m_nearIgnored)
        writeFar(bytes.sliced(written));
    checkSink();
    if (isFailingDue())
        writeFailingClose();
}

void Relay::writeFar(QByteArrayView bytes)
{
    if (bytes.isEmpty() || m_state == RelayState::Ended)
        return;
    m_far->write(bytes);
    if (m_farFull || m_far->pendingBytes() <= limits::writeHighWater)
        return;
    m_farFull = true;
    setNearHold(Hold::FarFull, true);
    setFarHold(Hold::RepliesWait, m_holdsForReplies && !m_close.sent());
    tellPressure();
}

void Relay::drained()
{
    if (!std::exchange(m_farFull, false))
        return;
    setNearHold(Hold::FarFull, false);
    setFarHold(Hold::RepliesWait, false);
    passWithheldPing();
    tellPressure();
}

void Relay::tellPressure()
{
    const bool high = isUnderPressure();
    if (std::exchange(m_pressureTold, high) != high)
        m_observer.relayPressure(*this, high);
}

void Relay::writeNear(QByteArrayView bytes)
{
    if (!m_near || m_nearOver)
        return;
    m_near->write(bytes);
    if (m_near->pendingBytes() > limits::writeHighWater)
        setFarHold(Hold::NearFull, true);
}

void Relay::nearDrained()
{
    setFarHold(Hold::NearFull, false);
}

qsizetype Relay::farPending() const
{
    return m_far->pendingBytes();
}

void Relay::inject(const wire::FrameHeader &header, QByteArrayView payload, Marking marking, quint64 afterSpoken)
{
    Injection injection;
    injection.header = header;
    injection.bytes = wire::serializeFrame(header, payload);
    injection.afterSpoken = afterSpoken;
    if (marking == Marking::Crafted)
        injection.flags = wire::RecordFlag::Crafted;
    m_injections.push_back(std::move(injection));
    injectDue();
}

void Relay::injectRaw(QByteArrayView bytes, quint64 afterSpoken)
{
    Injection injection;
    injection.bytes = bytes.toByteArray();
    injection.afterSpoken = afterSpoken;
    injection.sort = Injection::Sort::Bytes;
    injection.flags = wire::RecordFlag::Crafted;
    m_injections.push_back(std::move(injection));
    injectDue();
}

bool Relay::isInjectionDue() const noexcept
{
    if (m_injections.empty() || !m_wasOpen || m_state == RelayState::Ended || !m_out.atBoundary())
        return false;
    const Injection &next = m_injections.front();
    // A message cannot be compressed within another.
    return (next.afterSpoken <= m_spoken && !(next.sort == Injection::Sort::Message && m_compressor->inMessage())) || m_nearOver
        || m_closeGivenUp;
}

void Relay::injectDue()
{
    while (isInjectionDue()) {
        const Injection injection = std::move(m_injections.front());
        m_injections.erase(m_injections.begin());
        writeInjection(injection);
    }
}

void Relay::writeInjection(const Injection &injection)
{
    const MonotonicNs now = monotonicNow();
    if (m_out.hasEnded())
        return;
    if (injection.sort == Injection::Sort::Message) {
        writeMessage(injection);
        return;
    }
    writeFar(injection.bytes);
    if (injection.sort == Injection::Sort::Bytes) {
        m_out.raw(injection.bytes, now, injection.flags);
        checkSink();
        return;
    }
    m_out.besides(injection.header, injection.bytes, now, injection.flags);
    noteInjected(injection.header);
    checkSink();
    // After our Close nothing of the near side may follow (RFC 6455, 5.5.1); what the user crafts still may.
    const bool closes = injection.header.opcode == wire::Opcode::Close && m_out.judge().closeSeen();
    if (closes)
        m_nearIgnored = true;
    if (closes && !m_close.sent())
        follow(m_close.closeSent());
}

} // namespace wsw::net
