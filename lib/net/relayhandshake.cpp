#include "net/relayhandshake.h"

#include "base/limits.h"
#include "net/leniency.h"
#include "net/relayanswers.h"
#include "net/relaydirection.h"
#include "net/relayerrors.h"
#include "wire/handshakevalues.h"
#include "net/relayextensions.h"

#include <QRandomGenerator>

#include <algorithm>

namespace wsw::net {

namespace {

wire::Head readHead(wire::Head::Kind kind, QByteArrayView bytes)
{
    wire::HeadParser parser(kind);
    parser.feed(bytes);
    return parser.head();
}

wire::Head::Kind farKind(RelayMode mode)
{
    return mode == RelayMode::Host ? wire::Head::Kind::Request : wire::Head::Kind::Response;
}

QByteArray randomKey()
{
    std::array<quint32, 4> words{};
    QRandomGenerator::system()->fillRange(words.data(), qsizetype(words.size()));
    return QByteArray(reinterpret_cast<const char *>(words.data()), sizeof words).toBase64();
}

bool sameName(QByteArrayView a, QByteArrayView b) { return a.compare(b, Qt::CaseInsensitive) == 0; }

bool hasErrors(const wire::Findings &findings)
{
    return std::ranges::any_of(findings, [](const wire::Finding &finding) {
        return wire::violationInfo(finding.violation).severity == wire::Severity::Error;
    });
}

} // namespace

RelayHandshake::RelayHandshake(RelayHandshakeOptions options, RelayRecorder &recorder)
    : m_options(std::move(options)), m_recorder(recorder), m_farHead(farKind(m_options.mode)),
      m_nearHead(m_options.mode == RelayMode::Host ? wire::Head::Kind::Response : wire::Head::Kind::Request)
{
}

RelayHandshake::Step RelayHandshake::start(MonotonicNs now)
{
    Q_ASSERT(m_options.mode == RelayMode::Raw);
    if (m_options.request.key.isEmpty())
        m_options.request.key = randomKey();
    return sendRequest(ownRequest(), now);
}

QByteArray RelayHandshake::ownRequest() const
{
    wire::RequestOptions request = m_options.request;
    if (m_options.deflateOffer)
        request.extensions = wire::composeDeflateOffer(*m_options.deflateOffer);
    return wire::composeRequest(request);
}

RelayHandshake::Step RelayHandshake::farBytes(QByteArrayView bytes, MonotonicNs time)
{
    if (m_farFirst == 0)
        m_farFirst = time;
    m_farLast = time;
    if (m_body)
        return farBody(bytes, time);
    return m_options.mode == RelayMode::Host ? hostRequest(bytes, time) : farResponse(bytes, time);
}

RelayHandshake::Step RelayHandshake::nearBytes(QByteArrayView bytes, MonotonicNs now)
{
    if (m_options.mode == RelayMode::Host)
        return hostResponse(bytes, now);
    if (m_requestSent)
        return {}; // before the answer has come nothing more is due
    const qsizetype taken = m_nearHead.feed(bytes);
    Step step;
    switch (m_nearHead.status()) {
    case wire::HeadStatus::NeedMore:
        break;
    case wire::HeadStatus::Complete: {
        const wire::Head &request = m_nearHead.head();
        m_nearKey = request.value("Sec-WebSocket-Key").value_or(QByteArray());
        if (m_options.mode == RelayMode::Proxy) {
            step = sendRequest(proxiedRequest(request), now);
        } else {
            m_options.request.key = m_nearKey;
            step = sendRequest(ownRequest(), now);
        }
        break;
    }
    case wire::HeadStatus::Malformed:
    case wire::HeadStatus::TooLarge: {
        const RelayAnswer answer = answerBrokenHead(m_nearHead.status(), m_nearHead.problem());
        step = failed({ErrorKind::Protocol, QStringLiteral("What the program sent to the proxy is no request: %1").arg(m_nearHead.problem()),
                       QStringLiteral("Check that it speaks WebSocket (ws://) with the proxy."), excerpt(m_nearHead.head().raw, 600)},
                      QStringLiteral("no HTTP request came"));
        step.toNear = answer.bytes;
        break;
    }
    }
    step.taken = taken;
    return step;
}

RelayHandshake::Step RelayHandshake::sendRequest(QByteArray head, MonotonicNs now)
{
    m_request = readHead(wire::Head::Kind::Request, head);
    // Only what a proxy's client asked for can break a rule here without the user having wanted it; both are worth showing.
    recordHead(wire::RecordKind::RequestHead, Direction::Sent, head, now, now, wire::judgeRequest(m_request));
    m_requestSent = true;
    Step step;
    step.toFar = std::move(head);
    return step;
}

QByteArray RelayHandshake::proxiedRequest(const wire::Head &request)
{
    QByteArray head = request.method + ' ';
    head += m_options.request.target == "/" ? request.target : m_options.request.target;
    head += " HTTP/1.1\r\n";
    wire::HeaderList lines{{"Host", m_options.request.host}};
    for (const auto &line : m_options.request.extra)
        lines.append(line);
    // A program that negotiates for itself is left to it.
    const auto isExtensions = [](const auto &line) { return sameName(line.first, wire::extensionsName); };
    if (!request.value(wire::extensionsName)) {
        if (m_options.deflateOffer && std::ranges::none_of(lines, isExtensions))
            lines.append({wire::extensionsName.toByteArray(), wire::composeDeflateOffer(*m_options.deflateOffer)});
        m_offeredForProgram = std::ranges::any_of(lines, isExtensions);
    }
    QList<bool> used(lines.size(), false);
    const auto replacement = [&](const QByteArray &name) {
        bool replaced = false;
        // The user's own Host goes before the one that follows from the URL.
        for (qsizetype i = lines.size(); i-- > 0;) {
            if (!sameName(lines[i].first, name))
                continue;
            if (!replaced && !used[i])
                head += lines[i].first + ": " + lines[i].second + "\r\n";
            used[i] = replaced = true;
        }
        return replaced;
    };
    for (const wire::HeaderField &field : request.fields) {
        if (!replacement(field.name))
            head += field.name + ": " + field.value + "\r\n";
    }
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (!used[i])
            replacement(lines[i].first);
    }
    return head + "\r\n";
}

RelayHandshake::Step RelayHandshake::hostRequest(QByteArrayView bytes, MonotonicNs time)
{
    Step step;
    if (m_farHead.status() != wire::HeadStatus::NeedMore)
        return step;
    step.taken = m_farHead.feed(bytes);
    switch (m_farHead.status()) {
    case wire::HeadStatus::NeedMore:
        return step;
    case wire::HeadStatus::Malformed:
    case wire::HeadStatus::TooLarge: {
        recordUnread(bytes.sliced(step.taken), {});
        step = refuse(answerBrokenHead(m_farHead.status(), m_farHead.problem()), time);
        step.taken = bytes.size();
        return step;
    }
    case wire::HeadStatus::Complete:
        break;
    }
    m_request = m_farHead.head();
    m_findings = wire::judgeRequest(m_request);
    recordHead(wire::RecordKind::RequestHead, Direction::Received, m_request.raw, m_farFirst, time, m_findings);
    if (m_options.unreachable || refuses(m_findings)) {
        const qsizetype taken = step.taken;
        step = refuse(m_options.unreachable ? answerBadGateway(*m_options.unreachable) : answerRequest(m_request, m_findings, m_options.url), time);
        step.taken = taken;
        return step;
    }
    answerOffers();
    step.outcome = Outcome::NearWanted;
    step.toNear = plainRequest();
    return step;
}

bool RelayHandshake::refuses(const wire::Findings &findings) const
{
    if (!isLenient())
        return hasErrors(findings);
    return std::ranges::any_of(findings, [](const wire::Finding &finding) { return leniency(finding.violation) == Leniency::Ends; });
}

void RelayHandshake::answerOffers()
{
    const wire::ExtensionList offered = wire::extensionsOf(m_request);
    if (!m_options.deflatePolicy || !offered.ok())
        return;
    const wire::DeflateNegotiation deflate = wire::answerDeflate(offered, *m_options.deflatePolicy);
    if (deflate.outcome != wire::DeflateNegotiation::Outcome::Agreed)
        return;
    m_deflate = RelayDeflate{deflate.parameters, RelayDeflate::Speaker::Relay, deflate.clientTakeoverHintOnly};
    m_deflateAnswer = deflate.answer;
}

QByteArray RelayHandshake::plainRequest() const
{
    // The speaker gets the request in the plainest spelling: what is legal has been judged, and Qt refuses some of it (more than
    // 100 lines, lines over 8 KiB, LF alone). Of the subprotocols it sees the one that is to be chosen.
    wire::RequestOptions plain;
    // A lenient host insists on no good target and on no name of its own.
    plain.target = wire::targetProblem(m_request.target).isEmpty() ? m_request.target : QByteArray("/");
    plain.host = m_request.value("Host").value_or(QByteArray());
    if (!wire::hostProblem(plain.host).isEmpty())
        plain.host = "localhost";
    plain.key = m_request.value("Sec-WebSocket-Key").value_or(QByteArray());
    plain.origin = m_request.value("Origin").value_or(QByteArray());
    if (!wire::originProblem(plain.origin).isEmpty())
        plain.origin.clear();
    const QList<QByteArray> offered = m_request.list("Sec-WebSocket-Protocol");
    for (const QByteArray &supported : m_options.subprotocols) {
        if (offered.contains(supported)) {
            plain.subprotocols = {supported};
            break;
        }
    }
    return wire::composeRequest(plain);
}

RelayHandshake::Step RelayHandshake::hostResponse(QByteArrayView bytes, MonotonicNs now)
{
    Step step;
    if (m_nearHead.status() != wire::HeadStatus::NeedMore)
        return step;
    step.taken = m_nearHead.feed(bytes);
    if (m_nearHead.status() == wire::HeadStatus::NeedMore)
        return step;
    m_response = m_nearHead.head();
    if (m_response.status == 101 && m_deflate)
        m_response = readHead(wire::Head::Kind::Response, withExtensions(m_response.raw, m_deflateAnswer));
    step.toFar = m_response.raw;
    recordHead(wire::RecordKind::ResponseHead, Direction::Sent, m_response.raw, now, now, wire::judgeResponse(m_request, m_response));
    if (m_response.status == 101) {
        step.outcome = Outcome::Open;
        return step;
    }
    m_shortText = QStringLiteral("answered %1").arg(statusText(m_response));
    step.outcome = Outcome::Refused;
    return step;
}

RelayHandshake::Step RelayHandshake::refuse(const RelayAnswer &answer, MonotonicNs now)
{
    const QByteArrayView bytes = answer.bytes;
    m_response = readHead(wire::Head::Kind::Response, bytes);
    recordHead(wire::RecordKind::ResponseHead, Direction::Sent, bytes.first(answer.headBytes), now, now, {});
    m_recorder.recordBytes(wire::RecordKind::Body, Direction::Sent, bytes.sliced(answer.headBytes), now, now);
    m_shortText = answer.text;
    m_error = m_options.unreachable;
    Step step;
    step.outcome = Outcome::Refused;
    step.toFar = answer.bytes;
    return step;
}

RelayHandshake::Step RelayHandshake::farResponse(QByteArrayView bytes, MonotonicNs time)
{
    if (m_farHead.status() != wire::HeadStatus::NeedMore)
        return {};
    Step step;
    for (;;) {
        step.taken += m_farHead.feed(bytes.sliced(step.taken));
        if (m_farHead.status() != wire::HeadStatus::Complete || !isInterim())
            break;
        // RFC 9110, 15.2: any number of them may come before the answer itself.
        recordHead(wire::RecordKind::ResponseHead, Direction::Received, m_farHead.head().raw, m_farFirst, time, {});
        if (m_options.mode == RelayMode::Proxy)
            step.toNear += m_farHead.head().raw;
        m_farHead = wire::HeadParser(wire::Head::Kind::Response);
        m_farFirst = step.taken < bytes.size() ? time : 0;
    }
    if (m_farHead.status() == wire::HeadStatus::NeedMore)
        return step;
    const bool complete = m_farHead.status() == wire::HeadStatus::Complete;
    Step rest = complete ? responseComplete(time) : brokenResponse(bytes.sliced(step.taken));
    rest.toNear.prepend(step.toNear);
    rest.taken = complete ? step.taken : bytes.size();
    if (!m_body)
        return rest;
    Step body = farBody(bytes.sliced(step.taken), time);
    body.toNear.prepend(rest.toNear);
    body.taken += step.taken;
    return body;
}

bool RelayHandshake::isInterim() const
{
    const int status = m_farHead.head().status;
    return status >= 100 && status < 200 && status != 101;
}

RelayHandshake::Step RelayHandshake::brokenResponse(QByteArrayView rest)
{
    recordUnread(rest, {});
    const bool tooLarge = m_farHead.status() == wire::HeadStatus::TooLarge;
    const QByteArray raw = m_farHead.head().raw + rest.toByteArray();
    Step step = failed(brokenHead(m_options.url, m_farHead.status(), m_farHead.problem(), raw),
                       tooLarge ? QStringLiteral("answer too large") : QStringLiteral("no HTTP came"));
    if (m_options.mode == RelayMode::Proxy)
        step.toNear = raw;
    return step;
}

RelayHandshake::Step RelayHandshake::responseComplete(MonotonicNs time)
{
    m_response = m_farHead.head();
    m_findings = wire::judgeResponse(m_request, m_response);
    recordHead(wire::RecordKind::ResponseHead, Direction::Received, m_response.raw, m_farFirst, time, m_findings);
    if (m_response.status == 101)
        return switched();
    m_shortText = statusText(m_response);
    m_body.emplace(m_request.method, m_response, limits::answerBodyBytes);
    Step step;
    if (m_options.mode == RelayMode::Proxy)
        step.toNear = m_response.raw;
    return step;
}

RelayHandshake::Step RelayHandshake::switched()
{
    const bool isProxy = m_options.mode == RelayMode::Proxy;
    if (!isProxy && hasErrors(m_findings))
        return failed(badUpgrade(m_options.url, m_findings), QStringLiteral("the answer is not valid"));
    if (const std::optional<Error> error = settleExtensions()) {
        Step step = failed(*error, QStringLiteral("extension not spoken"));
        if (isProxy)
            step.toNear = answerBadGateway(*error).bytes;
        return step;
    }
    Step step;
    step.outcome = Outcome::Open;
    if (isProxy)
        step.toNear = m_offeredForProgram && m_deflate ? withoutExtensions(m_response) : m_response.raw;
    else if (m_options.mode == RelayMode::Client)
        step.toNear = wire::composeResponse({m_nearKey, {}, {}, {}});
    return step;
}

std::optional<Error> RelayHandshake::settleExtensions()
{
    using Agreement = wire::DeflateNegotiation::Outcome;
    const wire::ExtensionList offered = wire::extensionsOf(m_request);
    const wire::ExtensionList agreed = wire::extensionsOf(m_response);
    if (m_options.mode == RelayMode::Proxy && !m_offeredForProgram) {
        const wire::DeflateNegotiation deflate = wire::readDeflateAnswer(offered, agreed);
        // An answer that is wrong is for the program to refuse; should it go on, the default window reads whatever it does.
        if (deflate.outcome != Agreement::NotAgreed)
            m_deflate = RelayDeflate{deflate.parameters, RelayDeflate::Speaker::NearSide, deflate.clientTakeoverHintOnly};
        return std::nullopt;
    }
    const auto isForeign = [](const wire::Extension &extension) { return extension.name != wire::deflateName; };
    if (m_options.mode != RelayMode::Raw && std::ranges::any_of(agreed.extensions, isForeign))
        return foreignExtension(m_options.url, extensions());
    if (!agreed.ok())
        return deflateNotSpoken(m_options.url, agreed.problem);
    const wire::DeflateNegotiation deflate = wire::acceptDeflateAnswer(offered, agreed);
    if (deflate.outcome == Agreement::Failed)
        return deflateNotSpoken(m_options.url, deflate.problem);
    if (deflate.outcome == Agreement::Agreed)
        m_deflate = RelayDeflate{deflate.parameters, RelayDeflate::Speaker::Relay, deflate.clientTakeoverHintOnly};
    return std::nullopt;
}

RelayHandshake::Step RelayHandshake::farBody(QByteArrayView bytes, MonotonicNs time)
{
    const qsizetype taken = m_body->feed(bytes);
    if (taken > 0)
        m_recorder.recordBytes(wire::RecordKind::Body, Direction::Received, bytes.first(taken), time, time);
    // A third program gets it all; for a person there is enough.
    const bool isEnough = m_options.mode != RelayMode::Proxy && m_body->taken() >= static_cast<quint64>(limits::answerBodyBytes);
    Step step;
    if (m_body->isComplete() || isEnough)
        step = failed(bodyError(), m_shortText);
    if (m_options.mode == RelayMode::Proxy)
        step.toNear = bytes.toByteArray();
    step.taken = taken;
    return step;
}

Error RelayHandshake::bodyError() const
{
    return notSwitched(m_options.url, m_response, m_body->content());
}

RelayHandshake::Step RelayHandshake::farEnded(const QString &why, MonotonicNs)
{
    if (m_options.mode == RelayMode::Host) {
        recordUnread({}, wire::RecordFlag::Truncated);
        const bool silent = m_farHead.head().raw.isEmpty();
        const Error left{ErrorKind::Protocol,
                         silent ? QStringLiteral("The client left without a request.")
                                : QStringLiteral("The connection ended inside the head of the request."),
                         {}, why};
        return failed(m_options.unreachable.value_or(left),
                      silent ? QStringLiteral("left without a request") : QStringLiteral("cut inside the request"));
    }
    if (m_body)
        return failed(bodyError(), m_shortText);
    recordUnread({}, wire::RecordFlag::Truncated);
    return failed(cutInHead(m_options.url, m_farHead.head().raw, why), QStringLiteral("closed without an answer"));
}

RelayHandshake::Step RelayHandshake::timedOut(int ms, MonotonicNs now, const std::optional<Error> &ownDelay)
{
    if (ownDelay && !m_body) {
        recordUnread({}, wire::RecordFlag::Truncated);
        return failed(*ownDelay, QStringLiteral("not read in time"));
    }
    if (m_options.mode == RelayMode::Host) {
        recordUnread({}, wire::RecordFlag::Truncated);
        return refuse(m_options.unreachable ? answerBadGateway(*m_options.unreachable) : answerTimeout(ms), now);
    }
    if (m_body)
        return failed(bodyError(), m_shortText);
    recordUnread({}, wire::RecordFlag::Truncated);
    return failed(noAnswer(m_options.url, ms, m_farHead.head().raw), QStringLiteral("no answer in time"));
}

RelayHandshake::Step RelayHandshake::failed(Error error, const QString &shortText)
{
    m_error = std::move(error);
    m_shortText = shortText;
    Step step;
    step.outcome = Outcome::Failed;
    return step;
}

QByteArray RelayHandshake::subprotocol() const
{
    return m_response.value("Sec-WebSocket-Protocol").value_or(QByteArray());
}

QByteArray RelayHandshake::extensions() const
{
    return m_response.list("Sec-WebSocket-Extensions").join(", ");
}

void RelayHandshake::recordHead(wire::RecordKind kind, Direction direction, QByteArrayView raw, MonotonicNs first, MonotonicNs last,
                                const wire::Findings &findings)
{
    m_recorder.recordBytes(kind, direction, raw, first, last, gravest(findings));
}

void RelayHandshake::recordUnread(QByteArrayView rest, wire::RecordFlags flags)
{
    // A complete head has been recorded as one.
    const bool complete = m_farHead.status() == wire::HeadStatus::Complete;
    const QByteArray raw = (complete ? QByteArray() : m_farHead.head().raw) + rest.toByteArray();
    if (raw.isEmpty())
        return;
    m_recorder.recordBytes(wire::RecordKind::Raw, Direction::Received, raw, m_farFirst, m_farLast, gravest(wire::judgeHead(m_farHead)), flags);
}

} // namespace wsw::net
