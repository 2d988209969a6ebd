#pragma once

#include "base/direction.h"

#include <QByteArrayView>
#include <QString>

#include <array>

namespace wsw::wire {

/// RFC 6455, 5.2: the four opcode bits. All sixteen values can be held; only the named ones have a meaning.
enum class Opcode : quint8 {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xa,
};

[[nodiscard]] constexpr bool isControl(Opcode opcode) noexcept { return (static_cast<quint8>(opcode) & 0x8) != 0; }
/// Of a message: text, binary or continuation. A reserved opcode below 8 is neither this nor a control frame.
[[nodiscard]] constexpr bool isData(Opcode opcode) noexcept { return static_cast<quint8>(opcode) <= static_cast<quint8>(Opcode::Binary); }
[[nodiscard]] bool isReserved(Opcode opcode) noexcept;
/// "continuation", "text", ..., "reserved 0x3" in the registry's words, lower case.
[[nodiscard]] QString opcodeName(Opcode opcode);

/// RFC 6455, 5.2: how the payload length was written, minimal or not.
enum class LengthForm : quint8 { Bits7, Bits16, Bits64 };

enum class Fin : bool { No = false, Yes = true };

using MaskingKey = std::array<uchar, 4>;

/// One frame header exactly as it stood on the wire; legal or not.
struct FrameHeader
{
    bool fin = true;
    bool rsv1 = false;
    bool rsv2 = false;
    bool rsv3 = false;
    Opcode opcode = Opcode::Text;
    bool masked = false;            ///< the MASK bit; says nothing about the key's value
    MaskingKey key{};               ///< as on the wire; all zero where not masked (and legal where masked)
    LengthForm lengthForm = LengthForm::Bits7;
    quint64 length = 0;             ///< declared payload length in bytes, 0 to 2^64-1 as written
    quint64 wireOffset = 0;         ///< of the first header byte, counted from the first byte after the head

    [[nodiscard]] int headerSize() const noexcept;     ///< 2 to 14
    [[nodiscard]] quint64 wireSize() const noexcept { return static_cast<quint64>(headerSize()) + length; }
    [[nodiscard]] quint8 firstByte() const noexcept;   ///< FIN, RSV1-3, opcode
    [[nodiscard]] quint8 secondByte() const noexcept;  ///< MASK and the seven length bits
    friend bool operator==(const FrameHeader &, const FrameHeader &) = default;
};

/// The shortest form that holds @p length.
[[nodiscard]] LengthForm minimalLengthForm(quint64 length) noexcept;
/// The header as bytes, 2 to 14 of them, every field written as it is (also illegal combinations).
[[nodiscard]] QByteArray serializeHeader(const FrameHeader &header);
/// Header and payload, masked with header.key where header.masked. Writes header.length as declared, which may be false.
[[nodiscard]] QByteArray serializeFrame(const FrameHeader &header, QByteArrayView payload);
/// A legal frame: minimal length form, true length; @p key is used where @p role is Client (clients mask, servers do not).
[[nodiscard]] FrameHeader legalHeader(Opcode opcode, Fin fin, quint64 length, Role role, MaskingKey key);

} // namespace wsw::wire
