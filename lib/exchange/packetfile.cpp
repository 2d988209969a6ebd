#include "exchange/packetfile.h"

#include "base/bytes.h"
#include "exchange/pcapngblocks.h"

#include <QIODevice>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace wsw::exchange {

namespace {

enum Magic : quint32 { Microseconds = 0xa1b2c3d4, Nanoseconds = 0xa1b23c4d, ByteOrder = 0x1a2b3c4d };
constexpr qsizetype classicHead = 24;
constexpr qsizetype classicPacketHead = 16;
constexpr qsizetype blockHead = 8;

const uchar *raw(const char *at) noexcept { return reinterpret_cast<const uchar *>(at); }

/// @p units since 1970 as ns; what no calendar holds becomes 0.
WallNs toNs(quint64 units, quint64 unitsPerSecond, qint64 offsetSeconds) noexcept
{
    const quint64 seconds = units / unitsPerSecond;
    constexpr quint64 most = 9'000'000'000;
    constexpr qint64 mostOffset = 200'000'000;
    if (seconds > most || offsetSeconds > mostOffset || offsetSeconds < -mostOffset)
        return 0;
    const auto rest = static_cast<quint64>(static_cast<double>(units % unitsPerSecond) * 1e9 / static_cast<double>(unitsPerSecond));
    const quint64 exact = unitsPerSecond <= 1'000'000'000 && 1'000'000'000 % unitsPerSecond == 0
        ? units % unitsPerSecond * (1'000'000'000 / unitsPerSecond)
        : rest;
    return (static_cast<qint64>(seconds) + offsetSeconds) * nsPerSecond + static_cast<qint64>(exact);
}

} // namespace

bool PacketFile::recognises(QByteArrayView beginning) noexcept
{
    if (beginning.size() < 4)
        return false;
    const auto magic = readBigEndian<quint32>(raw(beginning.data()));
    const auto swapped = readLittleEndian<quint32>(raw(beginning.data()));
    const auto isClassic = [](quint32 value) { return value == Microseconds || value == Nanoseconds; };
    return magic == pcapng::SectionHeader || isClassic(magic) || isClassic(swapped);
}

Result<PacketFile> PacketFile::open(QIODevice &device)
{
    PacketFile file(device);
    const QByteArray beginning = device.peek(4);
    if (!recognises(beginning)) {
        return Error{ErrorKind::NotACapture, u"This is neither pcap nor pcapng nor HAR."_s,
                     u"Other formats can be made pcapng with Wireshark: File > Save as."_s, {}};
    }
    file.m_isNg = readBigEndian<quint32>(raw(beginning.constData())) == pcapng::SectionHeader;
    if (file.m_isNg)
        return file;
    if (!file.fill(classicHead))
        return Error{ErrorKind::NotACapture, u"The file ends within its first bytes."_s, {}, {}};
    const char *head = file.m_buffer.constData();
    const auto magic = readBigEndian<quint32>(raw(head));
    file.m_isBigEndian = magic == Microseconds || magic == Nanoseconds;
    Interface only;
    // The upper bits say how long check sequences are.
    only.linkType = file.number32(head + 20) & 0xffff;
    only.unitsPerSecond = file.number32(head) == Nanoseconds ? 1'000'000'000 : 1'000'000;
    file.m_interfaces.push_back(only);
    return file;
}

quint16 PacketFile::number16(const char *at) const noexcept
{
    return m_isBigEndian ? readBigEndian<quint16>(raw(at)) : readLittleEndian<quint16>(raw(at));
}

quint32 PacketFile::number32(const char *at) const noexcept
{
    return m_isBigEndian ? readBigEndian<quint32>(raw(at)) : readLittleEndian<quint32>(raw(at));
}

bool PacketFile::fill(qsizetype bytes)
{
    m_buffer.resize(bytes);
    const qint64 got = m_device->read(m_buffer.data(), bytes);
    m_buffer.resize(std::max(got, qint64{0}));
    return got == bytes;
}

PacketFile::Read PacketFile::damaged(const QString &why)
{
    m_over = true;
    m_problem = why;
    return Read::Damaged;
}

PacketFile::Read PacketFile::next(FilePacket &packet)
{
    if (m_over)
        return Read::End;
    if (!m_isNg)
        return nextClassic(packet);
    for (;;) {
        bool isPacket = false;
        const Read read = nextBlock(packet, isPacket);
        if (read != Read::Packet || isPacket)
            return read;
    }
}

PacketFile::Read PacketFile::nextClassic(FilePacket &packet)
{
    if (!fill(classicPacketHead)) {
        m_over = true;
        return m_buffer.isEmpty() ? Read::End : damaged(u"it ends within a packet"_s);
    }
    const char *head = m_buffer.constData();
    const Interface &only = m_interfaces.front();
    packet.time = toNs(quint64{number32(head)} * only.unitsPerSecond + number32(head + 4), only.unitsPerSecond, 0);
    packet.linkType = only.linkType;
    const quint32 size = number32(head + 8);
    if (size > largestBlock)
        return damaged(u"a packet says that it has %1 bytes"_s.arg(size));
    const bool whole = fill(static_cast<qsizetype>(size));
    packet.bytes = m_buffer;
    return whole ? Read::Packet : damaged(u"it ends within a packet"_s);
}

/// A section's head says the byte order of its own length.
PacketFile::Read PacketFile::readSection(quint32 &size)
{
    const QByteArray order = m_device->peek(4);
    if (order.size() < 4)
        return damaged(u"it ends within a section's head"_s);
    const bool isBig = readBigEndian<quint32>(raw(order.constData())) == ByteOrder;
    if (!isBig && readLittleEndian<quint32>(raw(order.constData())) != ByteOrder)
        return damaged(u"a section has no byte order"_s);
    m_isBigEndian = isBig;
    m_hasSection = true;
    m_interfaces.clear();
    size = number32(m_buffer.constData() + 4);
    return Read::Packet;
}

PacketFile::Read PacketFile::nextBlock(FilePacket &packet, bool &isPacket)
{
    if (!fill(blockHead)) {
        m_over = true;
        return m_buffer.isEmpty() ? Read::End : damaged(u"it ends within a block"_s);
    }
    quint32 type = number32(m_buffer.constData());
    quint32 size = number32(m_buffer.constData() + 4);
    if (readBigEndian<quint32>(raw(m_buffer.constData())) == pcapng::SectionHeader) {   // the same in both byte orders
        type = pcapng::SectionHeader;
        if (const Read read = readSection(size); read != Read::Packet)
            return read;
    } else if (!m_hasSection) {
        return damaged(u"it does not begin with a section"_s);
    }
    if (size < blockHead + 4 || size % 4 != 0 || size > largestBlock)
        return damaged(u"a block says that it has %1 bytes"_s.arg(size));
    if (!fill(static_cast<qsizetype>(size) - blockHead))
        return damaged(u"it ends within a block"_s);
    const QByteArrayView body = QByteArrayView(m_buffer).chopped(4);
    if (number32(m_buffer.constData() + body.size()) != size)
        return damaged(u"a block has two lengths"_s);
    switch (type) {
    case pcapng::InterfaceDescription:
        return readInterface(body) ? Read::Packet : damaged(u"an interface's description is too short"_s);
    case pcapng::Packet:
    case pcapng::SimplePacket:
    case pcapng::EnhancedPacket:
        isPacket = true;
        return readPacket(type, body, packet) ? Read::Packet : damaged(u"a packet does not fit into its block"_s);
    default:
        return Read::Packet;    // for others
    }
}

bool PacketFile::readInterface(QByteArrayView body)
{
    enum Option : quint16 { End = 0, TimeResolution = 9, TimeOffset = 14 };
    if (body.size() < 8 || m_interfaces.size() >= mostInterfaces)
        return false;
    Interface made;
    made.linkType = number16(body.data());
    for (QByteArrayView options = body.sliced(8); options.size() >= 4;) {
        const quint16 code = number16(options.data());
        const qsizetype size = number16(options.data() + 2);
        const qsizetype padded = (size + 3) / 4 * 4;
        if (code == End || options.size() < 4 + padded)
            break;
        const QByteArrayView value = options.sliced(4, size);
        if (code == TimeResolution && size >= 1) {
            const auto resolution = static_cast<uchar>(value.front());
            const int power = resolution & 0x7f;
            made.unitsPerSecond = 1;
            // 2^-63 and 10^-19 are the finest that can be told apart here; whatever is finer has no such clock.
            for (int i = 0; i < std::min(power, (resolution & 0x80) != 0 ? 63 : 19); ++i)
                made.unitsPerSecond *= (resolution & 0x80) != 0 ? 2 : 10;
        } else if (code == TimeOffset && size >= 8) {
            quint64 offset = m_isBigEndian ? readBigEndian<quint64>(raw(value.data())) : readLittleEndian<quint64>(raw(value.data()));
            made.offsetSeconds = static_cast<qint64>(offset);
        }
        options = options.sliced(4 + padded);
    }
    m_interfaces.push_back(made);
    return true;
}

bool PacketFile::readPacket(quint32 type, QByteArrayView body, FilePacket &packet)
{
    const qsizetype headSize = type == pcapng::SimplePacket ? 4 : 20;
    if (body.size() < headSize)
        return false;
    const quint32 number = type == pcapng::SimplePacket ? 0 : type == pcapng::Packet ? number16(body.data()) : number32(body.data());
    if (number >= m_interfaces.size())
        return false;
    const Interface &from = m_interfaces.at(number);
    packet.linkType = from.linkType;
    if (type == pcapng::SimplePacket) {
        const auto original = static_cast<qsizetype>(number32(body.data()));
        packet.time = 0;
        packet.bytes = body.sliced(headSize, std::min(original, body.size() - headSize));
        return true;
    }
    const quint64 units = (quint64{number32(body.data() + 4)} << 32) | number32(body.data() + 8);
    packet.time = toNs(units, from.unitsPerSecond, from.offsetSeconds);
    const auto captured = static_cast<qsizetype>(number32(body.data() + 12));
    if (captured > body.size() - headSize)
        return false;
    packet.bytes = body.sliced(headSize, captured);
    return true;
}

} // namespace wsw::exchange
