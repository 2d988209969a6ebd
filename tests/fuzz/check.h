#pragma once

#include "support/splits.h"

#include <QByteArray>
#include <QByteArrayView>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

/// Ends the program where a property does not hold: that is how a fuzzer and the replay of a corpus learn of it.
#define FUZZ_CHECK(condition)                                                                                                              \
    do {                                                                                                                                   \
        if (!(condition)) {                                                                                                                \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                                            \
            std::abort();                                                                                                                  \
        }                                                                                                                                  \
    } while (false)

/// What every fuzzer defines; libFuzzer or replay.cpp calls it.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

namespace wsw::fuzz {

/// An input: its first bytes choose how the rest is fed.
class Input final
{
public:
    Input(const unsigned char *data, size_t size) : m_rest(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)) {}

    /// The next choice; 0 where the input is used up.
    [[nodiscard]] unsigned choice()
    {
        if (m_rest.isEmpty())
            return 0;
        const auto byte = static_cast<unsigned char>(m_rest.front());
        m_rest = m_rest.sliced(1);
        return byte;
    }
    [[nodiscard]] QByteArrayView rest() const { return m_rest; }

private:
    QByteArrayView m_rest;
};

/// A replay has the time to cut every stream up to this size at every place; a fuzzer finds the places itself.
inline qsizetype cutsEverywhereUpTo = 0;

/// @p bytes in pieces of irregular sizes up to 32, the same for the same @p choice.
inline test::Chunks irregularPieces(QByteArrayView bytes, unsigned choice)
{
    test::Chunks pieces;
    quint32 state = choice;
    while (!bytes.isEmpty()) {
        state = state * 1664525u + 1013904223u; // a linear congruential generator: only its upper bits are good
        const auto size = std::min<qsizetype>(bytes.size(), 1 + (state >> 16) % (1 + choice % 32));
        pieces.append(bytes.first(size).toByteArray());
        bytes = bytes.sliced(size);
    }
    return pieces;
}

/// A stream that is cut anywhere must give the same: calls @p check with the pieces of several ways to cut @p bytes, among them
/// what @p choice says.
template<class Check>
void forCuts(QByteArrayView bytes, unsigned choice, Check check)
{
    const QByteArray whole = bytes.toByteArray();
    check(irregularPieces(bytes, choice));
    if (whole.size() <= cutsEverywhereUpTo) {
        check(test::bytewise(whole));
        for (qsizetype at = 0; at <= whole.size(); ++at)
            check(test::cutAt(whole, at));
    } else {
        check(test::cutAt(whole, whole.size() * choice / 255));
    }
}

} // namespace wsw::fuzz
