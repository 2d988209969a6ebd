// RFC 6455, 5.2: lengths and how they are written, masks.

#include "sections.h"

namespace wsw::test {

namespace {

QByteArray filled(int code, qsizetype size)
{
    return QByteArray(size, code == opcode::text ? '*' : '\xfe');
}

/// One frame, spelled against a rule, behind a good message.
Case misspelled(const QByteArray &name, const RawFrame &bad, const Spelling &spelling)
{
    const RawFrame hello = frame(opcode::text, "Hello");
    Case made = failed("framing/" + name, {hello, bad}, 1002, {hello});
    made.steps.last().spelling = spelling;
    return made;
}

void addMisspelled(QList<Case> &cases)
{
    const RawFrame two = frame(opcode::binary, "ab");
    const RawFrame longer = frame(opcode::binary, QByteArray(126, 'a'));
    const RawFrame ping = frame(opcode::ping, "ab");
    cases.append(misspelled("2 with 16 bits", two, {.lengthBytes = 2}));
    cases.append(misspelled("2 with 64 bits", two, {.lengthBytes = 8}));
    cases.append(misspelled("125 with 16 bits", frame(opcode::binary, QByteArray(125, 'a')), {.lengthBytes = 2}));
    cases.append(misspelled("126 with 64 bits", longer, {.lengthBytes = 8}));
    cases.append(misspelled("65535 with 64 bits", frame(opcode::binary, QByteArray(65535, 'a')), {.lengthBytes = 8}));
    cases.append(misspelled("ping of 2 with 16 bits", ping, {.lengthBytes = 2}));
    cases.append(misspelled("highest bit of a length", longer, {.lengthBytes = 8, .highLengthBit = true}));
    cases.append(misspelled("text masked against its role", frame(opcode::text, "x"), {.mask = Spelling::Mask::AgainstRole}));
    cases.append(misspelled("ping masked against its role", ping, {.mask = Spelling::Mask::AgainstRole}));
    cases.append(misspelled("close masked against its role", closeFrame(1000), {.mask = Spelling::Mask::AgainstRole}));
    // The header alone says enough: nobody waits for a payload that will be refused.
    cases.append(misspelled("highest bit, header alone", longer, {.lengthBytes = 8, .highLengthBit = true, .payloadSent = 0}));
    cases.append(misspelled("length form, header alone", longer, {.lengthBytes = 8, .payloadSent = 0}));
}

} // namespace

QList<Case> framingCases()
{
    QList<Case> cases;
    for (const int code : {opcode::text, opcode::binary}) {
        const QByteArray kind = code == opcode::text ? "text" : "binary";
        for (const int size : {0, 1, 2, 124, 125, 126, 127, 128, 255, 256, 65534, 65535, 65536, 65537, 70000}) {
            const auto whole = frame(code, filled(code, size));
            cases.append(echoed("framing/" + kind + "/" + QByteArray::number(size), {whole}, {whole}));
        }
        for (const int size : {0, 1, 125, 126, 127, 128}) {
            const auto whole = frame(code, filled(code, size));
            cases.append(echoed("framing/" + kind + "/" + QByteArray::number(size) + " byte by byte", {whole}, {whole}).chopped(1));
        }
        for (const int chop : {1, 997, 4096}) {
            const auto whole = frame(code, filled(code, 65536));
            cases.append(echoed("framing/" + kind + "/65536 in " + QByteArray::number(chop) + "s", {whole}, {whole}).chopped(chop));
        }
        const auto small = frame(code, filled(code, 20));
        const auto middle = frame(code, filled(code, 300));
        cases.append(echoed("framing/" + kind + "/many in one segment", {small, middle, small, small, middle},
                            {small, middle, small, small, middle}).inOnePiece());
    }
    addMisspelled(cases);
    return cases;
}

} // namespace wsw::test
