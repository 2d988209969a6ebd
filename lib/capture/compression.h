#pragma once

#include "base/limits.h"

#include <QByteArrayView>

#include <memory>

namespace wsw::capture {

/// How the bytes of a row stand in the file; the numbers are those of its column `encoding`.
enum class Encoding {
    Plain = 0,
    Lz4 = 1,    ///< one LZ4 block, without a frame
};

/// A row of the file holds at most this much, unpacked; the largest that is written is one record of
/// limits::payloadChunkBytes. What a file says of itself is compared with this before memory is taken for it.
inline constexpr qsizetype largestRowBytes = 2 * limits::payloadChunkBytes;

/// Bytes as they are going to stand in a row.
struct Compressed
{
    Encoding encoding = Encoding::Plain;
    QByteArrayView bytes;
};

/// Is the writer behind, so that only what makes it faster is worth doing?
enum class Haste : quint8 { No, Yes };

/// Makes rows shorter where that is worth it: always where the writer has time, and in haste only where packing costs less time
/// than writing what it saves. After a row that was not worth it the following ones are not even tried. Writer thread only; one
/// for each kind of bytes, for each learns from its own.
class Compressor final
{
public:
    /// A shorter row is left as it is: it is about to be replaced by a longer one, and says little about those to come.
    static constexpr qsizetype shortestTried = 32 * 1024;
    /// What must be gained, in hundredths of the row.
    static constexpr qsizetype leastGain = 10;
    /// Rows left as they are after one that was not worth it.
    static constexpr int rowsNotTried = 15;

    /// @p raw itself, or something shorter that is valid until the next call.
    [[nodiscard]] Compressed compress(QByteArrayView raw, Haste haste = Haste::No);
    /// Leaves no row untried from now on: for files that are written once, to be kept.
    void tryEveryRow() noexcept { m_everyRow = true; }
    /// What writing a byte has cost of late, in ns.
    void learnWriting(double nsPerByte) noexcept { m_writingNs = nsPerByte; }
    /// Time spent in compress() since the last call, in ns.
    [[nodiscard]] qint64 takeSpent() noexcept;

private:
    [[nodiscard]] bool paid(qsizetype raw, qsizetype stored, qint64 ns) const noexcept;

    std::unique_ptr<char[]> m_buffer;
    qsizetype m_capacity = 0;
    bool m_everyRow = false;
    int m_notTried = 0;     ///< rows still to be left as they are
    double m_writingNs = 0; ///< a byte; 0: not known yet
    qint64 m_spentNs = 0;
};

/// Can a row of @p stored bytes that says it holds @p raw unpacked ones be true? Nothing else may be allocated for.
[[nodiscard]] bool canHold(qint64 encoding, qint64 raw, qsizetype stored) noexcept;
/// Unpacks @p stored into exactly @p raw bytes at @p to, where canHold() has agreed; false where they are damaged.
[[nodiscard]] bool decompress(Encoding encoding, QByteArrayView stored, uchar *to, qsizetype raw) noexcept;

/// Bytes of a row as they were before they were stored.
struct Unpacked
{
    std::unique_ptr<uchar[]> bytes;     ///< null where the row is damaged
    qsizetype size = 0;
};
/// Unpacks a row of which the file says that it holds @p raw bytes.
[[nodiscard]] Unpacked unpackRow(qint64 encoding, qint64 raw, QByteArrayView stored);
/// Unpacks a row of which nothing says how long it was.
[[nodiscard]] Unpacked unpackRow(qint64 encoding, QByteArrayView stored);

} // namespace wsw::capture
