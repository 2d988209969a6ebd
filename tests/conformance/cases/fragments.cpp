// RFC 6455, 5.4: fragmentation.

#include "sections.h"

namespace wsw::test {

namespace {

/// The six kinds of data frame, as a letter each; a small letter has FIN 0.
constexpr QByteArrayView kinds = "TtBbCc";

RawFrame frameOf(char kind, const QByteArray &payload)
{
    const char large = static_cast<char>(kind & ~0x20);
    const int code = large == 'T' ? opcode::text : large == 'B' ? opcode::binary : opcode::continuation;
    return kind == large ? frame(code, payload) : part(code, payload);
}

/// What a receiver makes of a row of data frames, told by the rules alone: each message that is whole is answered; a start inside a
/// message, or a continuation outside, fails the connection.
Case dialogueOf(const QByteArray &row)
{
    QList<RawFrame> frames, replies;
    RawFrame open;
    bool isOpen = false;
    bool isBroken = false;
    for (qsizetype i = 0; i < row.size(); ++i) {
        const RawFrame next = frameOf(row[i], "part " + QByteArray::number(i) + ' ');
        frames.append(next);
        if (isBroken)
            continue;
        const bool continues = next.opcode == opcode::continuation;
        isBroken = continues != isOpen;
        if (isBroken)
            continue;
        if (!continues)
            open = next;
        else
            open.payload += next.payload;
        isOpen = !next.fin;
        if (next.fin)
            replies.append(frame(open.opcode, open.payload));
    }
    const QByteArray name = "fragments/order " + row;
    return isBroken ? failed(name, frames, 1002, replies) : echoed(name, frames, replies);
}

void addOrders(QList<Case> &cases)
{
    for (const char first : kinds) {
        for (const char second : kinds) {
            cases.append(dialogueOf({QByteArray(1, first) + second}));
            for (const char third : kinds)
                cases.append(dialogueOf({QByteArray(1, first) + second + third}));
        }
    }
}

void addControlBetween(QList<Case> &cases)
{
    const auto joined = frame(opcode::text, "fragment1fragment2");
    const auto one = part(opcode::text, "fragment1");
    const auto two = frame(opcode::continuation, "fragment2");
    cases.append(echoed("fragments/ping between", {one, frame(opcode::ping, "ping"), two}, {frame(opcode::pong, "ping"), joined}));
    cases.append(cases.last().named("fragments/ping between, in one segment").inOnePiece());
    cases.append(cases.last().named("fragments/ping between, byte by byte").chopped(1));
    cases.append(echoed("fragments/pong between", {one, frame(opcode::pong, "unasked"), two}, {joined}));
    cases.append(echoed("fragments/ten pings between", {one, frame(opcode::ping, "1"), frame(opcode::ping, "2"), frame(opcode::ping, "3"), two},
                        {frame(opcode::pong, "1"), frame(opcode::pong, "2"), frame(opcode::pong, "3"), joined}));
    cases.append(echoed("fragments/five with pings",
                        {part(opcode::text, "1"), part(opcode::continuation, "2"), frame(opcode::ping, "pongme 1!"), part(opcode::continuation, "3"),
                         part(opcode::continuation, "4"), frame(opcode::ping, "pongme 2!"), frame(opcode::continuation, "5")},
                        {frame(opcode::pong, "pongme 1!"), frame(opcode::pong, "pongme 2!"), frame(opcode::text, "12345")}));
    cases.append(cases.last().named("fragments/five with pings, in one segment").inOnePiece());
    cases.append(cases.last().named("fragments/five with pings, byte by byte").chopped(1));
    cases.append(echoed("fragments/with pauses",
                        {part(opcode::text, "1"), part(opcode::continuation, "2"), frame(opcode::ping, "now"), part(opcode::continuation, "3"),
                         frame(opcode::continuation, "4")},
                        {frame(opcode::pong, "now"), frame(opcode::text, "1234")})
                     .withPauses(400));
    for (const int control : {opcode::ping, opcode::pong}) {
        const QByteArray name = control == opcode::ping ? "ping" : "pong";
        cases.append(failed("fragments/" + name + " in two", {part(control, "fragment1"), two}, 1002));
        cases.append(failed("fragments/" + name + " without FIN within a message", {one, part(control, "x"), two}, 1002));
        cases.append(failed("fragments/" + name + " without FIN, empty", {part(control)}, 1002));
    }
    cases.append(failed("fragments/close without FIN", {part(opcode::close, "\x03\xe8")}, 1002));
}

} // namespace

QList<Case> fragmentCases()
{
    QList<Case> cases;
    addOrders(cases);
    addControlBetween(cases);
    const auto one = part(opcode::text, "fragment1");
    const auto two = frame(opcode::continuation, "fragment2");
    const auto joined = frame(opcode::text, "fragment1fragment2");
    cases.append(echoed("fragments/two in one segment", {one, two}, {joined}).inOnePiece());
    cases.append(cases.last().named("fragments/two byte by byte").chopped(1));
    // Both in one segment: what comes behind the fault must not undo the answer to what came before it.
    cases.append(failed("fragments/continuation after the end, in one segment", {one, two, part(opcode::continuation, "x"), frame(opcode::text, "y")},
                        1002, {joined}).inOnePiece());
    cases.append(cases.last().named("fragments/continuation after the end, byte by byte").chopped(1));
    cases.append(echoed("fragments/all empty", {part(opcode::text), part(opcode::continuation), frame(opcode::continuation)}, {frame(opcode::text)}));
    cases.append(echoed("fragments/empty around one", {part(opcode::text), part(opcode::continuation, "middle"), frame(opcode::continuation)},
                        {frame(opcode::text, "middle")}));
    QList<RawFrame> hundred;
    for (int i = 0; i < 100; ++i)
        hundred.append({i == 0 ? opcode::binary : opcode::continuation, QByteArray(1, static_cast<char>(i)), i == 99, 0});
    QByteArray all;
    for (const RawFrame &each : hundred)
        all += each.payload;
    cases.append(echoed("fragments/hundred of 1 byte", hundred, {frame(opcode::binary, all)}));
    cases.append(cases.last().named("fragments/hundred of 1 byte, in one segment").inOnePiece());
    return cases;
}

} // namespace wsw::test
