#include "exchange/pcapngblocks.h"

#include "base/bytes.h"

namespace wsw::exchange {

namespace {

enum Option : quint16 { End = 0, Comment = 1, UserApplication = 4, InterfaceName = 2, InterfaceTimeResolution = 9, PacketFlags = 2 };
/// Longer comments are cut: an option's length has 16 bits.
constexpr qsizetype longestOption = 4096;

template<class Number>
void append(QByteArray &to, Number value)
{
    uchar bytes[sizeof value];
    writeLittleEndian(value, bytes);
    to.append(reinterpret_cast<const char *>(bytes), sizeof bytes);
}

void pad(QByteArray &to, qsizetype begin)
{
    to.append((4 - (to.size() - begin) % 4) % 4, '\0');
}

void appendOption(QByteArray &to, quint16 option, QByteArrayView value)
{
    QByteArrayView kept = value.first(std::min(value.size(), longestOption));
    // Not within a character.
    while (kept.size() < value.size() && !kept.isEmpty() && (value[kept.size()] & 0xc0) == 0x80)
        kept.chop(1);
    append(to, option);
    append(to, static_cast<quint16>(kept.size()));
    const qsizetype begin = to.size();
    to.append(kept);
    pad(to, begin);
}

/// Begins a block; endBlock() writes its length at both ends.
qsizetype beginBlock(QByteArray &to, quint32 type)
{
    const qsizetype begin = to.size();
    append(to, type);
    append(to, quint32{0});
    return begin;
}

void endBlock(QByteArray &to, qsizetype begin)
{
    const auto size = static_cast<quint32>(to.size() - begin + 4);
    append(to, size);
    writeLittleEndian(size, reinterpret_cast<uchar *>(to.data()) + begin + 4);
}

} // namespace

void appendPcapngHead(QByteArray &to, const QByteArray &application, const QByteArray &comment)
{
    qsizetype block = beginBlock(to, pcapng::SectionHeader);
    append(to, quint32{0x1a2b3c4d});
    append(to, quint16{1});
    append(to, quint16{0});
    append(to, qint64{-1});     // the section's length: not said
    appendOption(to, Comment, comment);
    appendOption(to, UserApplication, application);
    appendOption(to, End, {});
    endBlock(to, block);

    block = beginBlock(to, pcapng::InterfaceDescription);
    append(to, linkTypeRaw);
    append(to, quint16{0});
    append(to, quint32{0});     // no limit on a packet's length
    appendOption(to, InterfaceName, "websocket-workbench");
    appendOption(to, InterfaceTimeResolution, "\x09");
    appendOption(to, End, {});
    endBlock(to, block);
}

void appendPcapngPacket(QByteArray &to, WallNs time, Direction direction, QByteArrayView packet, const QByteArray &comment)
{
    const qsizetype block = beginBlock(to, pcapng::EnhancedPacket);
    append(to, quint32{0});
    append(to, static_cast<quint32>(static_cast<quint64>(time) >> 32));
    append(to, static_cast<quint32>(static_cast<quint64>(time)));
    append(to, static_cast<quint32>(packet.size()));
    append(to, static_cast<quint32>(packet.size()));
    const qsizetype begin = to.size();
    to.append(packet);
    pad(to, begin);
    QByteArray flags;
    append(flags, quint32{direction == Direction::Received ? 1u : 2u});
    appendOption(to, PacketFlags, flags);
    if (!comment.isEmpty())
        appendOption(to, Comment, comment);
    appendOption(to, End, {});
    endBlock(to, block);
}

} // namespace wsw::exchange
