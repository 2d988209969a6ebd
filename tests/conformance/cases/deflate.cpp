// RFC 7692, 6 and 7.2: compressed messages, for a connection on which permessage-deflate has been agreed with contexts and windows of
// 15 bits. The replies are what must come after inflating.

#include "sections.h"

#include "conformance/deflatepeer.h"

namespace wsw::test {

namespace {

constexpr int rsv1 = 4;

QByteArray hex(const char *digits)
{
    return QByteArray::fromHex(digits);
}

/// @p payload as it goes over the wire, in frames of @p size bytes.
QList<RawFrame> inFragments(int code, const QByteArray &payload, qsizetype size)
{
    QList<RawFrame> frames;
    for (qsizetype at = 0; at < payload.size(); at += size)
        frames.append({at == 0 ? code : opcode::continuation, payload.mid(at, size), at + size >= payload.size(), at == 0 ? rsv1 : 0});
    return frames;
}

void addExamples(QList<Case> &cases)
{
    const RawFrame hello = frame(opcode::text, "Hello");
    const auto add = [&](const QByteArray &name, const QList<RawFrame> &frames, const QList<RawFrame> &replies) {
        cases.append(echoed("deflate/" + name, frames, replies));
        cases.append(cases.last().named("deflate/" + name + ", byte by byte").chopped(1));
    };
    // The examples of RFC 7692, 7.2.3.
    add("one block", {frame(opcode::text, hex("f248cdc9c90700"), rsv1)}, {hello});
    add("in two fragments", {part(opcode::text, hex("f248cd"), rsv1), frame(opcode::continuation, hex("c9c90700"))}, {hello});
    add("the window goes on", {frame(opcode::text, hex("f248cdc9c90700"), rsv1), frame(opcode::text, hex("f200110000"), rsv1)}, {hello, hello});
    add("block without compression", {frame(opcode::text, hex("000500faff48656c6c6f00"), rsv1)}, {hello});
    add("block with BFINAL", {frame(opcode::text, hex("f348cdc9c9070000"), rsv1)}, {hello});
    add("two blocks", {frame(opcode::text, hex("f24805000000ffffcac9c90700"), rsv1)}, {hello});
    add("empty", {frame(opcode::text, hex("00"), rsv1)}, {frame(opcode::text)});
    add("empty, three times", QList<RawFrame>(3, frame(opcode::binary, hex("00"), rsv1)), QList<RawFrame>(3, frame(opcode::binary)));
}

void addMixed(QList<Case> &cases)
{
    const QByteArray text = QByteArray("a text that says the same, and the same, and the same. ").repeated(20);
    const RawFrame plain = frame(opcode::text, text);
    const RawFrame small = frame(opcode::text, deflated(text), rsv1);
    cases.append(echoed("deflate/plain messages between", {small, plain, small, plain, plain, small}, QList<RawFrame>(6, plain)));
    cases.append(cases.last().named("deflate/plain messages between, in one segment").inOnePiece());
    cases.append(echoed("deflate/plain message in fragments", {part(opcode::text, text), frame(opcode::continuation, text), small},
                        {frame(opcode::text, text + text), plain}));
    for (const qsizetype size : {1, 2, 16, 50}) {
        QList<RawFrame> frames = inFragments(opcode::text, deflated(text), size);
        cases.append(echoed("deflate/fragments of " + QByteArray::number(size), frames, {plain}));
        cases.append(cases.last().named("deflate/fragments of " + QByteArray::number(size) + ", in one segment").inOnePiece());
    }
    QList<RawFrame> withPings, pongs;
    const QList<RawFrame> pieces = inFragments(opcode::text, deflated(text), 10);
    for (qsizetype i = 0; i < pieces.size(); ++i) {
        withPings << frame(opcode::ping, QByteArray::number(i)) << pieces[i];
        pongs.append(frame(opcode::pong, QByteArray::number(i)));
    }
    cases.append(echoed("deflate/fragments with pings", withPings, pongs + QList<RawFrame>{plain}));
    cases.append(echoed("deflate/empty fragments around",
                        {part(opcode::text, {}, rsv1), part(opcode::continuation, small.payload), part(opcode::continuation), frame(opcode::continuation)},
                        {plain}));
    cases.append(echoed("deflate/fragment ends within a character",
                        {part(opcode::text, deflated("\xf0\x9f\x8e\x89").first(3), rsv1), frame(opcode::continuation, deflated("\xf0\x9f\x8e\x89").mid(3))},
                        {frame(opcode::text, "\xf0\x9f\x8e\x89")}));
    const RawFrame bytes = frame(opcode::binary, "\xff\xfe\xc0\x80");
    cases.append(echoed("deflate/binary may hold anything", {frame(opcode::binary, deflated(bytes.payload), rsv1)}, {bytes}));
    cases.append(echoed("deflate/ping is never compressed", {frame(opcode::ping, "ping"), small}, {frame(opcode::pong, "ping"), plain}));
    cases.append(answered("deflate/close after a message", {small, closeFrame(1000, "done")}, 1000, {plain}));
}

void addBits(QList<Case> &cases)
{
    const RawFrame hello = frame(opcode::text, "Hello");
    const RawFrame small = frame(opcode::text, hex("f248cdc9c90700"), rsv1);
    const auto add = [&](const QByteArray &name, const QList<RawFrame> &frames) {
        cases.append(failed("deflate/" + name, QList<RawFrame>{small} + frames, 1002, {hello}));
    };
    add("RSV1 on a continuation", {part(opcode::text, hex("f248cd"), rsv1), frame(opcode::continuation, hex("c9c90700"), rsv1)});
    add("RSV1 on a continuation of a plain message", {part(opcode::text, "x"), frame(opcode::continuation, hex("c9c90700"), rsv1)});
    add("RSV1 on a ping", {frame(opcode::ping, "x", rsv1)});
    add("RSV1 on a pong", {frame(opcode::pong, "x", rsv1)});
    add("RSV1 on a close", {frame(opcode::close, "\x03\xe8", rsv1)});
    add("RSV1 on a ping within a message", {part(opcode::text, hex("f248cd"), rsv1), frame(opcode::ping, "x", rsv1)});
    for (const int rsv : {2, 1, 6, 5, 7, 3})
        add("RSV " + QByteArray::number(rsv), {frame(opcode::text, hex("f248cdc9c90700"), rsv)});
    add("reserved opcode with RSV1", {frame(3, "x", rsv1)});
    add("continuation of nothing with RSV1", {frame(opcode::continuation, hex("f248cdc9c90700"), rsv1)});
}

void addDamaged(QList<Case> &cases)
{
    const RawFrame hello = frame(opcode::text, "Hello");
    const RawFrame small = frame(opcode::text, hex("f248cdc9c90700"), rsv1);
    struct Damage
    {
        const char *name;
        QByteArray payload;
    };
    for (const Damage &damage : {Damage{"reserved block type", hex("07")}, Damage{"plain text", "Hello"}, Damage{"cut off", hex("f248cd")},
                                 Damage{"one byte short", hex("f248cdc9c907")}, Damage{"stored length that does not match", hex("000500ffff48656c6c6f00")},
                                 Damage{"gzip", hex("1f8b0800000000000003")}}) {
        const QByteArray name = QByteArray("deflate/damaged, ") + damage.name;
        cases.append(failed(name, {small, frame(opcode::binary, damage.payload, rsv1), frame(opcode::ping)}, 1007, {hello}));
        cases.append(cases.last().named(name + ", in one segment").inOnePiece());
    }
    cases.append(failed("deflate/damaged, distance too far back", {frame(opcode::text, hex("f200110000"), rsv1)}, 1007));
    cases.append(failed("deflate/damaged, in the second fragment", {small, part(opcode::text, hex("f248cd"), rsv1), frame(opcode::continuation, hex("ffff"))},
                        1007, {hello}));
    const QByteArray bad = QByteArray(300, 'a') + "\xff";
    cases.append(failed("deflate/text not UTF-8", {small, frame(opcode::text, deflated(bad), rsv1)}, 1007, {hello}));
    cases.append(failed("deflate/text not UTF-8, in fragments", QList<RawFrame>{small} + inFragments(opcode::text, deflated(bad), 3), 1007, {hello}));
    cases.append(failed("deflate/text ends within a character", {small, frame(opcode::text, deflated("abc\xf0\x9f\x8e"), rsv1)}, 1007, {hello}));
    cases.append(failed("deflate/plain text not UTF-8", {small, frame(opcode::text, bad)}, 1007, {hello}));
}

void addLimits(QList<Case> &cases)
{
    constexpr qsizetype mebi = 1024 * 1024;
    const auto zeros = [](qsizetype size) { return frame(opcode::binary, QByteArray(size, '\0')); };
    const auto small = [&](qsizetype size) { return frame(opcode::binary, deflated(zeros(size).payload), rsv1); };
    cases.append(echoed("deflate/1 MiB", {small(mebi)}, {zeros(mebi)}));
    cases.append(echoed("deflate/1 MiB, byte by byte", {small(mebi)}, {zeros(mebi)}).chopped(1));
    cases.append(echoed("deflate/16 MiB", {small(16 * mebi)}, {zeros(16 * mebi)}).large());
    cases.append(echoed("deflate/64 MiB, as much as may be", {small(64 * mebi)}, {zeros(64 * mebi)}).large());
    cases.append(failed("deflate/64 MiB and a byte", {small(64 * mebi + 1)}, 1009).large());
    cases.append(failed("deflate/bomb in fragments", inFragments(opcode::binary, small(80 * mebi).payload, 1000), 1009).large());
}

} // namespace

QList<Case> deflateCases(Extent extent)
{
    QList<Case> cases;
    addExamples(cases);
    addMixed(cases);
    addBits(cases);
    addDamaged(cases);
    addLimits(cases);
    return extent == Extent::Small ? withoutLarge(cases) : cases;
}

} // namespace wsw::test
