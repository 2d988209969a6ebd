#include "wire/mask.h"

#include <cstring>

namespace wsw::wire {

void applyMask(const uchar *from, uchar *to, qsizetype n, MaskingKey key, quint64 phase) noexcept
{
    // Turning the key by the phase once lets every loop below start at its first byte.
    MaskingKey turned;
    for (size_t i = 0; i < turned.size(); ++i)
        turned[i] = key[(phase + i) & 3];
    quint32 word;
    std::memcpy(&word, turned.data(), sizeof word);
    const quint64 pattern = (quint64{word} << 32) | word;

    // Each block is read whole before it is written: compilers turn it into vector instructions, and from == to stays right.
    constexpr qsizetype block = 64;
    for (; n >= block; n -= block, from += block, to += block) {
        std::array<quint64, block / sizeof(quint64)> words;
        std::memcpy(words.data(), from, block);
        for (quint64 &each : words)
            each ^= pattern;
        std::memcpy(to, words.data(), block);
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
