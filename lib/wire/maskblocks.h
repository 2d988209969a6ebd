#pragma once

#include <QtGlobal>

#include <vector>

namespace wsw::wire {

/// One of the ways in which applyMask() masks whole blocks of bytes.
struct BlockMasker
{
    qsizetype blockBytes;
    /// Writes @p from XOR @p pattern to @p to, which may be @p from.
    void (*mask)(const uchar *from, uchar *to, qsizetype blocks, quint64 pattern) noexcept;
};
/// Those that this processor can do, the fastest last. applyMask() takes that one; its test takes all.
[[nodiscard]] std::vector<BlockMasker> blockMaskers();

} // namespace wsw::wire
