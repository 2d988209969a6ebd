#pragma once

#include "base/bytes.h"

#include <QByteArray>
#include <QList>

namespace wsw::test {

/// One packet of a file that this program wrote: raw IP, little-endian pcapng, ns. A reader of its own, for tests.
struct WrittenPacket
{
    qint64 time = 0;
    quint16 from = 0;
    quint16 to = 0;
    quint32 sequence = 0;
    quint32 acknowledged = 0;
    int flags = 0;
    QByteArray payload;
    QByteArray comment;
};

inline QList<WrittenPacket> packetsOf(const QByteArray &file)
{
    QList<WrittenPacket> packets;
    const auto *bytes = reinterpret_cast<const uchar *>(file.constData());
    for (qsizetype at = 0; at + 12 <= file.size();) {
        const auto size = static_cast<qsizetype>(readLittleEndian<quint32>(bytes + at + 4));
        if (readLittleEndian<quint32>(bytes + at) == 6) {
            WrittenPacket packet;
            packet.time = static_cast<qint64>((quint64{readLittleEndian<quint32>(bytes + at + 12)} << 32) | readLittleEndian<quint32>(bytes + at + 16));
            const auto captured = static_cast<qsizetype>(readLittleEndian<quint32>(bytes + at + 20));
            const uchar *ip = bytes + at + 28;
            const qsizetype ipSize = ip[0] >> 4 == 4 ? 20 : 40;
            const uchar *tcp = ip + ipSize;
            packet.from = readBigEndian<quint16>(tcp);
            packet.to = readBigEndian<quint16>(tcp + 2);
            packet.sequence = readBigEndian<quint32>(tcp + 4);
            packet.acknowledged = readBigEndian<quint32>(tcp + 8);
            packet.flags = tcp[13];
            packet.payload = file.mid(at + 28 + ipSize + (tcp[12] >> 4) * 4, captured - ipSize - (tcp[12] >> 4) * 4);
            for (qsizetype option = at + 28 + (captured + 3) / 4 * 4; option + 4 < at + size - 4;) {
                const auto length = static_cast<qsizetype>(readLittleEndian<quint16>(bytes + option + 2));
                if (readLittleEndian<quint16>(bytes + option) == 1)
                    packet.comment = file.mid(option + 4, length);
                option += 4 + (length + 3) / 4 * 4;
            }
            packets += packet;
        }
        at += size;
    }
    return packets;
}

} // namespace wsw::test
