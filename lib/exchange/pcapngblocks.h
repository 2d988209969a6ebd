#pragma once

#include "base/clock.h"
#include "base/direction.h"

#include <QByteArray>

#include <optional>

/// The parts of a pcapng file (draft-ietf-opsawg-pcapng), little-endian, one interface with times in ns.
namespace wsw::exchange {

/// Packets that begin with an IP header, of either version.
inline constexpr quint16 linkTypeRaw = 101;

namespace pcapng {
enum BlockType : quint32 { InterfaceDescription = 1, Packet = 2, SimplePacket = 3, EnhancedPacket = 6, SectionHeader = 0x0a0d0d0a };
}

/// What a file begins with: section header and interface.
void appendPcapngHead(QByteArray &to, const QByteArray &application, const QByteArray &comment);
/// One packet. @p comment: UTF-8; empty: none.
void appendPcapngPacket(QByteArray &to, WallNs time, Direction direction, QByteArrayView packet, const QByteArray &comment);

} // namespace wsw::exchange
