#include "wire/handshake.h"

#include "wire/deflatenegotiation.h"
#include "wire/extensions.h"
#include "wire/handshakevalues.h"
#include "wire/httptext.h"

#include <QStringList>

#include <algorithm>

namespace wsw::wire {

namespace {

QString text(QByteArrayView bytes)
{
    return QString::fromLatin1(bytes);
}

QString joined(const QList<QByteArray> &values)
{
    return text(values.join(", "));
}

/// Collects the findings of one head.
class Judgement final
{
public:
    explicit Judgement(const Head &head) : m_head(head) {}

    void add(Violation violation, QByteArrayView header = {}, const QString &note = {})
    {
        m_found.push_back({violation, offsetOf(header), note});
    }

    /// Finds a second line of @p name, where there may be one only.
    void judgeRepeats(QByteArrayView name)
    {
        qsizetype count = 0;
        qint64 second = 0;
        for (const HeaderField &field : m_head.fields) {
            if (sameName(field.name, name) && ++count == 2)
                second = field.offset;
        }
        if (count > 1)
            m_found.push_back({Violation::HeaderRepeated, second, QStringLiteral("%1 stands %2 times").arg(text(name)).arg(count)});
    }

    /// What HTTP allows no sender any more, but what is read all the same.
    void judgeLines()
    {
        for (const HeaderField &field : m_head.fields) {
            const QByteArrayView line = QByteArrayView(m_head.raw).sliced(field.offset, field.length);
            if (line.chopped(1).contains('\n'))
                m_found.push_back({Violation::HeaderFolded, field.offset, text(field.name)});
        }
        qsizetype count = 0;
        qint64 first = 0;
        qint64 lineStart = 0;
        for (qsizetype end = m_head.raw.indexOf('\n'); end >= 0; end = m_head.raw.indexOf('\n', end + 1)) {
            if ((end == 0 || m_head.raw[end - 1] != '\r') && ++count == 1)
                first = lineStart;
            lineStart = end + 1;
        }
        if (count > 0)
            m_found.push_back({Violation::LineEndBare, first, count == 1 ? QStringLiteral("1 line") : QStringLiteral("%1 lines").arg(count)});
    }

    void judgeVersionOfHttp()
    {
        if (m_head.versionMajor > 1 || (m_head.versionMajor == 1 && m_head.versionMinor >= 1))
            return;
        add(Violation::HttpVersionTooOld, {},
            QStringLiteral("the version is HTTP/%1.%2").arg(m_head.versionMajor).arg(m_head.versionMinor));
    }

    void judgeConnection()
    {
        if (m_head.hasToken("Connection", "Upgrade"))
            return;
        if (m_head.value("Connection")) {
            add(Violation::ConnectionUpgradeMissing, "Connection",
                QStringLiteral("Connection is '%1', must contain 'Upgrade'").arg(joined(m_head.values("Connection"))));
        } else {
            add(Violation::ConnectionUpgradeMissing, {}, QStringLiteral("there is no Connection header"));
        }
    }

    /// @p must: "contain" for a request, "be" for a response (RFC 6455, 4.2.1 and 4.1 differ).
    void addUpgradeMissing(const QString &must)
    {
        if (m_head.value("Upgrade")) {
            add(Violation::UpgradeMissing, "Upgrade",
                QStringLiteral("Upgrade is '%1', must %2 'websocket'").arg(joined(m_head.values("Upgrade")), must));
        } else {
            add(Violation::UpgradeMissing, {}, QStringLiteral("there is no Upgrade header"));
        }
    }

    [[nodiscard]] Findings take() { return std::move(m_found); }

private:
    [[nodiscard]] qint64 offsetOf(QByteArrayView header) const
    {
        for (const HeaderField &field : m_head.fields) {
            if (!header.isEmpty() && sameName(field.name, header))
                return field.offset;
        }
        return 0;
    }

    const Head &m_head;
    Findings m_found;
};

void judgeTarget(const Head &request, Judgement &judgement)
{
    if (const QString problem = targetProblem(request.target); !problem.isEmpty())
        judgement.add(Violation::TargetMalformed, {}, problem);
}

void judgeHost(const Head &request, Judgement &judgement)
{
    const auto host = request.value("Host");
    if (!host)
        judgement.add(Violation::HostMissing);
    else if (const QString problem = hostProblem(*host); !problem.isEmpty())
        judgement.add(Violation::HostMalformed, "Host", problem);
    judgement.judgeRepeats("Host");
}

void judgeOrigin(const Head &request, Judgement &judgement)
{
    const auto origin = request.value("Origin");
    if (!origin)
        return; // RFC 6455, 4.2.1, 7.: only browsers must send it
    if (const QString problem = originProblem(*origin); !problem.isEmpty())
        judgement.add(Violation::OriginMalformed, "Origin", problem);
    judgement.judgeRepeats("Origin");
}

void judgeOfferedSubprotocols(const Head &request, Judgement &judgement)
{
    constexpr QByteArrayView name = "Sec-WebSocket-Protocol";
    if (!request.value(name))
        return;
    const SubprotocolProblems problems = subprotocolProblems(request.list(name));
    if (!problems.malformed.isEmpty())
        judgement.add(Violation::SubprotocolMalformed, name, problems.malformed);
    if (!problems.repeated.isEmpty())
        judgement.add(Violation::SubprotocolRepeated, name, problems.repeated);
}

void judgeKey(const Head &request, Judgement &judgement)
{
    const auto key = request.value("Sec-WebSocket-Key");
    if (!key) {
        judgement.add(Violation::KeyMissing);
    } else if (!isValidKey(*key)) {
        judgement.add(Violation::KeyNot16Bytes, "Sec-WebSocket-Key", QStringLiteral("the key is '%1'").arg(text(*key)));
    }
    judgement.judgeRepeats("Sec-WebSocket-Key");
}

void judgeVersion(const Head &request, Judgement &judgement)
{
    const auto version = request.value("Sec-WebSocket-Version");
    if (!version) {
        judgement.add(Violation::VersionMissing);
    } else if (*version != "13") {
        judgement.add(Violation::VersionNot13, "Sec-WebSocket-Version",
                      QStringLiteral("the version is '%1', must be '13'").arg(text(*version)));
    }
    judgement.judgeRepeats("Sec-WebSocket-Version");
}

void judgeAccept(const Head &request, const Head &response, Judgement &judgement)
{
    const QByteArray due = acceptValue(request.value("Sec-WebSocket-Key").value_or(QByteArray()));
    const auto accept = response.value("Sec-WebSocket-Accept");
    if (!accept) {
        judgement.add(Violation::AcceptMissing, {}, QStringLiteral("must be '%1'").arg(text(due)));
    } else if (*accept != due) {
        judgement.add(Violation::AcceptWrong, "Sec-WebSocket-Accept",
                      QStringLiteral("the value is '%1', must be '%2'").arg(text(*accept), text(due)));
    }
    judgement.judgeRepeats("Sec-WebSocket-Accept");
}

void judgeSubprotocol(const Head &request, const Head &response, Judgement &judgement)
{
    const QList<QByteArray> offered = request.list("Sec-WebSocket-Protocol");
    const auto chosen = response.value("Sec-WebSocket-Protocol");
    // Subprotocol names are compared with their case (RFC 6455, 4.1: "not present in the client's handshake").
    if (chosen && !offered.contains(*chosen)) {
        judgement.add(Violation::SubprotocolNotOffered, "Sec-WebSocket-Protocol",
                      offered.isEmpty()
                          ? QStringLiteral("the server chose '%1', none was offered").arg(text(*chosen))
                          : QStringLiteral("the server chose '%1', offered were '%2'").arg(text(*chosen), joined(offered)));
    }
    judgement.judgeRepeats("Sec-WebSocket-Protocol");
}

void judgeGrammar(const ExtensionList &extensions, Judgement &judgement)
{
    if (!extensions.ok())
        judgement.add(Violation::ExtensionMalformed, extensionsName, extensions.problem);
}

void judgeExtensions(const Head &request, const Head &response, Judgement &judgement)
{
    const ExtensionList offered = extensionsOf(request);
    const ExtensionList agreed = extensionsOf(response);
    // Several lines are as good as one, in an answer too (RFC 6455, erratum 3433).
    judgeGrammar(agreed, judgement);
    const auto isOffered = [&offered](const Extension &extension) {
        return std::ranges::any_of(offered.extensions, [&](const Extension &offer) { return offer.name == extension.name; });
    };
    for (const Extension &extension : agreed.extensions) {
        // An offer that cannot be read to its end leaves open what else stood there.
        if (offered.ok() && !isOffered(extension)) {
            judgement.add(Violation::ExtensionNotOffered, extensionsName,
                          QStringLiteral("the server agreed to '%1'").arg(text(extension.name)));
        }
    }
    const bool deflateOffered = isOffered({deflateName.toByteArray(), {}});
    const DeflateNegotiation deflate = readDeflateAnswer(offered, agreed);
    if (agreed.ok() && deflateOffered && deflate.outcome == DeflateNegotiation::Outcome::Failed)
        judgement.add(Violation::DeflateAnswerWrong, extensionsName, deflate.problem);
}

/// RFC 6455, 4.4 and RFC 9110, 15.5.22: what 426 must say besides.
void judgeRefusal(const Head &response, Judgement &judgement)
{
    constexpr int upgradeRequired = 426;
    if (response.status != upgradeRequired)
        return;
    if (!response.hasToken("Upgrade", "websocket"))
        judgement.addUpgradeMissing(QStringLiteral("contain"));
    if (response.list("Sec-WebSocket-Version").isEmpty())
        judgement.add(Violation::VersionsNotNamed);
}

} // namespace

Findings judgeHead(const HeadParser &parser)
{
    switch (parser.status()) {
    case HeadStatus::NeedMore:
    case HeadStatus::Complete:
        return {};
    case HeadStatus::Malformed:
        return {{Violation::HeadMalformed, parser.problemOffset(), parser.problem()}};
    case HeadStatus::TooLarge:
        return {{Violation::HeadTooLarge, parser.problemOffset(), parser.problem()}};
    }
    return {};
}

Findings judgeRequest(const Head &request)
{
    Judgement judgement(request);
    if (request.method != "GET")
        judgement.add(Violation::MethodNotGet, {}, QStringLiteral("the method is '%1'").arg(text(request.method)));
    judgeTarget(request, judgement);
    judgement.judgeVersionOfHttp();
    judgeHost(request, judgement);
    if (!request.hasToken("Upgrade", "websocket"))
        judgement.addUpgradeMissing(QStringLiteral("contain"));
    judgement.judgeConnection();
    judgeKey(request, judgement);
    judgeVersion(request, judgement);
    judgeOrigin(request, judgement);
    judgeOfferedSubprotocols(request, judgement);
    judgeGrammar(extensionsOf(request), judgement);
    judgement.judgeLines();
    return judgement.take();
}

Findings judgeResponse(const Head &request, const Head &response)
{
    Judgement judgement(response);
    judgement.judgeVersionOfHttp();
    if (response.status != 101) {
        // Another status means that HTTP goes on: the rules for the switch do not apply (RFC 6455, 4.1, "1.").
        judgement.add(Violation::StatusNot101, {},
                      QStringLiteral("the status is %1 %2").arg(response.status).arg(text(response.reason)).trimmed());
        judgeRefusal(response, judgement);
        judgement.judgeLines();
        return judgement.take();
    }
    const QList<QByteArray> upgrades = response.list("Upgrade");
    const auto isWebSocket = [](const QByteArray &value) { return sameName(value, "websocket"); };
    if (upgrades.isEmpty() || !std::ranges::all_of(upgrades, isWebSocket))
        judgement.addUpgradeMissing(QStringLiteral("be"));
    judgement.judgeConnection();
    judgeAccept(request, response, judgement);
    judgeSubprotocol(request, response, judgement);
    judgeExtensions(request, response, judgement);
    judgement.judgeLines();
    return judgement.take();
}

} // namespace wsw::wire
