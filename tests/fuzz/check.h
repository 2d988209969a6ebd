#pragma once

#include <QByteArray>
#include <QByteArrayView>

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

    /// Calls @p feed with @p bytes in pieces of @p size (0: whole), each in memory of its own so that ASan sees its ends.
    template<class Feed>
    static void inPieces(QByteArrayView bytes, qsizetype size, Feed feed)
    {
        if (size == 0)
            size = bytes.size();
        while (!bytes.isEmpty()) {
            const QByteArray piece = bytes.first(std::min(size, bytes.size())).toByteArray();
            bytes = bytes.sliced(piece.size());
            if (!feed(piece))
                return;
        }
    }

private:
    QByteArrayView m_rest;
};

} // namespace wsw::fuzz
