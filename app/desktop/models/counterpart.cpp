#include "models/counterpart.h"

#include "capture/document.h"

#include <QCoreApplication>

#include <algorithm>
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

/// A Ping or Pong with the same payload; where the record has been timed, the very one.
Test tag(const Record &record, Opcode opcode)
{
    return [record, opcode](const RecordView &view) {
        const bool isOther = isFrame(view.header, opcode) && isAcross(view.header, record.header) && view.payload == QByteArrayView(record.payload);
        const bool isTimed = record.header.flags.testFlag(RecordFlag::PingReply);
        return isOther && (!isTimed || view.header.time == record.header.time - record.header.rttNs);
    };
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
    case Counterpart::Reply:
        // A reply's round trip begins with the first byte of what it replies to.
        return look(Way::Forth, [header = record.header](const RecordView &view) {
            return view.header.flags.testFlag(RecordFlag::EchoReply) && isAcross(view.header, header)
                   && view.header.time - view.header.rttNs == header.firstByteTime;
        });
    case Counterpart::Original:
        return look(Way::Back, [header = record.header](const RecordView &view) {
            return view.header.kind == RecordKind::Frame && isAcross(view.header, header) && view.header.firstByteTime == header.time - header.rttNs;
        });
    case Counterpart::Beginning:
        return look(Way::Back, [header = record.header](const RecordView &view) {
            const bool begins = isFrame(view.header, Opcode::Text) || isFrame(view.header, Opcode::Binary);
            return begins && view.header.connection == header.connection && view.header.direction == header.direction
                   && view.header.message == header.message;
        });
    }
    Q_UNREACHABLE();
}

} // namespace wsw::desktop
