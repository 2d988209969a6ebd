// RFC 6455, 5.5.1 and 7: closing.

#include "sections.h"

namespace wsw::test {

namespace {

void addCodes(QList<Case> &cases)
{
    for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3001, 3999, 4000, 4001, 4999}) {
        const QByteArray name = "close/code " + QByteArray::number(code);
        cases.append(answered(name, {closeFrame(code)}, code));
        cases.append(answered(name + " with a reason", {closeFrame(code, "a reason")}, code));
    }
    for (const int code : {0, 1, 100, 500, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 5001, 10000, 65535}) {
        const QByteArray name = "close/bad code " + QByteArray::number(code);
        cases.append(failed(name, {closeFrame(code)}, 1002));
        cases.append(failed(name + " with a reason", {closeFrame(code, "a reason")}, 1002));
    }
}

void addPayloads(QList<Case> &cases)
{
    cases.append(answered("close/empty", {frame(opcode::close)}, 0));
    for (const int size : {1, 2, 64, 122, 123})
        cases.append(answered("close/reason of " + QByteArray::number(size), {closeFrame(1000, QByteArray(size, '*'))}, 1000));
    cases.append(answered("close/reason of 123, byte by byte", {closeFrame(1000, QByteArray(123, '*'))}, 1000).chopped(1));
    cases.append(answered("close/reason with every length of UTF-8", {closeFrame(1000, "a\xc3\xa9\xe4\xbd\xa0\xf0\x9f\x8e\x89")}, 1000));
    cases.append(failed("close/payload of 1", {frame(opcode::close, "a")}, 1002));
    cases.append(failed("close/payload of 1, first byte of a code", {frame(opcode::close, "\x03")}, 1002));
    for (const int size : {124, 125, 1000, 65534})
        cases.append(failed("close/reason of " + QByteArray::number(size), {closeFrame(1000, QByteArray(size, '*'))}, 1002));
    struct Reason
    {
        const char *name;
        QByteArray bytes;
    };
    for (const Reason &reason : {Reason{"surrogate", "\xed\xa0\x80"}, Reason{"one bad byte", "\xff"}, Reason{"cut off", "abc\xf0\x9f\x98"},
                                 Reason{"too long a form", "\xc0\xaf"}, Reason{"bad at the end of 123", QByteArray(122, '*') + '\xfe'}})
        cases.append(failed(QByteArray("close/reason not UTF-8, ") + reason.name, {closeFrame(1000, reason.bytes)}, 1007));
}

void addWhatFollows(QList<Case> &cases)
{
    const auto hello = frame(opcode::text, "Hello World!");
    const auto add = [&cases](const QByteArray &name, const QList<RawFrame> &frames, const QList<RawFrame> &replies = {}) {
        cases.append(answered("close/" + name, frames, 1000, replies));
        cases.append(cases.last().named("close/" + name + ", in one segment").inOnePiece());
    };
    add("after a message", {hello, closeFrame(1000)}, {hello});
    add("after ten messages", QList<RawFrame>(10, hello) + QList<RawFrame>{closeFrame(1000)}, QList<RawFrame>(10, hello));
    cases.append(answered("close/after ten messages, code 1013", QList<RawFrame>(10, hello) + QList<RawFrame>{closeFrame(1013)}, 1013,
                          QList<RawFrame>(10, hello)).inOnePiece());
    add("after a ping", {frame(opcode::ping, "x"), closeFrame(1000)}, {frame(opcode::pong, "x")});
    add("twice", {closeFrame(1000), closeFrame(1000)});
    add("twice, with another code", {closeFrame(1000), closeFrame(1001)});
    add("then ping", {closeFrame(1000), frame(opcode::ping)});
    add("then pong", {closeFrame(1000), frame(opcode::pong)});
    add("then text", {closeFrame(1000), hello});
    add("then binary in fragments", {closeFrame(1000), part(opcode::binary, "x"), frame(opcode::continuation, "y")});
    add("then a reserved opcode", {closeFrame(1000), frame(3)});
    add("within a message", {part(opcode::text, "fragment1"), closeFrame(1000), frame(opcode::continuation, "fragment2")});
    add("within a message, nothing after", {part(opcode::text, "fragment1"), closeFrame(1000)});
    add("in the middle of a character", {part(opcode::text, "\xf0\x9f"), closeFrame(1000)});
    const auto large = frame(opcode::text, QByteArray(256 * 1024, 'a'));
    add("after 256 KiB, then ping", {large, hello, closeFrame(1000), frame(opcode::ping)}, {large, hello});
}

} // namespace

QList<Case> closingCases()
{
    QList<Case> cases;
    addCodes(cases);
    addPayloads(cases);
    addWhatFollows(cases);
    return cases;
}

} // namespace wsw::test
