// RFC 6455, 5.2: the three reserved bits, and the ten reserved opcodes.

#include "sections.h"

namespace wsw::test {

namespace {

void addBits(QList<Case> &cases)
{
    const auto hello = frame(opcode::text, "Hello, world!");
    for (int rsv = 1; rsv <= 7; ++rsv) {
        const QByteArray name = "rsv/" + QByteArray::number(rsv) + " on ";
        cases.append(failed(name + "text", {frame(opcode::text, "x", rsv)}, 1002));
        cases.append(failed(name + "text after a message", {hello, frame(opcode::text, "x", rsv), frame(opcode::ping)}, 1002, {hello}));
        cases.append(cases.last().named(name + "text after a message, in one segment").inOnePiece());
        cases.append(cases.last().named(name + "text after a message, byte by byte").chopped(1));
        cases.append(failed(name + "binary", {hello, frame(opcode::binary, "x", rsv)}, 1002, {hello}));
        cases.append(failed(name + "empty text", {hello, frame(opcode::text, {}, rsv)}, 1002, {hello}));
        cases.append(failed(name + "first fragment", {hello, part(opcode::text, "x", rsv)}, 1002, {hello}));
        cases.append(failed(name + "continuation", {part(opcode::text, "x"), part(opcode::continuation, "y", rsv)}, 1002));
        cases.append(failed(name + "last continuation", {part(opcode::text, "x"), frame(opcode::continuation, "y", rsv)}, 1002));
        cases.append(failed(name + "ping", {hello, frame(opcode::ping, "x", rsv)}, 1002, {hello}));
        cases.append(failed(name + "pong", {hello, frame(opcode::pong, "x", rsv)}, 1002, {hello}));
        cases.append(failed(name + "close", {frame(opcode::close, {}, rsv)}, 1002));
        cases.append(cases.last().named(name + "close, byte by byte").chopped(1));
        cases.append(failed(name + "close with a code", {hello, frame(opcode::close, "\x03\xe8", rsv)}, 1002, {hello}));
    }
}

void addOpcodes(QList<Case> &cases)
{
    const auto hello = frame(opcode::text, "Hello, world!");
    for (const int code : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        const QByteArray name = "opcode/" + QByteArray::number(code);
        cases.append(failed(name, {frame(code)}, 1002));
        cases.append(failed(name + " with a payload", {frame(code, "reserved payload")}, 1002));
        cases.append(failed(name + " after a message", {hello, frame(code, "x"), frame(opcode::ping)}, 1002, {hello}));
        cases.append(cases.last().named(name + " after a message, in one segment").inOnePiece());
        cases.append(cases.last().named(name + " after a message, byte by byte").chopped(1));
        cases.append(failed(name + " without FIN", {hello, part(code, "x")}, 1002, {hello}));
        cases.append(failed(name + " within a message", {part(opcode::text, "x"), frame(code, "x"), frame(opcode::continuation, "y")}, 1002));
        Case header = failed(name + ", header alone", {hello, frame(code, QByteArray(100, 'x'))}, 1002, {hello});
        header.steps.last().spelling.payloadSent = 0;
        cases.append(header);
    }
}

} // namespace

QList<Case> reservedCases()
{
    QList<Case> cases;
    addBits(cases);
    addOpcodes(cases);
    return cases;
}

} // namespace wsw::test
