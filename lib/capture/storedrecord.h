#pragma once

#include "capture/record.h"

#include <bit>
#include <cstddef>
#include <type_traits>

namespace wsw::capture {

/// The fixed part of a record as it stands in a block: 80 bytes, little-endian, without padding between records.
/// Written and read with memcpy; the payload (or, where Chunked, a StoredChunkedPayload and a preview) follows at once, and
/// then, in the last inflatedBytes, the inflated bytes (or, where InflatedChunked, the same two for them).
struct StoredHeader
{
    quint32 size;               ///< of the whole record, this header included
    quint8 kind;                ///< wire::RecordKind
    quint8 shape;               ///< bit 0: Direction; bits 1-2: wire::LengthForm
    quint16 flags;              ///< wire::RecordFlags
    quint16 violation;          ///< wire::Violation
    quint8 firstByte;           ///< FIN, RSV1-3, opcode
    quint8 secondByte;          ///< MASK and the seven length bits
    quint32 connection;
    qint64 time;
    qint64 firstByteDelta;      ///< time - firstByteTime
    quint64 wireOffset;
    quint64 length;             ///< as declared on the wire
    uchar key[4];
    quint32 inflatedBytes;      ///< of the record's end that belong to the inflated payload; 0 in version 1
    quint64 message;
    quint64 inflatedLength;
    qint64 rtt;
};
static_assert(sizeof(StoredHeader) == 80 && std::is_trivially_copyable_v<StoredHeader>);
static_assert(offsetof(StoredHeader, connection) == 12 && offsetof(StoredHeader, key) == 48);
static_assert(std::endian::native == std::endian::little, "the capture document is little-endian");

/// What stands in a block in place of a payload, or of inflated bytes, that lie in table payload_chunk.
struct StoredChunkedPayload
{
    quint64 key;
    quint64 stored;             ///< bytes in table payload_chunk
};
static_assert(sizeof(StoredChunkedPayload) == 16);

inline constexpr qsizetype storedHeaderBytes = sizeof(StoredHeader);

/// Packs what is known of @p record; @p size and @p inflatedBytes become the fields of StoredHeader.
[[nodiscard]] StoredHeader packHeader(const wire::TrafficRecord &record, quint32 size, quint32 inflatedBytes = 0) noexcept;
/// Reads the record that begins at @p at; its size must have been checked (see recordFits()).
[[nodiscard]] RecordView unpackRecord(const uchar *at, RecordId id) noexcept;
/// The size of the record at @p at if a whole one can stand in the @p left bytes from there; otherwise 0.
[[nodiscard]] quint32 recordFits(const uchar *at, quint64 left) noexcept;
/// Time of the last byte of the record at @p at.
[[nodiscard]] MonotonicNs storedTime(const uchar *at) noexcept;

} // namespace wsw::capture
