#include "cases.h"

namespace wsw::test {

namespace {

constexpr int continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10;

RawFrame frame(int opcode, const QByteArray &payload = {}, bool fin = true, int rsv = 0)
{
    return {opcode, payload, fin, rsv, false};
}

RawFrame first(int opcode, const QByteArray &payload)
{
    return frame(opcode, payload, false);
}

RawFrame closeFrame(int code, const QByteArray &reason = {})
{
    QByteArray payload;
    payload.append(static_cast<char>(code >> 8)).append(static_cast<char>(code & 0xff));
    return frame(close, payload + reason);
}

QList<Step> steps(const QList<RawFrame> &frames, qsizetype chop = 0)
{
    QList<Step> list;
    for (const auto &one : frames)
        list.append({one, {}, chop, 0});
    return list;
}

Case echoed(const QByteArray &name, const QList<RawFrame> &frames, const QList<RawFrame> &replies, qsizetype chop = 0)
{
    return {name, steps(frames, chop), replies, Ending::PeerCloses, 1000};
}

Case failed(const QByteArray &name, const QList<RawFrame> &frames, int code, const QList<RawFrame> &replies = {}, qsizetype chop = 0)
{
    return {name, steps(frames, chop), replies, Ending::Failed, code};
}

void addFraming(QList<Case> &cases)
{
    for (const int opcode : {text, binary}) {
        const QByteArray kind = opcode == text ? "text" : "binary";
        for (const int size : {0, 1, 125, 126, 127, 128, 65535, 65536, 70000}) {
            const auto whole = frame(opcode, QByteArray(size, opcode == text ? '*' : '\xfe'));
            cases.append(echoed("framing/" + kind + "/" + QByteArray::number(size), {whole}, {whole}));
        }
        const auto large = frame(opcode, QByteArray(65536, '*'));
        cases.append(echoed("framing/" + kind + "/65536 in 997s", {large}, {large}, 997));
    }
}

void addPings(QList<Case> &cases)
{
    const auto add = [&cases](const QByteArray &name, const QByteArray &payload, qsizetype chop = 0) {
        cases.append(echoed("ping/" + name, {frame(ping, payload)}, {frame(pong, payload)}, chop));
    };
    add("empty", {});
    add("text", "Hello, world!");
    add("binary", QByteArray("\x00\xff\xfe\xfd\xfc\xfb\x00\xff", 8));
    add("125", QByteArray(125, '\xfe'));
    add("125 byte by byte", QByteArray(125, '\xfe'), 1);
    cases.append(failed("ping/126", {frame(ping, QByteArray(126, '\xfe'))}, 1002));
    cases.append(echoed("pong/unsolicited empty", {frame(pong)}, {}));
    cases.append(echoed("pong/unsolicited, then ping", {frame(pong, "unasked"), frame(ping, "asked")}, {frame(pong, "asked")}));
    QList<RawFrame> tenPings, tenPongs;
    for (int i = 0; i < 10; ++i) {
        tenPings.append(frame(ping, "payload-" + QByteArray::number(i)));
        tenPongs.append(frame(pong, "payload-" + QByteArray::number(i)));
    }
    cases.append(echoed("ping/ten", tenPings, tenPongs));
    cases.append(echoed("ping/ten byte by byte", tenPings, tenPongs, 1));
}

void addReserved(QList<Case> &cases)
{
    const auto hello = frame(text, "Hello, world!");
    for (int rsv = 1; rsv <= 7; ++rsv) {
        const auto number = QByteArray::number(rsv);
        cases.append(failed("rsv/text " + number, {frame(text, "x", true, rsv)}, 1002));
        cases.append(failed("rsv/after a message " + number, {hello, frame(text, "x", true, rsv), frame(ping)}, 1002, {hello}));
        cases.append(failed("rsv/ping " + number, {frame(ping, "x", true, rsv)}, 1002));
        cases.append(failed("rsv/close byte by byte " + number, {frame(close, {}, true, rsv)}, 1002, {}, 1));
    }
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        const auto number = QByteArray::number(opcode);
        cases.append(failed("opcode/" + number, {frame(opcode)}, 1002));
        cases.append(failed("opcode/after a message " + number, {hello, frame(opcode, "x"), frame(ping)}, 1002, {hello}));
    }
}

void addFragmentation(QList<Case> &cases)
{
    const auto joined = frame(text, "fragment1fragment2");
    const auto one = first(text, "fragment1");
    const auto two = frame(continuation, "fragment2");
    cases.append(failed("fragments/ping in two", {first(ping, "fragment1"), two}, 1002));
    cases.append(failed("fragments/pong in two", {first(pong, "fragment1"), two}, 1002));
    cases.append(echoed("fragments/text in two", {one, two}, {joined}));
    cases.append(echoed("fragments/text in two, byte by byte", {one, two}, {joined}, 1));
    for (const qsizetype chop : {0, 1}) {
        cases.append(echoed("fragments/ping between, chop " + QByteArray::number(chop), {one, frame(ping, "ping payload"), two},
                            {frame(pong, "ping payload"), joined}, chop));
    }
    cases.append(failed("fragments/continuation, nothing begun", {frame(continuation, "x"), frame(text, "hello")}, 1002));
    cases.append(failed("fragments/open continuation, nothing begun", {first(continuation, "x"), frame(text, "hello")}, 1002));
    cases.append(failed("fragments/continuation after the end", {one, two, first(continuation, "x"), frame(text, "y")}, 1002, {joined}));
    cases.append(failed("fragments/text within a message", {one, frame(text, "fragment2")}, 1002));
    cases.append(failed("fragments/binary within a message", {one, first(binary, "fragment2")}, 1002));
    cases.append(echoed("fragments/five with pings",
                        {first(text, "1"), first(continuation, "2"), frame(ping, "pongme 1!"), first(continuation, "3"),
                         first(continuation, "4"), frame(ping, "pongme 2!"), frame(continuation, "5")},
                        {frame(pong, "pongme 1!"), frame(pong, "pongme 2!"), frame(text, "12345")}));
    Case slow = echoed("fragments/with pauses",
                       {first(text, "1"), first(continuation, "2"), frame(ping, "now"), first(continuation, "3"), frame(continuation, "4")},
                       {frame(pong, "now"), frame(text, "1234")});
    for (auto &step : slow.steps)
        step.pauseMs = 400;
    cases.append(slow);
    cases.append(echoed("fragments/all empty", {first(text, {}), first(continuation, {}), frame(continuation, {})}, {frame(text)}));
    cases.append(echoed("fragments/empty around one", {first(text, {}), first(continuation, "middle"), frame(continuation, {})},
                        {frame(text, "middle")}));
}

/// U+FEFF: a byte order mark at the beginning of a file, a character like any other in a message.
const QByteArray mark = "\xef\xbb\xbf";
const QByteArray kosme = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";

QList<QByteArray> validTexts()
{
    return {"", "Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!", kosme, QByteArray(1, '\0'), "\xc2\x80",
            "\xe0\xa0\x80", "\xf0\x90\x80\x80", "\x7f", "\xdf\xbf", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80",
            "\xef\xbf\xbd", "\xef\xbf\xbe", "\xf0\x9f\xbf\xbe", "\xf0\x9f\x98\x80",
            QByteArray("a\0b\0", 4), "\xef\xbf\xbe\xef\xbf\xbf", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", mark, mark + "a", mark + mark,
            "a" + mark, "a" + mark + "b", mark + kosme + mark};
}

QList<QByteArray> invalidTexts()
{
    return {"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80\x65\x64\x69\x74\x65\x64", "\xf8\x88\x80\x80\x80",
            "\xfc\x84\x80\x80\x80\x80", "\xf7\xbf\xbf\xbf", "\xfb\xbf\xbf\xbf\xbf", "\xfd\xbf\xbf\xbf\xbf\xbf", "\xf4\x90\x80\x80", "\x80",
            "\xbf", "\x80\xbf", "\x80\xbf\x80\xbf\x80\xbf\x80", "\xc0 \xc1 ", "\xe0 \xe1 ", "\xf0 ", "\xfe", "\xff", "\xfe\xfe\xff\xff",
            "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf8\x80\x80\x80\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
            QByteArray("\xc0\x80", 2), "\xed\xa0\x80", "\xed\xaf\xbf", "\xed\xb0\x80", "\xed\xbf\xbf", "\xed\xa0\x80\xed\xb0\x80",
            "\xce", "\xe1\xbd", "\xf0\x9f\x98"};
}

void addUtf8(QList<Case> &cases)
{
    for (const auto &valid : validTexts()) {
        const auto name = "utf8/valid/" + valid.toPercentEncoding();
        const auto whole = frame(text, valid);
        cases.append(echoed(name, {whole}, {whole}));
        // Legal: a fragment may end anywhere, within a code point too.
        QList<RawFrame> bytes;
        for (qsizetype i = 0; i < valid.size(); ++i)
            bytes.append(first(i == 0 ? text : continuation, valid.mid(i, 1)));
        bytes.append(frame(valid.isEmpty() ? text : continuation));
        cases.append(echoed(name + " in fragments of 1", bytes, {whole}));
        cases.append(echoed(name + " byte by byte", {whole}, {whole}, 1));
    }
    for (const auto &invalid : invalidTexts()) {
        const auto name = "utf8/invalid/" + invalid.toPercentEncoding();
        cases.append(failed(name, {frame(text, invalid)}, 1007));
        cases.append(failed(name + " in two fragments", {first(text, invalid.left(1)), frame(continuation, invalid.mid(1))}, 1007));
    }
    // The bad byte is the last that comes: the frame stays open, and the failure must not wait for its end.
    const auto whole = frame(text, kosme + "\xf4\x90" + QByteArray(100, 'a')).encode(true);
    const auto early = whole.left(6 + kosme.size() + 2);
    cases.append({"utf8/fail at once within a frame", {{{}, early, 0, 0}}, {}, Ending::Failed, 1007});
    cases.append(failed("utf8/fail at once in a fragment", {first(text, kosme), first(continuation, "\xf4\x90")}, 1007));
}

void addMarks(QList<Case> &cases)
{
    const auto add = [&cases](const QByteArray &name, const QList<QByteArray> &parts) {
        QList<RawFrame> frames;
        for (qsizetype i = 0; i < parts.size(); ++i)
            frames.append(frame(i == 0 ? text : continuation, parts.at(i), i == parts.size() - 1));
        cases.append(echoed("utf8/U+FEFF " + name, frames, {frame(text, parts.join())}));
        cases.append(echoed("utf8/U+FEFF " + name + ", byte by byte", frames, {frame(text, parts.join())}, 1));
    };
    add("begins each fragment", {mark + "a", mark + "b", mark, mark + "c"});
    add("is each fragment", {mark, mark, mark});
    add("after an empty fragment", {{}, mark, {}, mark + "a"});
    add("cut", {mark.left(1), mark.mid(1, 1), mark.mid(2) + mark.left(2), mark.mid(2) + "a"});
    add("last", {"a", mark});
    const QByteArray line = mark + kosme + QByteArray("\0\xef\xbf\xbf\xf0\x9f\x98\x80 ", 9);
    const auto large = frame(text, line.repeated(16 * 1024 * 1024 / line.size()));
    cases.append(echoed("utf8/U+FEFF in 16 MiB", {large}, {large}));
    cases.append(echoed("utf8/U+FEFF in 16 MiB, in chops of 65536", {large}, {large}, 65536));
    add("in a thousand fragments", QList<QByteArray>(1000, line.left(5)));
}

void addClosing(QList<Case> &cases)
{
    const auto answered = [&cases](const QByteArray &name, const QList<RawFrame> &frames, int code, const QList<RawFrame> &replies = {}) {
        cases.append({"close/" + name, steps(frames), replies, Ending::Answered, code});
    };
    const auto hello = frame(text, "Hello World!");
    answered("after a message", {hello, closeFrame(1000)}, 1000, {hello});
    answered("twice", {closeFrame(1000), closeFrame(1000)}, 1000);
    answered("then ping", {closeFrame(1000), frame(ping)}, 1000);
    answered("then text", {closeFrame(1000), hello}, 1000);
    answered("within a message", {first(text, "fragment1"), closeFrame(1000), frame(continuation, "fragment2")}, 1000);
    const auto large = frame(text, QByteArray(256 * 1024, 'a'));
    answered("after 256 KiB, then ping", {large, hello, closeFrame(1000), frame(ping)}, 1000, {large, hello});
    answered("empty", {frame(close)}, 0);
    answered("with reason", {closeFrame(1000, "Hello World!")}, 1000);
    answered("with reason of 123", {closeFrame(1000, QByteArray(123, '*'))}, 1000);
    for (const int code : {1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4001, 4999})
        answered("code " + QByteArray::number(code), {closeFrame(code)}, code);
    cases.append(failed("close/payload of 1", {frame(close, "a")}, 1002));
    cases.append(failed("close/reason of 124", {closeFrame(1000, QByteArray(124, '*'))}, 1002));
    cases.append(failed("close/reason not UTF-8", {closeFrame(1000, kosme + "\xed\xa0\x80")}, 1007));
    for (const int code : {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535})
        cases.append(failed("close/bad code " + QByteArray::number(code), {closeFrame(code)}, 1002));
}

void addLimits(QList<Case> &cases)
{
    constexpr qsizetype mebi = 1024 * 1024;
    for (const qsizetype size : {64 * qsizetype{1024}, 256 * qsizetype{1024}, mebi, 4 * mebi, 16 * mebi}) {
        const auto whole = frame(binary, QByteArray(size, '*'));
        cases.append(echoed("limits/" + QByteArray::number(size), {whole}, {whole}));
    }
    const auto four = frame(text, QByteArray(4 * mebi, '*'));
    for (const qsizetype fragment : {256, 4096, 65536}) {
        QList<RawFrame> frames;
        for (qsizetype at = 0; at < mebi; at += fragment)
            frames.append(frame(at == 0 ? text : continuation, QByteArray(fragment, '*'), at + fragment >= mebi));
        cases.append(echoed("limits/1 MiB in fragments of " + QByteArray::number(fragment), frames, {frame(text, QByteArray(mebi, '*'))}));
    }
    for (const qsizetype chop : {64, 1024, 65536})
        cases.append(echoed("limits/1 MiB in chops of " + QByteArray::number(chop), {frame(text, QByteArray(mebi, '*'))},
                            {frame(text, QByteArray(mebi, '*'))}, chop));
    cases.append(echoed("limits/4 MiB text in chops of 4096", {four}, {four}, 4096));
}

} // namespace

QList<Case> conformanceCases()
{
    QList<Case> cases;
    addFraming(cases);
    addPings(cases);
    addReserved(cases);
    addFragmentation(cases);
    addUtf8(cases);
    addMarks(cases);
    addClosing(cases);
    addLimits(cases);
    return cases;
}

} // namespace wsw::test
