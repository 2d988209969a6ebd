#include "models/messagesummary.h"

#include "capture/wholerecord.h"
#include "models/recordtext.h"

#include <QCoreApplication>

#include <algorithm>

namespace wsw::desktop {

namespace {

/// Looked at before others have their turn: some milliseconds.
constexpr quint64 recordsAtATime = 256 * 1024;

void appendBeginning(QByteArray &to, QByteArrayView bytes)
{
    to.append(bytes.first(std::min(bytes.size(), std::max<qsizetype>(0, previewBytes - to.size()))));
}

void color(MessageSummary &summary, const capture::Document &document, const capture::RecordView &view)
{
    if (summary.rules.isEmpty())
        return;
    const bool reads = std::ranges::any_of(std::as_const(summary.rules), &capture::Filter::readsPayload);
    using For = capture::WholeRecord::For;
    const capture::WholeRecord whole(document, view, reads ? For::Payload : For::Header);
    // Only those before the one that fits already.
    const qsizetype end = summary.rule < 0 ? summary.rules.size() : summary.rule;
    const qsizetype rule = ColorRules::firstMatch(summary.rules.first(end), whole.view());
    summary.rule = rule < 0 ? summary.rule : rule;
}

void begin(MessageSummary &summary, const capture::RecordView &view)
{
    summary.whole.header = view.header;
    summary.frames = 1;
    summary.wireBytes = view.header.frame.wireSize();
}

void add(MessageSummary &summary, const capture::RecordHeader &header)
{
    capture::RecordHeader &whole = summary.whole.header;
    whole.frame.length += header.frame.length;
    whole.inflatedLength += header.inflatedLength;
    whole.payloadStored += header.payloadStored;
    whole.inflatedStored += header.inflatedStored;
    whole.flags |= header.flags & (wire::RecordFlag::Crafted | wire::RecordFlag::Truncated | wire::RecordFlag::Edited | wire::RecordFlag::EchoReply);
    if (whole.violation == wire::Violation::None)
        whole.violation = header.violation;
    if (whole.rttNs == 0)
        whole.rttNs = header.rttNs;
    ++summary.frames;
    summary.wireBytes += header.frame.wireSize();
}

/// Takes one record that follows the first frame.
void follow(MessageSummary &summary, const capture::Document &document, const capture::RecordView &view)
{
    const capture::RecordHeader &header = view.header;
    const capture::RecordHeader &whole = summary.whole.header;
    if (header.integrity == capture::Integrity::Lost || header.connection != whole.connection || header.direction != whole.direction)
        return;
    if (header.kind == wire::RecordKind::End)
        summary.isOver = true;
    if (header.kind != wire::RecordKind::Frame || !wire::isData(header.frame.opcode))
        return;
    if (header.frame.opcode != wire::Opcode::Continuation || header.message != whole.message) {
        summary.isOver = true;
        return;
    }
    add(summary, header);
    if (view.note != nullptr)
        addNote(summary.whole.note, *view.note);
    color(summary, document, view);
    appendBeginning(summary.whole.payload, view.payload);
    appendBeginning(summary.whole.inflated, view.inflated);
    summary.isComplete = summary.isOver = header.frame.fin;
}

} // namespace

bool beginsFragments(const capture::RecordHeader &header) noexcept
{
    return header.integrity == capture::Integrity::Intact && header.kind == wire::RecordKind::Frame && !header.frame.fin
           && (header.frame.opcode == wire::Opcode::Text || header.frame.opcode == wire::Opcode::Binary);
}

Result<> extend(MessageSummary &summary, const capture::Document &document, const std::atomic_bool &cancelled)
{
    const RecordId from = summary.frames == 0 ? summary.upTo : RecordId(summary.upTo.value() + 1);
    const auto done = document.scan(from, RecordId(from.value() + recordsAtATime), [&](const capture::RecordView &view) {
        summary.upTo = view.header.id;
        if (summary.frames > 0) {
            follow(summary, document, view);
        } else {
            begin(summary, view);
            if (view.note != nullptr)
                addNote(summary.whole.note, *view.note);
            color(summary, document, view);
            appendBeginning(summary.whole.payload, view.payload);
            appendBeginning(summary.whole.inflated, view.inflated);
            summary.isOver = !beginsFragments(view.header);
        }
        return !summary.isOver && !cancelled;
    });
    // What is damaged has been passed over; it is told of by itself.
    return done || done.error().kind == ErrorKind::Damaged ? Result<>() : done;
}

void addNote(std::optional<QByteArray> &noted, const QByteArray &note)
{
    if (!noted || noted->isEmpty())
        noted = note;
    else if (!note.isEmpty() && noted->size() < noteChars * 4)
        noted->append(" · ").append(note);
}

LogRow formatMessage(const MessageSummary &summary, const ClockAnchor &clock, const std::optional<MonotonicNs> &previous,
                     const std::optional<payload::Saying> &saying)
{
    capture::Record whole = summary.whole;
    whole.header.frame.fin = true; // the name is that of a message, not of its first frame
    LogRow row = formatRow(whole, clock, previous, saying);
    const QString count = groupedNumber(summary.frames);
    const char *text = summary.isOver ? QT_TRANSLATE_NOOP("MessageSummary", "%1 frames") : QT_TRANSLATE_NOOP("MessageSummary", "%1 frames so far");
    const QString frames = summary.frames == 1 ? QCoreApplication::translate("MessageSummary", "1 frame so far")
                                               : QCoreApplication::translate("MessageSummary", text).arg(count);
    row.text[LogRow::Frame] += QStringLiteral(" · ") + (summary.frames == 1 && summary.isOver ? QCoreApplication::translate("MessageSummary", "not ended") : frames);
    row.text[LogRow::Fin] = summary.isComplete ? QStringLiteral("1") : QStringLiteral("0");
    row.text[LogRow::WireLength] = groupedNumber(summary.wireBytes);
    return row;
}

} // namespace wsw::desktop
