#include "wire/utf8.h"

#include <array>
#include <cstring>

namespace wsw::wire {

namespace {

/// What the next byte must be, by RFC 3629, 4. The second byte has a narrower range after E0, ED, F0 and F4: that is where
/// overlong forms, surrogates and numbers above 10FFFF are stopped at their first bad byte.
enum State : quint8 { Boundary, OneMore, TwoMore, ThreeMore, AfterE0, AfterEd, AfterF0, AfterF4, Bad, StateCount };

constexpr State next(State state, int byte)
{
    const auto within = [byte](int low, int high, State then) { return byte >= low && byte <= high ? then : Bad; };
    switch (state) {
    case Boundary:
        if (byte < 0x80)
            return Boundary;
        if (byte == 0xe0)
            return AfterE0;
        if (byte == 0xed)
            return AfterEd;
        if (byte == 0xf0)
            return AfterF0;
        if (byte == 0xf4)
            return AfterF4;
        if (byte >= 0xc2 && byte <= 0xdf)
            return OneMore;
        if (byte >= 0xe1 && byte <= 0xef)
            return TwoMore;
        return within(0xf1, 0xf3, ThreeMore);
    case OneMore:
        return within(0x80, 0xbf, Boundary);
    case TwoMore:
        return within(0x80, 0xbf, OneMore);
    case ThreeMore:
        return within(0x80, 0xbf, TwoMore);
    case AfterE0:
        return within(0xa0, 0xbf, OneMore);
    case AfterEd:
        return within(0x80, 0x9f, OneMore);
    case AfterF0:
        return within(0x90, 0xbf, TwoMore);
    case AfterF4:
        return within(0x80, 0x8f, TwoMore);
    case Bad:
    case StateCount:
        break;
    }
    return Bad;
}

/// One number a byte: six bits a state hold six times the state that follows. "row >> state" is then the whole step, one
/// shift that waits for the shift before and for nothing in memory: several times the speed of a table of two dimensions.
constexpr unsigned bitsPerState = 6;
static_assert(StateCount * bitsPerState <= 64);
using ShiftTable = std::array<quint64, 256>;

constexpr ShiftTable shifts = [] {
    ShiftTable made{};
    for (int byte = 0; byte < 256; ++byte) {
        for (unsigned state = 0; state < StateCount; ++state) {
            const quint64 then = next(static_cast<State>(state), byte) * quint64{bitsPerState};
            made[static_cast<size_t>(byte)] |= then << (state * bitsPerState);
        }
    }
    return made;
}();

/// A state as the table holds it. Only the lowest six bits count; the others are what the last row had above them.
using Shift = quint64;

constexpr Shift shiftOf(quint8 state) noexcept { return Shift{state} * bitsPerState; }
constexpr quint8 stateOf(Shift shift) noexcept { return static_cast<quint8>((shift & 63) / bitsPerState); }
constexpr Shift step(Shift shift, uchar byte) noexcept { return shifts[byte] >> (shift & 63); }

constexpr qsizetype blockBytes = 16;

bool isAscii(const uchar *block) noexcept
{
    constexpr quint64 highBits = 0x8080808080808080;
    quint64 low;
    quint64 high;
    std::memcpy(&low, block, sizeof low);
    std::memcpy(&high, block + sizeof low, sizeof high);
    return ((low | high) & highBits) == 0;
}

} // namespace

bool Utf8Validator::feed(QByteArrayView bytes) noexcept
{
    if (m_bad >= 0)
        return false;
    const auto *begin = reinterpret_cast<const uchar *>(bytes.data());
    const uchar *const end = begin + bytes.size();
    const uchar *at = begin;
    quint8 state = m_state;
    // Block by block as long as all is well: once bad, a state stays bad, so that it is enough to look after each block.
    for (; end - at >= blockBytes; at += blockBytes) {
        if (state == Boundary && isAscii(at))
            continue;
        Shift shift = shiftOf(state);
        for (qsizetype i = 0; i < blockBytes; ++i)
            shift = step(shift, at[i]);
        if (stateOf(shift) == Bad)
            break;
        state = stateOf(shift);
    }
    // Then byte by byte: the rest, or up to the bad byte of the last block.
    for (; at != end; ++at) {
        state = stateOf(step(shiftOf(state), *at));
        if (state == Bad) {
            m_bad = m_fed + (at - begin);
            m_state = Bad;
            m_open = 0;
            return false;
        }
    }
    m_fed += bytes.size();
    m_state = state;
    noteOpenBytes(bytes);
    return true;
}

void Utf8Validator::noteOpenBytes(QByteArrayView bytes) noexcept
{
    if (m_state == Boundary) {
        m_open = 0;
        return;
    }
    // The open code point began at the last lead byte; where that came with an earlier feed, all of these bytes belong to it.
    for (qsizetype back = 1; back <= bytes.size() && back <= 3; ++back) {
        const auto byte = static_cast<uchar>(bytes[bytes.size() - back]);
        if ((byte & 0xc0) == 0xc0) {
            m_open = static_cast<quint8>(back);
            return;
        }
    }
    m_open = static_cast<quint8>(m_open + bytes.size());
}

} // namespace wsw::wire
