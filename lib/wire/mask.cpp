#include "wire/mask.h"

#include "wire/maskblocks.h"

#include <cstring>

namespace wsw::wire {

namespace {

#if defined(__GNUC__)
/// Compilers that know vectors make of this what the processor has, be it one instruction or several.
using Lane [[gnu::vector_size(32)]] = quint64;
#else
using Lane = quint64;
#endif

constexpr qsizetype maskedBytes = 2 * sizeof(Lane);

/// Masks whole blocks. Each is read whole before it is written, so that from == to is right.
[[gnu::always_inline]] inline void maskEach(const uchar *from, uchar *to, qsizetype blocks, quint64 pattern) noexcept
{
    for (; blocks > 0; --blocks, from += maskedBytes, to += maskedBytes) {
        Lane one;
        Lane two;
        std::memcpy(&one, from, sizeof one);
        std::memcpy(&two, from + sizeof one, sizeof two);
        one ^= pattern;
        two ^= pattern;
        std::memcpy(to, &one, sizeof one);
        std::memcpy(to + sizeof one, &two, sizeof two);
    }
}

void maskBlocks(const uchar *from, uchar *to, qsizetype blocks, quint64 pattern) noexcept
{
    maskEach(from, to, blocks, pattern);
}

#if defined(__x86_64__) && defined(__GNUC__)
/// The same for processors with vectors of 32 bytes: nearly as fast as memcpy(), which chooses in the same way.
[[gnu::target("avx2")]] void maskBlocksWide(const uchar *from, uchar *to, qsizetype blocks, quint64 pattern) noexcept
{
    maskEach(from, to, blocks, pattern);
}
#endif

} // namespace

std::vector<BlockMasker> blockMaskers()
{
    std::vector<BlockMasker> ways{{maskedBytes, maskBlocks}};
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx2") != 0)
        ways.push_back({maskedBytes, maskBlocksWide});
#endif
    return ways;
}

void applyMask(const uchar *from, uchar *to, qsizetype n, MaskingKey key, quint64 phase) noexcept
{
    // Turning the key by the phase once lets every loop below start at its first byte.
    MaskingKey turned;
    for (size_t i = 0; i < turned.size(); ++i)
        turned[i] = key[(phase + i) & 3];
    quint32 word;
    std::memcpy(&word, turned.data(), sizeof word);
    const quint64 pattern = (quint64{word} << 32) | word;

    if (const qsizetype blocks = n / maskedBytes; blocks > 0) {
        static const auto best = blockMaskers().back().mask;
        best(from, to, blocks, pattern);
        from += blocks * maskedBytes;
        to += blocks * maskedBytes;
        n -= blocks * maskedBytes;
    }
    for (; n >= 8; n -= 8, from += 8, to += 8) {
        quint64 each;
        std::memcpy(&each, from, sizeof each);
        each ^= pattern;
        std::memcpy(to, &each, sizeof each);
    }
    for (qsizetype i = 0; i < n; ++i)
        to[i] = static_cast<uchar>(from[i] ^ turned[static_cast<size_t>(i) & 3]);
}

} // namespace wsw::wire
