#include "rawframe.h"

#include <algorithm>

namespace wsw::test {

QByteArray encode(const RawFrame &frame, End end, const Spelling &spelling)
{
    const bool byRole = spelling.mask == Spelling::Mask::ByRole;
    const bool mask = (end == End::Client) == byRole;
    const qsizetype size = frame.payload.size();
    const int bytes = spelling.lengthBytes >= 0 ? spelling.lengthBytes : size < 126 ? 0 : size < 65536 ? 2 : 8;
    const int form = bytes == 0 ? static_cast<int>(size) : bytes == 2 ? 126 : 127;
    QByteArray out;
    out.append(static_cast<char>((frame.fin ? 0x80 : 0) | (frame.rsv << 4) | frame.opcode));
    out.append(static_cast<char>((mask ? 0x80 : 0) | form));
    for (int i = bytes - 1; i >= 0; --i)
        out.append(static_cast<char>((static_cast<quint64>(size) >> (8 * i)) & 0xff));
    if (spelling.highLengthBit)
        out[2] = static_cast<char>(out.at(2) | 0x80);
    const qsizetype sent = spelling.payloadSent >= 0 ? std::min(spelling.payloadSent, size) : size;
    if (!mask)
        return out + frame.payload.first(sent);
    const QByteArray key("\xa1\x00\x5c\xf3", 4);
    out.append(key);
    const qsizetype start = out.size();
    out.append(frame.payload.first(sent));
    char *to = out.data() + start;
    for (qsizetype i = 0; i < sent; ++i)
        to[i] = static_cast<char>(to[i] ^ key.at(i % 4));
    return out;
}

} // namespace wsw::test
