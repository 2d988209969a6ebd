#include "models/handshake.h"

#include "capture/document.h"
#include "lesson/acceptsteps.h"
#include "lesson/extensionparts.h"
#include "models/connectionfacts.h"
#include "wire/handshake.h"

#include <QCoreApplication>

#include <algorithm>

namespace wsw::desktop {

namespace {

using Kind = HandshakeRow::Kind;
using lesson::Verdict;
using wire::Head;

QString translated(const char *text)
{
    return QCoreApplication::translate("Handshake", text);
}

/// Reads a stored head; the sentence is empty where it could be read.
std::optional<Head> readHead(QByteArrayView bytes, Head::Kind kind, QString &problem)
{
    wire::HeadParser parser(kind);
    parser.feed(bytes);
    if (parser.status() == wire::HeadStatus::Complete) {
        problem.clear();
        return parser.head();
    }
    problem = parser.problem().isEmpty() ? translated("The head ended before its empty line.") : parser.problem();
    return std::nullopt;
}

QString firstLine(const Head &head)
{
    return QString::fromUtf8(head.raw.left(head.raw.indexOf('\n')).trimmed());
}

/// Index of the field in which @p offset lies; -1 for the first line.
qsizetype fieldAt(const Head &head, qint64 offset)
{
    for (qsizetype i = 0; i < head.fields.size(); ++i) {
        const wire::HeaderField &field = head.fields.at(i);
        if (offset >= field.offset && offset < field.offset + field.length)
            return i;
    }
    return -1;
}

/// Extensions and their parameters stand in one line, but each means something of its own.
void addParts(QList<HandshakeRow> &rows, const Head &head, qsizetype field, const Head *request)
{
    const QList<lesson::ExtensionPart> parts = lesson::explainExtensions(head, field, request);
    if (parts.size() < 2)
        return;
    for (const lesson::ExtensionPart &part : parts) {
        const QString name = QLatin1String(part.isParameter ? "    " : "  ") + part.name;
        rows.append({Kind::Part, name, part.value, part.explanation.verdict, part.explanation});
    }
}

/// Writes the rows of one head, each finding below its line.
void addHead(QList<HandshakeRow> &rows, const Head &head, const Head *request, const wire::Findings &findings)
{
    for (qsizetype i = -1; i < head.fields.size(); ++i) {
        HandshakeRow row;
        row.kind = Kind::Line;
        row.explanation = lesson::explainHeadLine(head, i, request);
        for (const wire::Finding &finding : findings) {
            if (fieldAt(head, finding.offset) == i)
                row.explanation = lesson::withFinding(row.explanation, finding);
        }
        row.verdict = row.explanation.verdict;
        row.name = i < 0 ? firstLine(head) : QString::fromUtf8(head.fields.at(i).name);
        row.value = i < 0 ? QString() : QString::fromUtf8(head.fields.at(i).value);
        rows.append(row);
        for (const wire::Finding &finding : findings) {
            if (fieldAt(head, finding.offset) != i)
                continue;
            const lesson::Explanation broken = lesson::explainViolation(finding.violation, finding.note);
            rows.append({Kind::Finding, broken.title, finding.note.isEmpty() ? broken.judgement : finding.note, broken.verdict, broken});
        }
        if (i >= 0 && head.fields.at(i).name.compare("Sec-WebSocket-Extensions", Qt::CaseInsensitive) == 0)
            addParts(rows, head, i, request);
    }
}

void addSection(QList<HandshakeRow> &rows, const QString &title)
{
    rows.append({Kind::Section, title, {}, Verdict::Info, {}});
}

void addProblem(QList<HandshakeRow> &rows, const QString &problem)
{
    const lesson::Explanation broken = lesson::explainViolation(wire::Violation::HeadMalformed, problem);
    rows.append({Kind::Finding, broken.title, problem, broken.verdict, broken});
}

/// The computation that a server does with the client's key, and whether its result is what the server sent.
void addAcceptSteps(QList<HandshakeRow> &rows, const Head &request, const Head *response)
{
    const auto key = request.value("Sec-WebSocket-Key");
    if (!key)
        return;
    const lesson::AcceptSteps steps = lesson::acceptSteps(*key);
    addSection(rows, translated("Accept value, step by step"));
    const auto step = [&rows](const QString &name, const QByteArray &value) {
        rows.append({Kind::Step, name, QString::fromUtf8(value), Verdict::Info, {}});
    };
    step(translated("client's key"), steps.key);
    step(translated("+ fixed text"), steps.guid);
    step(translated("SHA-1 of both"), steps.digest.toHex(' '));
    step(translated("in base64"), steps.accept);
    if (!response)
        return;
    const auto sent = response->value("Sec-WebSocket-Accept");
    HandshakeRow result{Kind::Step, translated("server sent"), {}, Verdict::Info, {}};
    if (!sent) {
        result.value = translated("no Sec-WebSocket-Accept");
        result.verdict = response->status == 101 ? Verdict::Wrong : Verdict::Info;
    } else {
        const bool equal = *sent == steps.accept;
        result.value = QString::fromUtf8(*sent) + QLatin1String("   ") + (equal ? translated("equal") : translated("not equal"));
        result.verdict = equal ? Verdict::Right : Verdict::Wrong;
    }
    for (qsizetype i = 0; i < response->fields.size(); ++i) {
        if (response->fields.at(i).name.compare("Sec-WebSocket-Accept", Qt::CaseInsensitive) == 0)
            result.explanation = lesson::explainHeadLine(*response, i, &request);
    }
    rows.append(result);
}

/// What both heads have agreed on about compression, in words.
void addCompression(QList<HandshakeRow> &rows, const Head *request, const Head &response)
{
    const bool offered = request && request->value("Sec-WebSocket-Extensions").value_or(QByteArray()).contains(wire::deflateName);
    const auto agreed = lesson::agreedDeflate(request, response);
    if (!offered && !agreed)
        return;
    addSection(rows, translated("Compression (permessage-deflate)"));
    const auto fact = [&rows](const QString &name, const QString &value) { rows.append({Kind::Fact, name, value, Verdict::Info, {}}); };
    if (!agreed) {
        fact(translated("offered"), translated("the server did not agree, so messages go as they are"));
        return;
    }
    fact(translated("server's messages"), lesson::contextWords(agreed->server.contextTakeover));
    fact(translated("server looks back"), lesson::windowWords(agreed->server.windowBits));
    fact(translated("client's messages"), lesson::contextWords(agreed->client.contextTakeover));
    fact(translated("client looks back"), lesson::windowWords(agreed->client.windowBits));
}

void addFacts(QList<HandshakeRow> &rows, const QString &title, const QList<ConnectionFact> &facts)
{
    if (facts.isEmpty())
        return;
    addSection(rows, title);
    for (const ConnectionFact &fact : facts)
        rows.append({Kind::Fact, fact.name, fact.value, fact.verdict, {}});
}

/// "100 Continue", "103 Early Hints": the answer itself is still to come (RFC 9110, 15.2).
bool isInterim(QByteArrayView head)
{
    const QByteArrayView status = head.sliced(std::min<qsizetype>(head.indexOf(' ') + 1, head.size()));
    return status.startsWith('1') && !status.startsWith("101");
}

} // namespace

Result<Handshake> loadHandshake(const capture::Document &document, ConnectionId connection, RecordId last, const std::function<bool()> &isCancelled)
{
    Handshake result;
    const auto done = document.scan(RecordId(1), last, [&](const capture::RecordView &view) {
        if (view.header.connection != connection)
            return !isCancelled();
        if (view.header.kind == wire::RecordKind::RequestHead && !result.request)
            result.request = readHead(view.payload, Head::Kind::Request, result.requestProblem);
        else if (view.header.kind == wire::RecordKind::ResponseHead && !result.response && !isInterim(view.payload))
            result.response = readHead(view.payload, Head::Kind::Response, result.responseProblem);
        return !result.isComplete() && !isCancelled();
    });
    // What lies in a damaged part is not found; what was found is as good as ever.
    if (!done && done.error().kind != ErrorKind::Damaged)
        return done.error();
    return result;
}

QList<HandshakeRow> handshakeRows(const Handshake &handshake, const std::optional<capture::ConnectionInfo> &connection)
{
    QList<HandshakeRow> rows;
    const Head *request = handshake.request ? &*handshake.request : nullptr;
    const Head *response = handshake.response ? &*handshake.response : nullptr;
    if (request || !handshake.requestProblem.isEmpty())
        addSection(rows, translated("Client's request"));
    if (request)
        addHead(rows, *request, nullptr, wire::judgeRequest(*request));
    else if (!handshake.requestProblem.isEmpty())
        addProblem(rows, handshake.requestProblem);

    if (response || !handshake.responseProblem.isEmpty())
        addSection(rows, translated("Server's answer"));
    if (response)
        addHead(rows, *response, request, request ? wire::judgeResponse(*request, *response) : wire::Findings());
    else if (!handshake.responseProblem.isEmpty())
        addProblem(rows, handshake.responseProblem);

    if (response)
        addCompression(rows, request, *response);
    if (request)
        addAcceptSteps(rows, *request, response);
    if (connection) {
        addFacts(rows, translated("Encryption (TLS)"), tlsFacts(*connection));
        addFacts(rows, translated("Time to connect"), phaseFacts(*connection));
        addFacts(rows, translated("Connection"), addressFacts(*connection));
    }
    return rows;
}

} // namespace wsw::desktop
