// Large messages, in one frame, in many, in small writes; and many messages.

#include "sections.h"

namespace wsw::test {

namespace {

constexpr qsizetype kibi = 1024;
constexpr qsizetype mebi = 1024 * kibi;

QByteArray sizeText(qsizetype bytes)
{
    return bytes % mebi == 0 ? QByteArray::number(bytes / mebi) + " MiB"
        : bytes % kibi == 0  ? QByteArray::number(bytes / kibi) + " KiB"
                             : QByteArray::number(bytes) + " B";
}

/// Bytes of which no piece is like another, so that a lost or doubled piece is seen: numbers, one after the other.
QByteArray content(int code, qsizetype size)
{
    QByteArray bytes;
    bytes.reserve(size + 32);
    for (quint64 i = 0; bytes.size() < size; ++i) {
        if (code == opcode::text) {
            bytes += QByteArray::number(i) + "\xe2\x82\xac"; // so that writes and fragments end within characters
            continue;
        }
        for (int shift = 0; shift < 64; shift += 8)
            bytes.append(static_cast<char>((i * 0x9e3779b97f4a7c15) >> shift));
    }
    if (code != opcode::text)
        return bytes.first(size);
    // Text must end between two characters.
    qsizetype whole = size;
    while (whole > 0 && whole < bytes.size() && (static_cast<uchar>(bytes[whole]) & 0xc0) == 0x80)
        --whole;
    return bytes.first(whole) + QByteArray(size - whole, '.');
}

QList<RawFrame> cut(const RawFrame &message, qsizetype fragment)
{
    QList<RawFrame> frames;
    for (qsizetype at = 0; at < message.payload.size(); at += fragment) {
        const QByteArray piece = message.payload.mid(at, fragment);
        frames.append({at == 0 ? message.opcode : opcode::continuation, piece, at + fragment >= message.payload.size(), 0});
    }
    return frames;
}

void addSizes(QList<Case> &cases, int code, const QByteArray &kind)
{
    for (const qsizetype size : {64 * kibi, 256 * kibi, mebi, 4 * mebi, 8 * mebi, 16 * mebi}) {
        const RawFrame whole{code, content(code, size)};
        const Case made = echoed("limits/" + kind + ' ' + sizeText(size), {whole}, {whole});
        cases.append(size > mebi ? made.large() : made);
    }
    const RawFrame four{code, content(code, 4 * mebi)};
    for (const qsizetype fragment : {qsizetype{64}, qsizetype{256}, kibi, 4 * kibi, 16 * kibi, 64 * kibi, 256 * kibi, mebi})
        cases.append(echoed("limits/" + kind + " 4 MiB in fragments of " + sizeText(fragment), cut(four, fragment), {four}).large());
    const RawFrame small{code, content(code, 64 * kibi)};
    for (const qsizetype fragment : {qsizetype{1}, qsizetype{64}, qsizetype{1000}})
        cases.append(echoed("limits/" + kind + " 64 KiB in fragments of " + sizeText(fragment), cut(small, fragment), {small}).inOnePiece());
    const RawFrame sixteen{code, content(code, 16 * mebi)};
    for (const qsizetype chop : {qsizetype{64}, qsizetype{256}, kibi, 4 * kibi, 16 * kibi, 64 * kibi}) {
        cases.append(echoed("limits/" + kind + " 16 MiB in writes of " + sizeText(chop), {sixteen}, {sixteen}).chopped(chop).large());
    }
    cases.append(echoed("limits/" + kind + " 16 MiB in fragments of 64 B and writes of 1 KiB", cut(sixteen, 64), {sixteen}).inOnePiece().chopped(kibi).large());
}

void addRounds(QList<Case> &cases, int code, const QByteArray &kind, int rounds)
{
    for (const qsizetype size : {qsizetype{0}, qsizetype{16}, qsizetype{64}, qsizetype{256}, kibi, 4 * kibi, 16 * kibi, 64 * kibi}) {
        const RawFrame whole{code, content(code, size)};
        const int count = size > 4 * kibi ? rounds / 5 : rounds;
        cases.append(echoed("limits/" + kind + " round trips of " + sizeText(size), {whole}, {whole}).repeated(count).large());
    }
}

} // namespace

QList<Case> limitCases(int rounds)
{
    QList<Case> cases;
    for (const int code : {opcode::text, opcode::binary}) {
        const QByteArray kind = code == opcode::text ? "text" : "binary";
        addSizes(cases, code, kind);
        addRounds(cases, code, kind, rounds);
    }
    return cases;
}

} // namespace wsw::test
