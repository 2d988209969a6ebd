#pragma once

#include "lesson/explain.h"

#include <vector>

namespace wsw::lesson {

/// Where one field of a frame header stands, in bits from the start of the frame (RFC 6455, 5.2: bit 0 is the most significant).
struct HeaderField
{
    HeaderPart part;
    int firstBit;
    int bitCount;
    friend bool operator==(const HeaderField &, const HeaderField &) = default;
};

/// The fields that this header has, in the order of the wire; the payload, which has no bound, is not among them.
[[nodiscard]] std::vector<HeaderField> headerFields(const wire::FrameHeader &header);
/// The field of @p part, or nothing where this header has none.
[[nodiscard]] std::optional<HeaderField> headerField(const wire::FrameHeader &header, HeaderPart part);
/// Does this frame have @p part? (Payload: only where the length is above 0.)
[[nodiscard]] bool hasPart(const wire::FrameHeader &header, HeaderPart part);
/// The part to which byte @p offset of the frame belongs; of the parts that share a byte, the first.
[[nodiscard]] HeaderPart partAtByte(const wire::FrameHeader &header, quint64 offset);

/// "FIN", "opcode", "masking key": as in the figure.
[[nodiscard]] QString partName(HeaderPart part);
/// The field's value as it stands on the wire: bits for flags, opcode and the 7-bit length, hex bytes for the rest; empty for Payload.
[[nodiscard]] QString partValue(const wire::FrameHeader &header, HeaderPart part);
/// What the value says: "text", "13 bytes", "masked"; may be empty.
[[nodiscard]] QString partMeaning(const wire::FrameHeader &header, HeaderPart part);
/// "byte 0, bit 0", "bytes 2 to 5"; empty where the frame does not have the part.
[[nodiscard]] QString partWhere(const wire::FrameHeader &header, HeaderPart part);

} // namespace wsw::lesson
