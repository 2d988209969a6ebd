#include "capture/compression.h"

#include "base/clock.h"

#include <lz4.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace wsw::capture {

namespace {

/// The fastest that does not give up on what text and headers have in common.
constexpr int acceleration = 1;
/// One byte of an LZ4 block stands for at most this many.
constexpr qint64 largestRatio = 255;

} // namespace

Compressed Compressor::compress(QByteArrayView raw, Haste haste)
{
    const Compressed plain{Encoding::Plain, raw};
    if (raw.size() < shortestTried || raw.size() > largestRowBytes)
        return plain;
    if (m_notTried > 0 && !m_everyRow) {
        --m_notTried;
        return plain;
    }
    // No room for more than is worth it, so that LZ4 stops as soon as it is not.
    const qsizetype room = raw.size() - raw.size() * leastGain / 100;
    if (m_capacity < room) {
        m_buffer = std::make_unique_for_overwrite<char[]>(static_cast<size_t>(room));
        m_capacity = room;
    }
    const MonotonicNs begun = monotonicNow();
    const int bytes = LZ4_compress_fast(raw.data(), m_buffer.get(), static_cast<int>(raw.size()),
                                        static_cast<int>(room), acceleration);
    const qint64 ns = monotonicNow() - begun;
    m_spentNs += ns;
    if (bytes <= 0 || (haste == Haste::Yes && !paid(raw.size(), bytes, ns)))
        m_notTried = rowsNotTried;
    if (bytes <= 0)
        return plain;
    return {Encoding::Lz4, QByteArrayView(m_buffer.get(), bytes)};
}

bool Compressor::paid(qsizetype raw, qsizetype stored, qint64 ns) const noexcept
{
    return m_writingNs == 0 || static_cast<double>(raw - stored) * m_writingNs >= static_cast<double>(ns);
}

qint64 Compressor::takeSpent() noexcept
{
    return std::exchange(m_spentNs, 0);
}

bool canHold(qint64 encoding, qint64 raw, qsizetype stored) noexcept
{
    if (raw < 0 || raw > largestRowBytes || stored > largestRowBytes)
        return false;
    switch (encoding) {
    case static_cast<qint64>(Encoding::Plain): return raw == stored;
    case static_cast<qint64>(Encoding::Lz4): return raw <= stored * largestRatio;
    default: return false;
    }
}

bool decompress(Encoding encoding, QByteArrayView stored, uchar *to, qsizetype raw) noexcept
{
    if (encoding == Encoding::Plain) {
        if (stored.size() != raw)
            return false;
        if (raw > 0)
            std::memcpy(to, stored.data(), static_cast<size_t>(raw));
        return true;
    }
    return LZ4_decompress_safe(stored.data(), reinterpret_cast<char *>(to), static_cast<int>(stored.size()),
                               static_cast<int>(raw)) == raw;
}

Unpacked unpackRow(qint64 encoding, qint64 raw, QByteArrayView stored)
{
    if (!canHold(encoding, raw, stored.size()))
        return {};
    Unpacked unpacked{std::make_unique_for_overwrite<uchar[]>(static_cast<size_t>(raw)), raw};
    if (!decompress(static_cast<Encoding>(encoding), stored, unpacked.bytes.get(), unpacked.size))
        return {};
    return unpacked;
}

Unpacked unpackRow(qint64 encoding, QByteArrayView stored)
{
    if (encoding == static_cast<qint64>(Encoding::Plain))
        return unpackRow(encoding, stored.size(), stored);
    if (encoding != static_cast<qint64>(Encoding::Lz4) || stored.size() > largestRowBytes)
        return {};
    const auto room = static_cast<qsizetype>(std::min<qint64>(stored.size() * largestRatio, largestRowBytes));
    Unpacked unpacked{std::make_unique_for_overwrite<uchar[]>(static_cast<size_t>(room)), 0};
    unpacked.size = LZ4_decompress_safe(stored.data(), reinterpret_cast<char *>(unpacked.bytes.get()), static_cast<int>(stored.size()),
                                        static_cast<int>(room));
    return unpacked.size > 0 ? std::move(unpacked) : Unpacked{};
}

} // namespace wsw::capture
