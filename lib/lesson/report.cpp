#include "lesson/report.h"

#include "capture/document.h"
#include "lesson/extensionparts.h"
#include "lesson/framefindings.h"

#include <QHash>

#include <memory>

namespace wsw::lesson {

namespace {

exchange::ReportNote noteOf(const Explanation &explanation)
{
    const QString verdict = verdictName(explanation.verdict);
    return {explanation.title, explanation.text,
            explanation.judgement.isEmpty() || verdict.isEmpty() ? explanation.judgement : verdict + QStringLiteral(": ") + explanation.judgement,
            explanation.reference, explanation.verdict == Verdict::Unusual, explanation.verdict == Verdict::Wrong};
}

/// Explains heads line by line; keeps the request of each connection, since answers are judged against it.
class HeadNotes final
{
public:
    void addTo(QList<exchange::ReportNote> &notes, const capture::Record &record)
    {
        const bool isRequest = record.header.kind == wire::RecordKind::RequestHead;
        wire::HeadParser parser(isRequest ? wire::Head::Kind::Request : wire::Head::Kind::Response);
        parser.feed(record.payload);
        if (parser.status() != wire::HeadStatus::Complete)
            return;
        const wire::Head &head = parser.head();
        if (isRequest)
            m_requests.insert(record.header.connection, head);
        const auto request = isRequest ? m_requests.cend() : m_requests.constFind(record.header.connection);
        for (qsizetype line = 0; line < head.fields.size(); ++line)
            notes += noteOf(explainHeadLine(head, line, request == m_requests.cend() ? nullptr : &*request));
    }

private:
    QHash<ConnectionId, wire::Head> m_requests;
};

} // namespace

FrameContext contextOf(const capture::RecordHeader &record, const std::optional<capture::ConnectionInfo> &connection)
{
    FrameContext context;
    const Role local = connection ? connection->localRole : Role::Client;
    context.sender = record.direction == Direction::Sent ? local : other(local);
    const auto deflate = connection ? agreedDeflate(connection->extensions) : std::nullopt;
    context.deflateAgreed = deflate.has_value() || record.isCompressed();
    context.deflate = deflate ? std::optional(deflate->of(context.sender)) : std::nullopt;
    return context;
}

exchange::Explain reportNotes(const capture::Document &document)
{
    return [&document, heads = std::make_shared<HeadNotes>()](const capture::Record &record) {
        const FrameContext context = contextOf(record.header, document.connection(record.header.connection));
        QList<exchange::ReportNote> notes{noteOf(explainFrame(record, context))};
        if (record.header.kind == wire::RecordKind::RequestHead || record.header.kind == wire::RecordKind::ResponseHead)
            heads->addTo(notes, record);
        for (const wire::Finding &finding : frameFindings(record, context))
            notes += noteOf(explainViolation(finding.violation, finding.note));
        return notes;
    };
}

} // namespace wsw::lesson
