#include "models/rowfacts.h"

#include "capture/wholerecord.h"
#include "models/colorrule.h"

#include <algorithm>
#include <utility>

namespace wsw::desktop {

namespace {

/// Of each sort; a few screenfuls.
constexpr int kept = 1024;
/// Asked for and not yet looked for; whoever scrolls by does not wait for what has gone out of view.
constexpr qsizetype mostWanted = 256;

/// The last mostWanted of @p wanted, which is empty then.
template<class Wanted>
QList<Wanted> takeLatest(QList<Wanted> &wanted)
{
    QList<Wanted> taken = std::exchange(wanted, {});
    taken.remove(0, std::max<qsizetype>(0, taken.size() - mostWanted));
    return taken;
}

} // namespace

struct RowFacts::Job
{
    std::shared_ptr<const capture::Document> document;
    QList<MessageSummary> messages;
    QList<capture::RecordHeader> headers;
    QList<KindBefore> before;       ///< of headers; shorter where it was broken off
    QList<RecordId> records;
    QList<capture::Filter> rules;
    QList<qsizetype> judged;        ///< of records, by rules; likewise
    /// By which rule @p record is coloured; nothing where it cannot be read just now.
    [[nodiscard]] std::optional<qsizetype> judge(RecordId record) const;
    std::atomic_bool cancelled = false;
};

std::optional<qsizetype> RowFacts::Job::judge(RecordId record) const
{
    qsizetype rule = -1;
    bool isCutOff = false;
    const auto done = document->scan(record, record, [&](const capture::RecordView &view) {
        const capture::WholeRecord whole(*document, view, capture::WholeRecord::For::Payload);
        isCutOff = whole.isCutOff();
        rule = ColorRules::firstMatch(rules, whole.view());
        return true;
    });
    return isCutOff || (!done && done.error().kind != ErrorKind::Damaged) ? std::nullopt : std::optional(rule);
}

RowFacts::RowFacts(QObject *parent) : QObject(parent), m_messages(kept), m_before(kept), m_judged(kept)
{
    m_pool.setMaxThreadCount(1);
}

RowFacts::~RowFacts()
{
    if (m_job)
        m_job->cancelled = true;
    m_pool.waitForDone();
}

void RowFacts::setDocument(std::shared_ptr<const capture::Document> document)
{
    m_document = std::move(document);
    forget();
}

void RowFacts::setRules(const QList<capture::Filter> &rules)
{
    m_rules = rules;
    forget();
}

void RowFacts::forget()
{
    if (m_job)
        m_job->cancelled = true;
    m_job.reset();
    m_messages.clear();
    m_before.clear();
    m_judged.clear();
    m_wantedMessages.clear();
    m_wantedBefore.clear();
    m_wantedRules.clear();
}

const MessageSummary *RowFacts::message(RecordId first)
{
    const MessageSummary *known = m_messages.object(first.value());
    if (known != nullptr && known->isUpToDate(m_document->received()))
        return known;
    const auto isIt = [first](const MessageSummary &each) { return (each.frames == 0 ? each.upTo : each.whole.header.id) == first; };
    if (std::none_of(m_wantedMessages.cbegin(), m_wantedMessages.cend(), isIt)) {
        MessageSummary wanted;
        wanted.upTo = first;
        wanted.rules = m_rules;
        m_wantedMessages.append(known != nullptr ? *known : wanted);
        begin();
    }
    return known;
}

std::optional<KindBefore> RowFacts::kindBefore(const capture::RecordHeader &header)
{
    if (const KindBefore *known = m_before.object(header.id.value()))
        return *known;
    if (const auto near = peekKindBefore(*m_document, header)) {
        m_before.insert(header.id.value(), new KindBefore(*near));
        return near;
    }
    const auto isIt = [&header](const capture::RecordHeader &each) { return each.id == header.id; };
    if (std::none_of(m_wantedBefore.cbegin(), m_wantedBefore.cend(), isIt)) {
        m_wantedBefore.append(header);
        begin();
    }
    return std::nullopt;
}

std::optional<qsizetype> RowFacts::rule(RecordId record)
{
    if (const qsizetype *known = m_judged.object(record.value()))
        return *known;
    if (!m_wantedRules.contains(record)) {
        m_wantedRules.append(record);
        begin();
    }
    return std::nullopt;
}

void RowFacts::begin()
{
    if (m_job || std::exchange(m_begins, true))
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_begins = false;
            if (m_job || !m_document || !isAnyWanted())
                return;
            m_job = std::make_shared<Job>();
            m_job->document = m_document;
            m_job->messages = takeLatest(m_wantedMessages);
            m_job->headers = takeLatest(m_wantedBefore);
            m_job->records = takeLatest(m_wantedRules);
            m_job->rules = m_rules;
            m_pool.start([this, job = m_job]() mutable { work(this, std::move(job)); });
        },
        Qt::QueuedConnection);
}

void RowFacts::work(RowFacts *facts, std::shared_ptr<Job> job)
{
    // What cannot be read just now is asked for again when it is painted again.
    const auto isReadable = [&job](const Result<> &done) { return done && !job->cancelled; };
    for (qsizetype i = 0; i < job->messages.size(); ++i) {
        if (!isReadable(extend(job->messages[i], *job->document, job->cancelled)))
            job->messages.resize(i);
    }
    for (const capture::RecordHeader &header : std::as_const(job->headers)) {
        const auto before = findKindBefore(*job->document, header, job->cancelled);
        if (!before || job->cancelled)
            break;
        job->before.append(*before);
    }
    for (const RecordId record : std::as_const(job->records)) {
        const auto rule = job->judge(record);
        if (!rule || job->cancelled)
            break;
        job->judged.append(*rule);
    }
    // Handed over, not copied: if this is the last hold on the document, it goes in the thread that it lives in.
    QMetaObject::invokeMethod(facts, [facts, whose = std::move(job)] { facts->take(whose); }, Qt::QueuedConnection);
}

void RowFacts::take(const std::shared_ptr<Job> &job)
{
    if (job != m_job)
        return;
    m_job.reset();
    QList<RecordId> records;
    for (const MessageSummary &message : std::as_const(job->messages)) {
        const RecordId first = message.whole.header.id;
        if (!first.isValid())
            continue;
        m_messages.insert(first.value(), new MessageSummary(message));
        records.append(first);
    }
    for (qsizetype i = 0; i < job->before.size(); ++i) {
        m_before.insert(job->headers.at(i).id.value(), new KindBefore(job->before.at(i)));
        records.append(job->headers.at(i).id);
    }
    for (qsizetype i = 0; i < job->judged.size(); ++i) {
        m_judged.insert(job->records.at(i).value(), new qsizetype(job->judged.at(i)));
        records.append(job->records.at(i));
    }
    if (isAnyWanted())
        begin();
    if (!records.isEmpty())
        Q_EMIT found(records);
}

} // namespace wsw::desktop
