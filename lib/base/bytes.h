#pragma once

#include <QByteArray>

#include <bit>
#include <concepts>
#include <cstring>

namespace wsw {

/// Reads an unsigned big-endian (network order) number from sizeof(T) bytes at @p from.
template<std::unsigned_integral T>
[[nodiscard]] constexpr T readBigEndian(const uchar *from) noexcept
{
    T value = 0;
    for (size_t i = 0; i < sizeof(T); ++i)
        value = static_cast<T>((value << 8) | from[i]);
    return value;
}

/// Writes @p value in network order to sizeof(T) bytes at @p to.
template<std::unsigned_integral T>
constexpr void writeBigEndian(T value, uchar *to) noexcept
{
    for (size_t i = sizeof(T); i-- > 0; value = static_cast<T>(value >> 8))
        to[i] = static_cast<uchar>(value & 0xff);
}

/// Reads a little-endian number (the byte order of the capture document).
template<std::integral T>
[[nodiscard]] T readLittleEndian(const uchar *from) noexcept
{
    static_assert(std::endian::native == std::endian::little, "the capture document is little-endian");
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

/// Writes a little-endian number (the byte order of the capture document).
template<std::integral T>
void writeLittleEndian(T value, uchar *to) noexcept
{
    static_assert(std::endian::native == std::endian::little, "the capture document is little-endian");
    std::memcpy(to, &value, sizeof value);
}

/// Empties a buffer that is filled again and again: its memory stays where it is no more than @p kept bytes, and is given back otherwise.
inline void emptyBuffer(QByteArray &buffer, qsizetype kept = 64 * 1024)
{
    if (buffer.capacity() > kept)
        buffer = {};
    else
        buffer.resize(0);
}

} // namespace wsw
