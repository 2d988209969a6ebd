#pragma once

#include <QByteArray>

/// A second, independent writer of frames, read off the figure in RFC 6455, 5.2, byte by byte. Shares nothing with lib/wire.
namespace wsw::test {

struct PlainFrame
{
    int first = 0x81;           ///< FIN, RSV1-3 and opcode as one byte
    bool masked = false;
    QByteArray key = QByteArray(4, '\0');
    int extendedBytes = 0;      ///< 0, 2 or 8: how many bytes the length has after the second
    QByteArray payload;
};

inline QByteArray encode(const PlainFrame &frame)
{
    QByteArray wire;
    wire.append(static_cast<char>(frame.first));
    const auto length = static_cast<quint64>(frame.payload.size());
    const int seven = frame.extendedBytes == 8 ? 127 : frame.extendedBytes == 2 ? 126 : static_cast<int>(length);
    wire.append(static_cast<char>(frame.masked ? seven + 128 : seven));
    for (int left = frame.extendedBytes; left > 0; --left)
        wire.append(static_cast<char>((length >> (8 * (left - 1))) % 256));
    if (frame.masked)
        wire.append(frame.key);
    for (qsizetype i = 0; i < frame.payload.size(); ++i) {
        const int octet = static_cast<uchar>(frame.payload[i]);
        const int mask = frame.masked ? static_cast<uchar>(frame.key[i % 4]) : 0;
        wire.append(static_cast<char>(octet ^ mask));
    }
    return wire;
}

/// A frame in its shortest form. @p key: four bytes for a client's frame, empty for a server's.
inline QByteArray encode(int first, const QByteArray &payload, const QByteArray &key = {})
{
    PlainFrame frame;
    frame.first = first;
    frame.payload = payload;
    frame.masked = !key.isEmpty();
    if (frame.masked)
        frame.key = key;
    frame.extendedBytes = payload.size() < 126 ? 0 : payload.size() < 65536 ? 2 : 8;
    return encode(frame);
}

} // namespace wsw::test
