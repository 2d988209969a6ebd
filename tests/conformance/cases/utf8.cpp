// RFC 6455, 5.6 and 8.1; RFC 3629: text is UTF-8, and what is not fails the connection at its first bad byte.

#include "sections.h"

#include "support/plainutf8.h"

namespace wsw::test {

namespace {

struct Text
{
    QByteArray name;
    QByteArray bytes;
};

QByteArray number(char32_t codePoint)
{
    return "U+" + QByteArray::number(static_cast<uint>(codePoint), 16).toUpper();
}

const QByteArray kosme = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";

QList<Text> validTexts()
{
    QList<Text> texts{
        {"empty", {}},
        {"ASCII", "Hello, world!"},
        {"Latin", "Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!"},
        {"Greek", kosme},
        {"byte order mark", "\xef\xbb\xbftext"},
        {"byte order mark alone", "\xef\xbb\xbf"},
        {"two byte order marks", "\xef\xbb\xbf\xef\xbb\xbf"},
        {"byte order mark within", "text\xef\xbb\xbftext"},
        {"combining marks", "e\xcc\x81\xcc\x82\xcc\x83"},
        {"emoji joined", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\xf0\x9f\x8f\xbd"},
        {"every length", "a\xc3\xa9\xe4\xbd\xa0\xf0\x9f\x8e\x89"},
    };
    // The first and the last of each length, the neighbours of the surrogates, the replacement character.
    for (const char32_t codePoint : {0x0, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 0x10ffff, 0xd7ff, 0xe000, 0xfffd, 0x3ffff, 0x40000, 0xfffff, 0x100000})
        texts.append(Text{number(codePoint), utf8Of(codePoint)});
    // Code points that are no characters may be sent all the same (Unicode, corrigendum 9).
    for (char32_t codePoint = 0xfdd0; codePoint <= 0xfdef; codePoint += 31)
        texts.append(Text{number(codePoint) + " no character", utf8Of(codePoint)});
    for (char32_t plane = 0; plane <= 0x10; ++plane) {
        for (const char32_t low : {0xfffe, 0xffff})
            texts.append(Text{number((plane << 16) | low) + " no character", utf8Of((plane << 16) | low)});
    }
    return texts;
}

/// The bytes that UTF-8 as it was before RFC 3629 would have written: 2 to 6 of them, also where fewer would do.
QByteArray oldForm(quint32 value, int size)
{
    constexpr int leads[] = {0, 0, 0xc0, 0xe0, 0xf0, 0xf8, 0xfc};
    QByteArray bytes;
    for (int i = size - 1; i >= 0; --i) {
        const quint32 bits = value >> (6 * i);
        const bool lead = i == size - 1;
        bytes.append(static_cast<char>(lead ? static_cast<quint32>(leads[size]) | bits : 0x80 | (bits & 0x3f)));
    }
    return bytes;
}

void addLonelyBytes(QList<Text> &texts)
{
    for (int count = 1; count <= 7; ++count)
        texts.append(Text{QByteArray::number(count) + " continuation bytes", QByteArray("\x80\xbf\x80\xbf\x80\xbf\x80").first(count)});
    texts.append(Text{"last continuation byte", "\xbf"});
    QByteArray all;
    for (int byte = 0x80; byte <= 0xbf; ++byte)
        all.append(static_cast<char>(byte));
    texts.append(Text{"all continuation bytes", all});
    struct Leads
    {
        const char *name;
        int first;
        int last;
    };
    for (const Leads &leads : {Leads{"2", 0xc0, 0xdf}, Leads{"3", 0xe0, 0xef}, Leads{"4", 0xf0, 0xf7}, Leads{"5", 0xf8, 0xfb}, Leads{"6", 0xfc, 0xfd}}) {
        QByteArray lonely;
        for (int byte = leads.first; byte <= leads.last; ++byte)
            lonely.append(static_cast<char>(byte)).append(' ');
        texts.append(Text{QByteArray("lonely beginnings of ") + leads.name, lonely});
    }
    for (const int byte : {0xc0, 0xc1, 0xf5, 0xf6, 0xf7, 0xf8, 0xfc, 0xfe, 0xff})
        texts.append(Text{"byte " + QByteArray::number(byte, 16), QByteArray(1, static_cast<char>(byte))});
    texts.append(Text{"fe fe ff ff", "\xfe\xfe\xff\xff"});
}

void addIncomplete(QList<Text> &texts)
{
    QByteArray joined;
    for (const quint32 value : {0x0u, 0x7ffu, 0xffffu, 0x1fffffu, 0x3ffffffu, 0x7fffffffu}) {
        const int least = value == 0 ? 2 : value <= 0x7ff ? 2 : value <= 0xffff ? 3 : value <= 0x1fffff ? 4 : value <= 0x3ffffff ? 5 : 6;
        const QByteArray cut = oldForm(value, least).chopped(1);
        texts.append(Text{QByteArray::number(least) + " less 1, " + QByteArray::number(value, 16), cut});
        joined += cut;
    }
    texts.append(Text{"all of these joined", joined});
    for (const char32_t codePoint : {0xe9, 0x4f60, 0x1f389}) {
        const QByteArray whole = utf8Of(codePoint);
        for (qsizetype size = 1; size < whole.size(); ++size) {
            texts.append(Text{number(codePoint) + " after " + QByteArray::number(size), whole.first(size)});
            texts.append(Text{number(codePoint) + " after " + QByteArray::number(size) + ", then text", whole.first(size) + "text"});
        }
    }
}

void addForbidden(QList<Text> &texts)
{
    // Longer than it need be: a slash, NUL, and the greatest that would have had a shorter form.
    for (int size = 2; size <= 6; ++size) {
        const QByteArray bytes = " in " + QByteArray::number(size);
        texts.append(Text{"slash" + bytes, oldForm('/', size)});
        texts.append(Text{"NUL" + bytes, oldForm(0, size)});
        constexpr quint32 greatest[] = {0, 0, 0x7f, 0x7ff, 0xffff, 0x1fffff, 0x3ffffff};
        texts.append(Text{QByteArray::number(greatest[size], 16) + bytes, oldForm(greatest[size], size)});
    }
    for (const quint32 surrogate : {0xd800u, 0xdb7fu, 0xdb80u, 0xdbffu, 0xdc00u, 0xdf80u, 0xdfffu})
        texts.append(Text{number(surrogate) + " surrogate", oldForm(surrogate, 3)});
    for (const quint32 high : {0xd800u, 0xdb7fu, 0xdb80u, 0xdbffu}) {
        for (const quint32 low : {0xdc00u, 0xdfffu})
            texts.append(Text{number(high) + ' ' + number(low) + " surrogates", oldForm(high, 3) + oldForm(low, 3)});
    }
    for (const quint32 value : {0x110000u, 0x13ffffu, 0x140000u, 0x1fffffu})
        texts.append(Text{number(value) + " beyond the last", oldForm(value, 4)});
    texts.append(Text{"first of 5", oldForm(0x200000, 5)});
    texts.append(Text{"last of 5", oldForm(0x3ffffff, 5)});
    texts.append(Text{"first of 6", oldForm(0x4000000, 6)});
    texts.append(Text{"last of 6", oldForm(0x7fffffff, 6)});
    texts.append(Text{"surrogate within text", kosme + oldForm(0xd800, 3) + "edited"});
}

void addValid(QList<Case> &cases, const Text &text)
{
    const QByteArray name = "utf8/valid/" + text.name;
    const RawFrame whole = frame(opcode::text, text.bytes);
    cases.append(echoed(name, {whole}, {whole}));
    if (text.bytes.size() < 2)
        return;
    // A fragment may end anywhere, within a code point too (RFC 6455, 5.6).
    QList<RawFrame> bytes;
    for (qsizetype i = 0; i < text.bytes.size(); ++i)
        bytes.append(part(i == 0 ? opcode::text : opcode::continuation, text.bytes.mid(i, 1)));
    bytes.last().fin = true;
    cases.append(echoed(name + ", fragments of 1", bytes, {whole}));
    QList<RawFrame> withPings, replies;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        withPings.append(bytes[i]);
        if (i + 1 == bytes.size())
            break;
        withPings.append(frame(opcode::ping, QByteArray::number(i)));
        replies.append(frame(opcode::pong, QByteArray::number(i)));
    }
    cases.append(echoed(name + ", fragments of 1 and pings", withPings, replies + QList<RawFrame>{whole}));
    cases.append(echoed(name + ", byte by byte", {whole}, {whole}).chopped(1));
}

void addInvalid(QList<Case> &cases, const Text &text, const PlainUtf8 &reader)
{
    const QByteArray name = "utf8/invalid/" + text.name;
    const RawFrame hello = frame(opcode::text, "Hello");
    cases.append(failed(name, {hello, frame(opcode::text, text.bytes)}, 1007, {hello}));
    if (text.bytes.size() > 1) {
        cases.append(failed(name + ", two fragments", {part(opcode::text, text.bytes.first(1)), frame(opcode::continuation, text.bytes.sliced(1))}, 1007));
        QList<RawFrame> bytes;
        for (qsizetype i = 0; i < text.bytes.size(); ++i)
            bytes.append(part(i == 0 ? opcode::text : opcode::continuation, text.bytes.mid(i, 1)));
        bytes.last().fin = true;
        cases.append(failed(name + ", fragments of 1", bytes, 1007));
    }
    const qsizetype bad = reader.read(text.bytes).firstBad;
    if (bad < 0)
        return; // it is the end that is missing
    // The bad byte is the last that comes: the frame, or the message, stays open, and the failure must not wait for its end.
    const QByteArray before = kosme;
    Case inFrame = failed(name + ", at once within a frame", {frame(opcode::text, before + text.bytes + QByteArray(1000, 'a'))}, 1007);
    inFrame.steps.last().spelling.payloadSent = before.size() + bad + 1;
    cases.append(inFrame);
    cases.append(failed(name + ", at once in a fragment", {part(opcode::text, before), part(opcode::continuation, text.bytes.first(bad + 1))}, 1007));
}

/// U+FEFF marks a file's byte order where it begins; in a message it is a character like any other, wherever a frame begins.
void addMarks(QList<Case> &cases)
{
    const QByteArray mark = utf8Of(0xfeff);
    const auto add = [&cases](const QByteArray &name, const QList<QByteArray> &parts) {
        QList<RawFrame> frames;
        for (qsizetype i = 0; i < parts.size(); ++i)
            frames.append({i == 0 ? opcode::text : opcode::continuation, parts[i], i + 1 == parts.size(), 0});
        cases.append(echoed("utf8/U+FEFF " + name, frames, {frame(opcode::text, parts.join())}));
        cases.append(cases.last().named("utf8/U+FEFF " + name + ", byte by byte").chopped(1));
    };
    add("begins each fragment", {mark + "a", mark + "b", mark, mark + "c"});
    add("is each fragment", {mark, mark, mark});
    add("after an empty fragment", {{}, mark, {}, mark + "a"});
    add("cut", {mark.first(1), mark.mid(1, 1), mark.sliced(2) + mark.first(2), mark.sliced(2) + "a"});
    add("last", {"a", mark});
    const QByteArray line = mark + kosme + QByteArray("\0\xef\xbf\xbf\xf0\x9f\x98\x80 ", 9);
    add("in a thousand fragments", QList<QByteArray>(1000, line.first(5)));
    const RawFrame large = frame(opcode::text, line.repeated(16 * 1024 * 1024 / line.size()));
    cases.append(echoed("utf8/U+FEFF in 16 MiB", {large}, {large}).large());
    cases.append(cases.last().named("utf8/U+FEFF in 16 MiB, in writes of 64 KiB").chopped(65536));
}

} // namespace

QList<Case> utf8Cases()
{
    QList<Case> cases;
    for (const Text &text : validTexts())
        addValid(cases, text);
    addMarks(cases);
    QList<Text> invalid;
    addLonelyBytes(invalid);
    addIncomplete(invalid);
    addForbidden(invalid);
    const PlainUtf8 reader;
    for (const Text &text : invalid)
        addInvalid(cases, text, reader);
    // Beyond the first megabyte, which is handed on before the message is whole.
    const QByteArray megabyte(1024 * 1024 + 10, 'a');
    Case late = failed("utf8/invalid/at once after a megabyte", {frame(opcode::text, megabyte + "\xff" + megabyte)}, 1007);
    late.steps.last().spelling.payloadSent = megabyte.size() + 1;
    cases.append(late);
    // Only text has to be UTF-8.
    const RawFrame binary = frame(opcode::binary, "\xff\xfe\xc0\x80");
    cases.append(echoed("utf8/binary may hold anything", {binary}, {binary}));
    return cases;
}

} // namespace wsw::test
