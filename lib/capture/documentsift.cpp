#include "capture/document_p.h"
#include "capture/sieve.h"

#include <QElapsedTimer>

#include <algorithm>

namespace wsw::capture {

namespace {

/// Records that are judged before they are told of: whoever watches a slow sieve at work sees it go on, and can stop it.
constexpr quint64 siftedAtOnce = 512;
/// Rows of the file that are looked at as it stands at one moment, and for how long at most.
constexpr size_t rowsAtOnce = 64;
constexpr qint64 longestSnapshotMs = 50;

/// Sifts @p from to @p to with @p siftPiece, a piece at a time; false where it is not to go on.
template<class SiftPiece>
bool inPieces(quint64 from, quint64 to, const std::function<bool(const Sifted &)> &take, SiftPiece siftPiece)
{
    bool goesOn = true;
    for (quint64 begin = from; goesOn && begin <= to; begin += siftedAtOnce) {
        const Sifted sifted = siftPiece(begin, std::min(begin + siftedAtOnce - 1, to));
        goesOn = take(sifted) && sifted.isWhole;
    }
    return goesOn;
}

/// Adds to a record what its block does not tell: once its number is known, what the user has noted on it; at last, where it stands in time.
class CompletingSieve final : public Sieve
{
public:
    using AddTiming = std::function<void(RecordHeader &)>;
    CompletingSieve(Sieve &sieve, std::shared_ptr<const Notes> notes, AddTiming addTiming)
        : m_sieve(sieve)
        , m_notes(std::move(notes))
        , m_addTiming(std::move(addTiming))
    {
    }
    [[nodiscard]] bool asksFor(Known known) const noexcept override { return m_sieve.asksFor(known); }
    [[nodiscard]] Verdict judge(const RecordView &record, Known known) override
    {
        if (known < Known::Numbers)
            return m_sieve.judge(record, known);
        RecordView whole = record;
        whole.note = noteOn(record.header.id, *m_notes);
        if (m_addTiming && known >= Known::Times)
            m_addTiming(whole.header);
        return m_sieve.judge(whole, known);
    }

private:
    Sieve &m_sieve;
    std::shared_ptr<const Notes> m_notes;
    AddTiming m_addTiming;  ///< null: nobody asks
};

} // namespace

Result<> Document::Private::sift(Sieve &sieve, quint64 first, quint64 last, const Taker &take) const
{
    std::shared_ptr<const Notes> notes = facts.notes();
    const bool asksForTimes = sieve.asksFor(Known::Times);
    if (notes->empty() && !asksForTimes)
        return siftBlocks(sieve, first, last, take);
    CompletingSieve completing(sieve, std::move(notes), asksForTimes ? [this](RecordHeader &header) { addTiming(header); } : CompletingSieve::AddTiming());
    return siftBlocks(completing, first, last, take);
}

Result<> Document::Private::siftBlocks(Sieve &sieve, quint64 first, quint64 last, const Taker &take) const
{
    std::optional<Error> lost;
    for (quint64 id = first; id != 0 && id <= last;) {
        if (const std::shared_ptr<const Block> block = index.find(RecordId(id))) {
            const quint64 to = std::min(last, block->first().value() + block->extent().count - 1);
            const bool goesOn = inPieces(id, to, take, [&](quint64 begin, quint64 end) { return capture::sift(sieve, *block, begin, end); });
            id = goesOn ? to + 1 : 0;
            continue;
        }
        // None: between the two look-ups it has gone over from memory to the file, or from the file to the cache.
        const quint64 layout = index.layout();
        const std::vector<DirectoryEntry> rows = index.rowsFrom(RecordId(id), rowsAtOnce);
        if (rows.empty())
            continue;
        const auto next = siftRows(sieve, rows, layout, id, last, take, lost);
        if (!next) {
            reportUnreadable(next.error());
            return next.error();
        }
        id = *next;
    }
    return lost ? Result<>(*lost) : Result<>();
}

Result<quint64> Document::Private::siftRows(Sieve &sieve, const std::vector<DirectoryEntry> &rows, quint64 layout, quint64 from, quint64 last, const Taker &take,
                                            std::optional<Error> &lost) const
{
    const quint16 archive = rows.front().archive;
    auto reader = readers.acquire(archive);
    // An archive that is missing: its records stand there as lost.
    if (!reader || rows.front().lost)
        return siftUnreadable(sieve, rows.front(), layout, from, last, take, lost);
    // The rows were known before: this sees all of them.
    const Reader::Snapshot snapshot(**reader);
    QElapsedTimer held;
    held.start();
    for (const DirectoryEntry &row : rows) {
        if (from > last || row.archive != archive || held.elapsed() > longestSnapshotMs)
            break;
        const auto goesOn = siftRow(sieve, **reader, row, layout, from, std::min(last, row.end() - 1), take, lost);
        if (!goesOn)
            return goesOn.error();
        if (!*goesOn)
            return quint64{0};
        from = row.end();
    }
    return from;
}

Result<quint64> Document::Private::siftUnreadable(Sieve &sieve, const DirectoryEntry &row, quint64 layout, quint64 from, quint64 last, const Taker &take,
                                                  std::optional<Error> &lost) const
{
    const auto block = readOrLost(row, layout, lost);
    if (!block)
        return block.error();
    if (!*block) {
        take({{}, from - 1, false}); // it is being moved: not now
        return quint64{0};
    }
    const quint64 to = std::min(last, row.end() - 1);
    const bool goesOn = inPieces(from, to, take, [&](quint64 begin, quint64 end) { return capture::sift(sieve, **block, begin, end); });
    return goesOn ? to + 1 : 0;
}

Result<bool> Document::Private::siftRow(Sieve &sieve, Reader &reader, const DirectoryEntry &row, quint64 layout, quint64 from, quint64 to, const Taker &take,
                                        std::optional<Error> &lost) const
{
    std::optional<Error> failure;
    const auto load = [&]() -> std::shared_ptr<const Block> {
        auto read = orLost(reader.block(row), row, layout, lost);
        if (!read)
            failure = read.error();
        return read ? *read : nullptr;
    };
    bool goesOn = false;
    // Of a block that is known to be damaged the log shows nothing, so nothing is found by what is kept of it elsewhere.
    if (auto columns = row.damaged ? std::nullopt : reader.columns(row)) {
        BlockSifter sifter(sieve, std::move(*columns), [&](BlockColumns &some) { return reader.addNumbers(row, some); }, load);
        goesOn = inPieces(from, to, take, [&sifter](quint64 begin, quint64 end) { return sifter.sift(begin, end); });
    } else if (const std::shared_ptr<const Block> block = load()) {
        goesOn = inPieces(from, to, take, [&](quint64 begin, quint64 end) { return capture::sift(sieve, *block, begin, end); });
    } else if (!failure) {
        take({{}, from - 1, false}); // it is being moved: not now
    }
    if (failure)
        return *failure;
    return goesOn;
}

} // namespace wsw::capture
