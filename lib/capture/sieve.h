#pragma once

#include "capture/blockcolumns.h"

#include <functional>
#include <memory>
#include <vector>

namespace wsw::capture {

/// A test on records that is content with little: it is asked first with what a block's columns tell of many records at once, and only
/// where that leaves it open with more. One thread at a time.
class Sieve
{
public:
    Sieve() = default;
    Sieve(const Sieve &) = delete;
    Sieve &operator=(const Sieve &) = delete;
    virtual ~Sieve() = default;

    /// Known::Shape: @p record stands for all of its block that have this shape, and its number is that of the block's first record.
    /// Verdict::Open of Known::Everything ends the sifting before this record: it cannot be judged just now.
    [[nodiscard]] virtual Verdict judge(const RecordView &record, Known known) = 0;
    /// Knowing just so much can decide what knowing less could not.
    [[nodiscard]] virtual bool asksFor(Known known) const noexcept = 0;
};

/// What has come of a run of records.
struct Sifted
{
    std::vector<quint64> found;     ///< numbers, in order
    quint64 scanned = 0;            ///< the last record that was judged
    bool isWhole = true;            ///< all of them were
};

/// Judges records of one block by its columns, reading more of it only where the sieve asks for it.
class BlockSifter final
{
public:
    /// Adds the numbers to @p columns; false: they cannot be had.
    using NumbersLoader = std::function<bool(BlockColumns &columns)>;
    /// The block; null: it cannot be read just now.
    using BlockLoader = std::function<std::shared_ptr<const Block>()>;

    BlockSifter(Sieve &sieve, BlockColumns columns, NumbersLoader numbers, BlockLoader block);

    /// Of the records @p from to @p to (both included), which must be in the columns.
    [[nodiscard]] Sifted sift(quint64 from, quint64 to);

private:
    [[nodiscard]] Verdict judge(quint32 index, RecordView &shape);
    [[nodiscard]] bool getNumbers();

    Sieve &m_sieve;
    BlockColumns m_columns;
    NumbersLoader m_loadNumbers;
    BlockLoader m_loadBlock;
    std::vector<RecordView> m_shapes;
    std::vector<Verdict> m_verdicts;    ///< of each shape
    const bool m_asksForSizes;
    const bool m_asksForNumbers;
    bool m_noneFits = true;
    std::shared_ptr<const Block> m_block;
    bool m_numbersAreMissing = false;
};

/// The same of records in memory.
[[nodiscard]] Sifted sift(Sieve &sieve, const Block &block, quint64 from, quint64 to);

} // namespace wsw::capture
