#include "demostory.h"

#include "arguments.h"
#include "capture/document.h"
#include "console.h"
#include "lesson/explain.h"
#include "exchange/jsonfields.h"
#include "exchange/records.h"
#include "recordtext.h"
#include "stats/durationtext.h"
#include "wire/head.h"

#include <QHash>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

/// Where a record stands in its stream: the same for the end that wrote it and the end that read it.
struct Place
{
    Role writer = Role::Client;
    bool head = false;
    quint64 offset = 0;
    friend bool operator==(const Place &, const Place &) = default;
    friend size_t qHash(const Place &place, size_t seed = 0) noexcept
    {
        return qHashMulti(seed, static_cast<int>(place.writer), place.head, place.offset);
    }
};

/// The judgement continues this: "Right: it holds the word Upgrade."
QString verdictWord(lesson::Verdict verdict)
{
    switch (verdict) {
    case lesson::Verdict::Info: return {};
    case lesson::Verdict::Right: return u"Right: "_s;
    case lesson::Verdict::Unusual: return u"Unusual: "_s;
    case lesson::Verdict::Wrong: return u"Wrong: "_s;
    }
    Q_UNREACHABLE();
}

class Story final
{
public:
    explicit Story(const capture::Document &document);
    [[nodiscard]] Result<> tell();

private:
    void tellRecord(const capture::Record &record);
    void tellArrival(const capture::Record &record, Role writer);
    void tellHead(const capture::Record &record);
    void explain(const lesson::Explanation &explanation, int indent) const;

    const capture::Document &m_document;
    QHash<ConnectionId, Role> m_roles;
    QHash<Place, capture::RecordHeader> m_sent;
    std::optional<wire::Head> m_request;
    std::optional<MonotonicNs> m_start;
};

Story::Story(const capture::Document &document)
    : m_document(document)
{
    for (const capture::ConnectionInfo &info : document.connections())
        m_roles.insert(info.id, info.localRole);
}

Result<> Story::tell()
{
    console::line(u"One conversation, as it crossed the network. Each line is shown where it was written, explained, and once "
                   "more, indented,\nwhere it arrived."_s);
    return exchange::forEachRecord(m_document, [this](const capture::Record &record) {
        tellRecord(record);
        return true;
    });
}

void Story::tellRecord(const capture::Record &record)
{
    const capture::RecordHeader &header = record.header;
    const Role local = m_roles.value(header.connection, Role::Client);
    const Role writer = header.direction == Direction::Sent ? local : other(local);
    if (!m_start)
        m_start = header.time;
    if (header.direction == Direction::Received) {
        tellArrival(record, writer);
        return;
    }
    const bool head = header.kind != wire::RecordKind::Frame;
    m_sent.insert({writer, head, header.frame.wireOffset}, header);
    const QString way = writer == Role::Client ? u"client -> server"_s : u"server -> client"_s;
    console::line(u"\n%1  %2  %3  %4"_s.arg(header.id.value(), 3)
                      .arg(u"+%1 ms"_s.arg(static_cast<double>(header.time - *m_start) / nsPerMs, 0, 'f', 3), 11)
                      .arg(way, recordSummary(header, record.bytes(capture::PayloadForm::Meant))));
    if (header.kind == wire::RecordKind::Frame)
        explain(lesson::explainFrame(record, {.sender = writer}), 5);
    else if (header.kind == wire::RecordKind::RequestHead || header.kind == wire::RecordKind::ResponseHead)
        tellHead(record);
    else if (header.kind == wire::RecordKind::End)
        explain(lesson::explainEnd(record), 5);
}

void Story::tellArrival(const capture::Record &record, Role writer)
{
    const capture::RecordHeader &header = record.header;
    const QString reader = writer == Role::Client ? u"server"_s : u"client"_s;
    QString text = u"%1      %2 has it"_s.arg(header.id.value(), 3).arg(reader);
    if (header.kind == wire::RecordKind::End)
        text = u"%1      %2 sees the end: %3"_s.arg(header.id.value(), 3).arg(reader, QString::fromUtf8(record.payload));
    const auto sent = m_sent.constFind({writer, header.kind != wire::RecordKind::Frame, header.frame.wireOffset});
    if (header.kind != wire::RecordKind::End && sent != m_sent.constEnd())
        text += u", after %1"_s.arg(stats::durationText(header.time - sent->time));
    if (header.rttNs != 0) {
        const bool ping = header.flags.testFlag(wire::RecordFlag::PingReply);
        text += u"; %1 round trip %2"_s.arg(ping ? u"ping"_s : u"echo"_s, stats::durationText(header.rttNs));
    }
    console::line(text);
}

void Story::tellHead(const capture::Record &record)
{
    const bool request = record.header.kind == wire::RecordKind::RequestHead;
    wire::HeadParser parser(request ? wire::Head::Kind::Request : wire::Head::Kind::Response);
    parser.feed(record.payload);
    if (parser.status() != wire::HeadStatus::Complete)
        return;
    const wire::Head &head = parser.head();
    const wire::Head *answered = request || !m_request ? nullptr : &*m_request;
    const qsizetype firstEnd = record.payload.indexOf('\n');
    console::line(u"     "_s + QString::fromUtf8(record.payload.left(firstEnd).trimmed()));
    explain(lesson::explainHeadLine(head, -1, answered), 9);
    for (qsizetype i = 0; i < head.fields.size(); ++i) {
        const wire::HeaderField &field = head.fields.at(i);
        console::line(u"     %1: %2"_s.arg(QString::fromUtf8(field.name), QString::fromUtf8(field.value)));
        explain(lesson::explainHeadLine(head, i, answered), 9);
    }
    if (request)
        m_request = head;
}

void Story::explain(const lesson::Explanation &explanation, int indent) const
{
    QString text = explanation.title + u". "_s + explanation.text;
    if (!explanation.judgement.isEmpty())
        text += u' ' + verdictWord(explanation.verdict) + explanation.judgement;
    if (!explanation.reference.isEmpty())
        text += u" (%1)"_s.arg(explanation.reference);
    console::line(wrapped(text, indent, 100).chopped(1));
}

} // namespace

Result<> tellStory(const capture::Document &document)
{
    return Story(document).tell();
}

Result<> printRecords(const capture::Document &document)
{
    const ClockAnchor clock = document.clock();
    return exchange::forEachRecord(document, [&clock](const capture::Record &record) {
        return console::line(exchange::recordToJson(record, clock));
    });
}

} // namespace wsw::cli
