#include "exchange/conversation.h"

#include "base/limits.h"
#include "wire/handshake.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace wsw::exchange {

namespace {

/// The heads of others are read with these limits, so that no conversation can hold much before it has said what it is.
constexpr qsizetype mostEarlyBytes = 64 * 1024;

wire::ContextTakeover takeoverOf(const wire::DeflateNegotiation &agreed, Role sender)
{
    // A client that has only hinted at it may take its context over all the same.
    return sender == Role::Client && agreed.clientTakeoverHintOnly ? wire::ContextTakeover::Yes : agreed.parameters.of(sender).contextTakeover;
}

} // namespace

Conversation::Conversation(wire::TrafficSink &sink, std::function<ConnectionId()> newId) : m_sink(sink), m_newId(std::move(newId)) {}

Conversation::~Conversation() = default;

void Conversation::bytes(Side side, QByteArrayView bytes, MonotonicNs time)
{
    if (m_kind == Kind::Other || bytes.isEmpty())
        return;
    switch (m_stage) {
    case Stage::Request:
        if (side == Side::Server)   // who speaks first is the client
            m_kind = Kind::Other;
        else
            request(bytes, time);
        break;
    case Stage::Response:
        if (side == Side::Server) {
            response(bytes, time);
        } else if (m_early.size() + bytes.size() <= mostEarlyBytes) {
            m_early += bytes;
            m_earlyTime = time;
        } else {
            m_stage = Stage::Unreadable;
            raw(side, std::exchange(m_early, {}) + bytes.toByteArray(), time);
        }
        break;
    case Stage::Frames:
        frames(side, bytes, time);
        break;
    case Stage::Body:
        if (side == Side::Server)
            m_recorder->recordBytes(wire::RecordKind::Body, Direction::Received, bytes, time, time);
        else
            raw(side, bytes, time);
        break;
    case Stage::Unreadable:
        raw(side, bytes, time);
        break;
    }
}

void Conversation::request(QByteArrayView bytes, MonotonicNs time)
{
    if (m_headStart == 0)
        m_headStart = time;
    const qsizetype taken = m_requestHead.feed(bytes);
    if (m_requestHead.status() == wire::HeadStatus::NeedMore)
        return;
    if (m_requestHead.status() != wire::HeadStatus::Complete || !m_requestHead.head().hasToken("Upgrade", "websocket")) {
        m_kind = Kind::Other;
        return;
    }
    accept(time);
    if (taken < bytes.size())
        this->bytes(Side::Client, bytes.sliced(taken), time);
}

void Conversation::accept(MonotonicNs time)
{
    const wire::Head &head = m_requestHead.head();
    m_kind = Kind::WebSocket;
    m_stage = Stage::Response;
    m_info.id = m_newId();
    m_info.localRole = Role::Client;
    m_info.url = u"ws://"_s + QString::fromLatin1(head.value("Host").value_or(QByteArray()) + head.target);
    m_recorder = std::make_unique<net::RelayRecorder>(m_sink, m_info.id);
    m_client = std::make_unique<net::RelayDirection>(*m_recorder, Direction::Sent, Role::Client, limits::defaultFrameBytes);
    m_server = std::make_unique<net::RelayDirection>(*m_recorder, Direction::Received, Role::Server, limits::defaultFrameBytes);
    m_recorder->recordBytes(wire::RecordKind::RequestHead, Direction::Sent, head.raw, m_headStart, time, net::gravest(wire::judgeRequest(head)));
    m_headStart = 0;
}

void Conversation::response(QByteArrayView bytes, MonotonicNs time)
{
    if (m_headStart == 0)
        m_headStart = time;
    const qsizetype taken = m_responseHead.feed(bytes);
    const wire::Head &head = m_responseHead.head();
    const QByteArrayView rest = bytes.sliced(taken);
    switch (m_responseHead.status()) {
    case wire::HeadStatus::NeedMore:
        return;
    case wire::HeadStatus::Malformed:
    case wire::HeadStatus::TooLarge:
        m_recorder->recordBytes(wire::RecordKind::Raw, Direction::Received, head.raw, m_headStart, time, net::gravest(wire::judgeHead(m_responseHead)));
        m_stage = Stage::Unreadable;
        break;
    case wire::HeadStatus::Complete: {
        const bool interim = head.status >= 100 && head.status < 200 && head.status != 101;
        m_recorder->recordBytes(wire::RecordKind::ResponseHead, Direction::Received, head.raw, m_headStart, time,
                                interim ? wire::Violation::None : net::gravest(wire::judgeResponse(m_requestHead.head(), head)));
        if (interim)
            m_responseHead = wire::HeadParser(wire::Head::Kind::Response);
        else if (head.status == 101)
            open();
        else
            m_stage = Stage::Body;
        break;
    }
    }
    m_headStart = 0;
    if (!rest.isEmpty())
        this->bytes(Side::Server, rest, time);
}

void Conversation::open()
{
    const wire::Head &answer = m_responseHead.head();
    m_stage = Stage::Frames;
    m_info.subprotocol = QString::fromLatin1(answer.value("Sec-WebSocket-Protocol").value_or(QByteArray()));
    m_info.extensions = QString::fromLatin1(answer.list("Sec-WebSocket-Extensions").join(", "));
    const auto deflate = wire::readDeflateAnswer(wire::extensionsOf(m_requestHead.head()), wire::extensionsOf(answer));
    if (deflate.outcome != wire::DeflateNegotiation::Outcome::NotAgreed) {
        m_compressed = true;
        m_client->expectCompression(takeoverOf(deflate, Role::Client), limits::inflatedBytes);
        m_server->expectCompression(takeoverOf(deflate, Role::Server), limits::inflatedBytes);
    }
    if (!m_early.isEmpty())
        frames(Side::Client, std::exchange(m_early, {}), m_earlyTime);
}

void Conversation::frames(Side side, QByteArrayView bytes, MonotonicNs time)
{
    net::RelayDirection &reader = direction(side);
    if (!reader.hasTrack()) {
        if (!looksLikeFrames(side, bytes)) {
            reader.raw(bytes, time, {});
            return;
        }
        reader.resume();
    }
    reader.feed(bytes, time);
    for (net::RelayDirection::Step step; reader.next(step);) { }
}

/// After a loss: does a frame begin here? Senders seldom begin one within a segment, and few other bytes look like this.
bool Conversation::looksLikeFrames(Side side, QByteArrayView bytes) const
{
    wire::FrameParser parser;
    parser.feed(bytes);
    bool any = false;
    for (wire::FramePiece piece; parser.next(piece); any = true) {
        const wire::FrameHeader &header = *piece.header;
        const bool good = header.masked == (side == Side::Client) && (!header.rsv1 || m_compressed) && !header.rsv2 && !header.rsv3
            && !wire::isReserved(header.opcode) && header.lengthForm == wire::minimalLengthForm(header.length)
            && (!wire::isControl(header.opcode) || (header.fin && header.length <= limits::controlPayloadBytes));
        if (!good)
            return false;
    }
    return any;
}

void Conversation::raw(Side side, QByteArrayView bytes, MonotonicNs time)
{
    m_recorder->recordBytes(wire::RecordKind::Raw, side == Side::Client ? Direction::Sent : Direction::Received, bytes, time, time);
}

void Conversation::gap(Side side, quint64 missing, MonotonicNs time)
{
    switch (m_stage) {
    case Stage::Request:
        m_kind = Kind::Other;   // nobody can say what it was
        break;
    case Stage::Response:
        if (side == Side::Client) {
            std::ignore = m_client->lose(missing, time);
            break;
        }
        if (!m_responseHead.head().raw.isEmpty())
            raw(side, m_responseHead.head().raw, time);
        m_stage = Stage::Unreadable;
        break;
    case Stage::Frames:
        std::ignore = direction(side).lose(missing, time);
        break;
    case Stage::Body:
    case Stage::Unreadable:
        break;
    }
}

void Conversation::end(Side side, const QString &how, MonotonicNs time, net::RelayDirection::MissingClose missingClose)
{
    if (m_kind != Kind::WebSocket)
        return;
    const bool wasOpen = m_stage == Stage::Frames;
    if (side == Side::Server && m_stage == Stage::Response && !m_responseHead.head().raw.isEmpty()) {
        m_recorder->recordBytes(wire::RecordKind::Raw, Direction::Received, m_responseHead.head().raw, m_headStart, time, wire::Violation::None,
                                wire::RecordFlag::Truncated);
        m_stage = Stage::Unreadable;
    }
    direction(side).end(how, time, wasOpen ? missingClose : net::RelayDirection::MissingClose::Excused);
}

} // namespace wsw::exchange
