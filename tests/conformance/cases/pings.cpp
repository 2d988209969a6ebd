// RFC 6455, 5.5.2 and 5.5.3: Ping and Pong.

#include "sections.h"

namespace wsw::test {

QList<Case> pingCases()
{
    QList<Case> cases;
    const auto add = [&cases](const QByteArray &name, const QByteArray &payload) {
        cases.append(echoed("ping/" + name, {frame(opcode::ping, payload)}, {frame(opcode::pong, payload)}));
        cases.append(cases.last().named("ping/" + name + ", byte by byte").chopped(1));
    };
    add("empty", {});
    add("text", "Hello, world!");
    add("binary", QByteArray("\x00\xff\xfe\xfd\xfc\xfb\x00\xff", 8));
    add("not UTF-8", "\xff\xc0\x80\xed\xa0\x80");
    add("124", QByteArray(124, '\xfe'));
    add("125", QByteArray(125, '\xfe'));

    QList<RawFrame> everySizePings, everySizePongs;
    for (int size = 0; size <= 125; ++size) {
        everySizePings.append(frame(opcode::ping, QByteArray(size, static_cast<char>(size))));
        everySizePongs.append(frame(opcode::pong, QByteArray(size, static_cast<char>(size))));
    }
    cases.append(echoed("ping/every size", everySizePings, everySizePongs));
    cases.append(cases.last().named("ping/every size in one segment").inOnePiece());

    for (const int size : {126, 127, 65535, 65536}) {
        const auto number = QByteArray::number(size);
        const auto tooLong = frame(opcode::ping, QByteArray(size, '\xfe'));
        cases.append(failed("ping/" + number, {tooLong}, 1002));
        cases.append(failed("pong/" + number, {frame(opcode::pong, tooLong.payload)}, 1002));
    }
    Case header = failed("ping/126, header alone", {frame(opcode::ping, QByteArray(126, 'x'))}, 1002);
    header.steps.last().spelling.payloadSent = 0;
    cases.append(header);

    cases.append(echoed("pong/unsolicited, empty", {frame(opcode::pong)}, {}));
    cases.append(echoed("pong/unsolicited", {frame(opcode::pong, "unasked")}, {}));
    cases.append(echoed("pong/unsolicited, then ping", {frame(opcode::pong, "unasked"), frame(opcode::ping, "asked")},
                        {frame(opcode::pong, "asked")}));
    QList<RawFrame> tenPings, tenPongs;
    for (int i = 0; i < 10; ++i) {
        tenPings.append(frame(opcode::ping, "payload-" + QByteArray::number(i)));
        tenPongs.append(frame(opcode::pong, "payload-" + QByteArray::number(i)));
    }
    cases.append(echoed("ping/ten", tenPings, tenPongs));
    cases.append(cases.last().named("ping/ten in one segment").inOnePiece());
    cases.append(cases.last().named("ping/ten in one segment, byte by byte").chopped(1));
    const auto hello = frame(opcode::text, "Hello");
    cases.append(echoed("ping/between messages", {hello, frame(opcode::ping, "1"), hello, frame(opcode::ping, "2")},
                        {hello, frame(opcode::pong, "1"), hello, frame(opcode::pong, "2")}));
    return cases;
}

} // namespace wsw::test
