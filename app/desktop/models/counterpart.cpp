#include "models/counterpart.h"

#include "capture/document.h"

#include <QCoreApplication>

#include <algorithm>
#include <deque>
#include <functional>

namespace wsw::desktop {

namespace {

using capture::Record;
using capture::RecordView;
using wire::Opcode;
using wire::RecordFlag;
using wire::RecordKind;

/// Records looked through at a time, and in all: a stream without an end must not hold a worker for ever.
constexpr quint64 windowRecords = 4096;
constexpr quint64 reachRecords = 1024 * 1024;
/// So far back a host's echo is looked for: it sends back at once.
constexpr quint64 echoRecords = 64 * 1024;

enum class Way : quint8 { Forth, Back };

using Test = std::function<bool(const RecordView &view)>;

/// The first record on @p way from @p from that passes @p test.
Result<RecordId> find(const capture::Document &document, RecordId from, Way way, const Test &test, const std::atomic_bool &cancelled)
{
    RecordId found;
    const auto visit = [&](const RecordView &view) {
        if (view.header.integrity == capture::Integrity::Intact && test(view))
            found = view.header.id;
        // Back, the last one of a window is the nearest.
        return !cancelled && (way == Way::Back || !found.isValid());
    };
    const quint64 at = from.value();
    const quint64 last = std::min(document.received(), at + reachRecords);
    const quint64 first = at > reachRecords ? at - reachRecords : 1;
    for (quint64 done = 0; !found.isValid() && !cancelled; done += windowRecords) {
        const quint64 begin = way == Way::Forth ? at + 1 + done : (at > first + done + windowRecords ? at - done - windowRecords : first);
        const quint64 end = way == Way::Forth ? std::min(begin + windowRecords - 1, last) : at - 1 - std::min(done, at - 1);
        const bool isOver = begin > end || end == 0;
        if (isOver)
            break;
        const auto scanned = document.scan(RecordId(begin), RecordId(end), visit);
        // What is damaged is passed over; it is told of by itself.
        if (!scanned && scanned.error().kind != ErrorKind::Damaged)
            return scanned.error();
        if (way == Way::Forth ? end == last : begin == first)
            break;
    }
    return cancelled ? RecordId() : found;
}

bool isFrame(const capture::RecordHeader &header, Opcode opcode)
{
    return header.kind == RecordKind::Frame && header.frame.opcode == opcode;
}

/// Of the same connection, the other way.
bool isAcross(const capture::RecordHeader &header, const capture::RecordHeader &from)
{
    return header.connection == from.connection && header.direction != from.direction;
}

Test head(const Record &record, RecordKind kind)
{
    return [header = record.header, kind](const RecordView &view) { return view.header.kind == kind && isAcross(view.header, header); };
}

/// A Pong that has been timed belongs to the Ping from which its time counts.
bool isTimedFrom(const capture::RecordHeader &pong, const capture::RecordHeader &ping)
{
    return !pong.flags.testFlag(RecordFlag::PingReply) || ping.time == pong.time - pong.rttNs;
}

/// A Ping or Pong with the same payload.
Test tag(const Record &record, Opcode opcode)
{
    return [record, opcode](const RecordView &view) {
        const bool isOther = isFrame(view.header, opcode) && isAcross(view.header, record.header) && view.payload == QByteArrayView(record.payload);
        return isOther && (opcode == Opcode::Pong ? isTimedFrom(view.header, record.header) : isTimedFrom(record.header, view.header));
    };
}

bool beginsMessage(const capture::RecordHeader &header)
{
    return isFrame(header, Opcode::Text) || isFrame(header, Opcode::Binary);
}

/// The first byte of what a reply replies to crossed then.
MonotonicNs askedAt(const capture::RecordHeader &reply)
{
    return reply.time - reply.rttNs;
}

/// Messages that are written at once have one time, and replies come in their order: how many such stand before @p record among those close
/// to it.
Result<qsizetype> placeAmong(const capture::Document &document, RecordId record, const Test &isSuch)
{
    qsizetype place = 0;
    const quint64 at = record.value();
    if (at == 1)
        return place;
    const auto scanned = document.scan(RecordId(at > windowRecords ? at - windowRecords : 1), RecordId(at - 1), [&](const RecordView &view) {
        place += view.header.integrity == capture::Integrity::Intact && isSuch(view) ? 1 : 0;
        return true;
    });
    if (!scanned && scanned.error().kind != ErrorKind::Damaged)
        return scanned.error();
    return place;
}

Result<RecordId> findReply(const capture::Document &document, const capture::RecordHeader &header, const std::atomic_bool &cancelled)
{
    const auto place = placeAmong(document, header.id, [&header](const RecordView &view) {
        return beginsMessage(view.header) && view.header.connection == header.connection && view.header.direction == header.direction
               && view.header.firstByteTime == header.firstByteTime;
    });
    if (!place)
        return place.error();
    return find(document, header.id, Way::Forth, [header, left = *place](const RecordView &view) mutable {
        const bool isReply = view.header.flags.testFlag(RecordFlag::EchoReply) && isAcross(view.header, header) && askedAt(view.header) == header.firstByteTime;
        return isReply && left-- == 0;
    }, cancelled);
}

Result<RecordId> findOriginal(const capture::Document &document, const capture::RecordHeader &header, const std::atomic_bool &cancelled)
{
    const auto place = placeAmong(document, header.id, [&header](const RecordView &view) {
        return view.header.flags.testFlag(RecordFlag::EchoReply) && view.header.connection == header.connection && view.header.direction == header.direction
               && askedAt(view.header) == askedAt(header);
    });
    if (!place)
        return place.error();
    const auto isOriginal = [header](const RecordView &view) {
        return beginsMessage(view.header) && isAcross(view.header, header) && view.header.firstByteTime == askedAt(header);
    };
    const auto last = find(document, header.id, Way::Back, isOriginal, cancelled);
    if (!last || !last->isValid())
        return last;
    // The nearest is the last of those that were written at once; the reply's place among the replies says which is meant.
    const auto before = placeAmong(document, *last, isOriginal);
    if (!before)
        return before.error();
    if (*before <= *place)
        return last;
    const RecordId begin(last->value() > windowRecords ? last->value() - windowRecords - 1 : 0);
    return find(document, begin, Way::Forth, [isOriginal, left = *place](const RecordView &view) mutable { return isOriginal(view) && left-- == 0; }, cancelled);
}

/// This program is the server of the connection: what comes is masked, what goes is not.
bool isHosted(const capture::RecordHeader &header)
{
    return header.frame.masked == (header.direction == Direction::Received);
}

/// A message in one frame that says the same on the same connection, whichever way.
bool isSameMessage(const RecordView &view, const Record &record)
{
    constexpr auto meant = capture::PayloadForm::Meant;
    const capture::RecordHeader &header = view.header;
    if (!isFrame(header, record.header.frame.opcode) || header.connection != record.header.connection || !header.frame.fin || header.stored(meant) != record.header.stored(meant))
        return false;
    // Of what is long only the beginning is there.
    const QByteArrayView here = view.bytes(meant);
    const QByteArrayView there = record.bytes(meant);
    const qsizetype known = std::min(here.size(), there.size());
    return here.first(known) == there.first(known);
}

/// The message of a host's that sends @p record back, or that which @p record sends back: of messages that say the same, the first one that comes
/// is the first one to be sent back.
Result<RecordId> findEcho(const capture::Document &document, const Record &record, const std::atomic_bool &cancelled)
{
    const quint64 at = record.header.id.value();
    const quint64 first = at > echoRecords ? at - echoRecords : 1;
    const bool isAsked = record.header.direction == Direction::Received;
    std::deque<RecordId> waiting;
    RecordId found;
    const auto visit = [&](const RecordView &view) {
        if (view.header.integrity != capture::Integrity::Intact || !isSameMessage(view, record))
            return !cancelled;
        const RecordId id = view.header.id;
        if (view.header.direction == Direction::Received) {
            waiting.push_back(id);
            return !cancelled;
        }
        const RecordId asked = waiting.empty() ? RecordId() : waiting.front();
        if (!waiting.empty())
            waiting.pop_front();
        const bool isIt = isAsked ? asked == record.header.id : id == record.header.id;
        if (isIt)
            found = isAsked ? id : asked;
        return !isIt && !cancelled;
    };
    const quint64 last = isAsked ? std::min(document.received(), at + reachRecords) : at;
    const auto scanned = document.scan(RecordId(first), RecordId(last), visit);
    if (!scanned && scanned.error().kind != ErrorKind::Damaged)
        return scanned.error();
    return cancelled ? RecordId() : found;
}

} // namespace

std::optional<Counterpart> counterpartOf(const Record &record)
{
    const capture::RecordHeader &header = record.header;
    if (header.integrity == capture::Integrity::Lost)
        return std::nullopt;
    if (header.kind == RecordKind::RequestHead)
        return Counterpart::Answer;
    if (header.kind == RecordKind::ResponseHead)
        return Counterpart::Question;
    if (header.kind != RecordKind::Frame)
        return std::nullopt;
    switch (header.frame.opcode) {
    case Opcode::Ping: return Counterpart::Pong;
    case Opcode::Pong: return Counterpart::Ping;
    case Opcode::Close: return Counterpart::OtherClose;
    case Opcode::Continuation:
        return header.flags.testFlag(RecordFlag::EchoReply) ? Counterpart::Original : Counterpart::Beginning;
    case Opcode::Text:
    case Opcode::Binary:
        if (header.flags.testFlag(RecordFlag::EchoReply))
            return Counterpart::Original;
        if (isHosted(header) && header.frame.fin)
            return header.direction == Direction::Received ? Counterpart::Echo : Counterpart::Echoed;
        return header.direction == Direction::Sent ? std::optional(Counterpart::Reply) : std::nullopt;
    }
    return std::nullopt; // reserved opcodes
}

QString goToText(Counterpart counterpart)
{
    const char *text = nullptr;
    switch (counterpart) {
    case Counterpart::Answer: text = QT_TRANSLATE_NOOP("Counterpart", "Go to its answer"); break;
    case Counterpart::Question: text = QT_TRANSLATE_NOOP("Counterpart", "Go to its request"); break;
    case Counterpart::Pong: text = QT_TRANSLATE_NOOP("Counterpart", "Go to its Pong"); break;
    case Counterpart::Ping: text = QT_TRANSLATE_NOOP("Counterpart", "Go to its Ping"); break;
    case Counterpart::OtherClose: text = QT_TRANSLATE_NOOP("Counterpart", "Go to the other Close"); break;
    case Counterpart::Reply: text = QT_TRANSLATE_NOOP("Counterpart", "Go to its reply"); break;
    case Counterpart::Original: text = QT_TRANSLATE_NOOP("Counterpart", "Go to what it replies to"); break;
    case Counterpart::Echo: text = QT_TRANSLATE_NOOP("Counterpart", "Go to its echo"); break;
    case Counterpart::Echoed: text = QT_TRANSLATE_NOOP("Counterpart", "Go to what it echoes"); break;
    case Counterpart::Beginning: text = QT_TRANSLATE_NOOP("Counterpart", "Go to the beginning of its message"); break;
    }
    return QCoreApplication::translate("Counterpart", text);
}

Result<RecordId> findCounterpart(const capture::Document &document, const Record &record, const std::atomic_bool &cancelled)
{
    const auto counterpart = counterpartOf(record);
    if (!counterpart)
        return RecordId();
    const RecordId at = record.header.id;
    const auto look = [&](Way way, const Test &test) { return find(document, at, way, test, cancelled); };
    switch (*counterpart) {
    case Counterpart::Answer: return look(Way::Forth, head(record, RecordKind::ResponseHead));
    case Counterpart::Question: return look(Way::Back, head(record, RecordKind::RequestHead));
    case Counterpart::Pong: return look(Way::Forth, tag(record, Opcode::Pong));
    case Counterpart::Ping: return look(Way::Back, tag(record, Opcode::Ping));
    case Counterpart::OtherClose: {
        const Test other = [header = record.header](const RecordView &view) { return isFrame(view.header, Opcode::Close) && isAcross(view.header, header); };
        const auto behind = look(Way::Forth, other);
        return !behind || behind->isValid() ? behind : look(Way::Back, other);
    }
    case Counterpart::Reply: return findReply(document, record.header, cancelled);
    case Counterpart::Original: return findOriginal(document, record.header, cancelled);
    case Counterpart::Echo:
    case Counterpart::Echoed: return findEcho(document, record, cancelled);
    case Counterpart::Beginning:
        return look(Way::Back, [header = record.header](const RecordView &view) {
            return beginsMessage(view.header) && view.header.connection == header.connection && view.header.direction == header.direction
                   && view.header.message == header.message;
        });
    }
    Q_UNREACHABLE();
}

} // namespace wsw::desktop
