#include "capture/sieve.h"

#include <algorithm>

namespace wsw::capture {

namespace {

/// Judges each record from @p from to @p to with @p judge, until one is left open.
template<class Judge>
Sifted siftEach(quint64 from, quint64 to, Judge judge)
{
    Sifted sifted;
    sifted.scanned = from - 1;
    for (quint64 id = from; id <= to; ++id) {
        const Verdict verdict = judge(id);
        if (verdict == Verdict::Open) {
            sifted.isWhole = false;
            break;
        }
        if (verdict == Verdict::Match)
            sifted.found.push_back(id);
        sifted.scanned = id;
    }
    return sifted;
}

} // namespace

BlockSifter::BlockSifter(Sieve &sieve, BlockColumns columns, NumbersLoader numbers, BlockLoader block)
    : m_sieve(sieve), m_columns(std::move(columns)), m_loadNumbers(std::move(numbers)), m_loadBlock(std::move(block)),
      m_asksForSizes(sieve.asksFor(Known::Sizes)), m_asksForNumbers(sieve.asksFor(Known::Numbers))
{
    // One of each shape first: mostly that is all there is to do.
    m_shapes.reserve(m_columns.shapes().size());
    m_verdicts.reserve(m_columns.shapes().size());
    for (const RecordHeader &shape : m_columns.shapes()) {
        m_shapes.push_back({shape, {}, {}});
        m_verdicts.push_back(m_sieve.judge(m_shapes.back(), Known::Shape));
        if (m_verdicts.back() == Verdict::Open && m_columns.hasOneSize() && m_asksForSizes) {
            m_columns.addSizes(0, m_shapes.back().header);
            m_verdicts.back() = m_sieve.judge(m_shapes.back(), Known::Sizes);
        }
        m_noneFits = m_noneFits && m_verdicts.back() == Verdict::NoMatch;
    }
}

Sifted BlockSifter::sift(quint64 from, quint64 to)
{
    if (m_noneFits)
        return {{}, to, true};
    const quint64 first = m_columns.shapes().front().id.value();
    return siftEach(from, to, [this, first](quint64 id) {
        const auto index = static_cast<quint32>(id - first);
        if (m_block && m_block->isLost())
            return m_sieve.judge(m_block->view(RecordId(id)), Known::Everything);
        const size_t shape = m_columns.shapeOf(index);
        return m_verdicts[shape] == Verdict::Open ? judge(index, m_shapes[shape]) : m_verdicts[shape];
    });
}

Verdict BlockSifter::judge(quint32 index, RecordView &shape)
{
    Verdict verdict = Verdict::Open;
    if (!m_block) {
        if (m_asksForSizes) {
            m_columns.addSizes(index, shape.header);
            if (!m_columns.hasOneSize())
                verdict = m_sieve.judge(shape, Known::Sizes);
        }
        if (verdict == Verdict::Open && m_asksForNumbers && getNumbers()) {
            m_columns.addNumbers(index, shape.header);
            verdict = m_sieve.judge(shape, Known::Numbers);
        }
        if (verdict != Verdict::Open)
            return verdict;
        m_block = m_loadBlock();
    }
    return m_block ? m_sieve.judge(m_block->view(RecordId(m_columns.shapes().front().id.value() + index)), Known::Everything) : Verdict::Open;
}

bool BlockSifter::getNumbers()
{
    if (!m_columns.hasNumbers() && !m_numbersAreMissing)
        m_numbersAreMissing = !m_loadNumbers(m_columns);
    return m_columns.hasNumbers();
}

Sifted sift(Sieve &sieve, const Block &block, quint64 from, quint64 to)
{
    return siftEach(from, to, [&](quint64 id) { return sieve.judge(block.view(RecordId(id)), Known::Everything); });
}

} // namespace wsw::capture
