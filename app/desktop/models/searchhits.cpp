#include "models/searchhits.h"

#include "capture/document.h"
#include "models/framelogmodel.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace wsw::desktop {

namespace {

constexpr int tickMs = 50;

} // namespace

SearchHits::SearchHits(const FrameLogModel *log, QObject *parent) : QObject(parent), m_log(log)
{
    m_tick.setInterval(tickMs);
    connect(&m_tick, &QTimer::timeout, this, &SearchHits::tick);
    connect(&m_index, &capture::FilterIndex::reset, this, &SearchHits::forgetAcross);
    connect(&m_index, &capture::FilterIndex::rowsAppended, this, &SearchHits::dropAcrossFrom);
    connect(&m_index, &capture::FilterIndex::rowsMerged, this, &SearchHits::dropAcrossFrom);
    connect(&m_fragments, &FragmentHits::reset, this, &SearchHits::forgetAcross);
    connect(&m_fragments, &FragmentHits::found, this, &SearchHits::addAcross);
    connect(&m_index, &capture::FilterIndex::progress, this, &SearchHits::progressed);
    connect(m_log, &QAbstractItemModel::modelReset, this, [this] {
        if (m_isActive)
            apply();
    });
    connect(m_log, &FrameLogModel::connectionAdded, &m_index, &capture::FilterIndex::addConnection);
    // A connection more is seldom, and fragments are few: from the beginning again.
    connect(m_log, &FrameLogModel::connectionAdded, this, &SearchHits::searchFragments);
}

void SearchHits::setDocument(std::shared_ptr<capture::Document> document)
{
    m_fragments.setDocument(document);
    m_index.setDocument(std::move(document));
}

void SearchHits::searchFragments()
{
    // Where rows stand for messages, a message is a hit by any of its frames.
    const bool isSearched = m_isActive && m_log->rows() == FrameLogModel::Rows::Frames;
    m_fragments.set(isSearched ? m_term : SearchTerm(), m_log->filter(), m_log->connections());
}

bool SearchHits::setTerm(const SearchTerm &term, QString *problem)
{
    const auto filter = term.filter(problem);
    m_term = term;
    m_marker = SearchMarker(term);
    m_isActive = filter && !filter->matchesEverything();
    apply();
    Q_EMIT changed();
    return filter.has_value();
}

void SearchHits::apply()
{
    const QString shown = m_log->filter().text().trimmed();
    const QString term = m_isActive ? m_term.filterText() : QString();
    if (m_isActive && m_log->rows() == FrameLogModel::Rows::Messages) {
        // Of a message one frame may pass the filter and another have the term.
        m_index.set(m_log->filter(), m_log->connections(), FrameLogModel::Rows::Messages, *capture::Filter::parse(term, nullptr));
        m_tick.start();
        searchFragments();
        m_wasSearching = isSearching();
        return;
    }
    // Both could be read alone; only what is nested as deeply as can be cannot be read with brackets around it.
    const auto filter = capture::Filter::parse(shown.isEmpty() ? term : QStringLiteral("(%1) && (%2)").arg(shown, term), nullptr);
    m_isActive = m_isActive && filter;
    if (m_isActive) {
        m_index.set(*filter, m_log->connections());
        m_tick.start();
    } else {
        // An index that lets everything through costs nothing, and nobody asks it.
        m_index.set(capture::Filter(), std::nullopt);
        m_tick.stop();
    }
    searchFragments();
    m_wasSearching = isSearching();
}

void SearchHits::forgetAcross()
{
    m_across.clear();
    Q_EMIT changed();
}

void SearchHits::addAcross(const std::vector<quint64> &records)
{
    const auto behind = static_cast<qsizetype>(m_across.size());
    for (const quint64 record : records) {
        const bool isKnown = m_index.rowOf(RecordId(record)) >= 0 || std::binary_search(m_across.begin(), m_across.begin() + behind, record);
        if (!isKnown)
            m_across.push_back(record);
    }
    std::inplace_merge(m_across.begin(), m_across.begin() + behind, m_across.end());
    Q_EMIT changed();
}

void SearchHits::dropAcrossFrom(qsizetype first)
{
    const auto from = first < m_index.count() ? std::ranges::lower_bound(m_across, m_index.at(first).value()) : m_across.end();
    m_across.erase(std::remove_if(from, m_across.end(), [this](quint64 record) { return m_index.rowOf(RecordId(record)) >= 0; }), m_across.end());
    Q_EMIT changed();
}

bool SearchHits::isHit(RecordId record) const
{
    return m_isActive && (m_index.rowOf(record) >= 0 || std::ranges::binary_search(m_across, record.value()));
}

qsizetype SearchHits::lowerBound(RecordId record) const
{
    return m_index.lowerBound(record) + (std::ranges::lower_bound(m_across, record.value()) - m_across.begin());
}

RecordId SearchHits::hitFrom(RecordId record) const
{
    const qsizetype place = m_index.lowerBound(record);
    const auto across = std::ranges::lower_bound(m_across, record.value());
    const quint64 none = std::numeric_limits<quint64>::max();
    const quint64 first = std::min(place < m_index.count() ? m_index.at(place).value() : none, across != m_across.end() ? *across : none);
    return first == none ? RecordId() : RecordId(first);
}

RecordId SearchHits::hitBefore(RecordId record) const
{
    const qsizetype place = m_index.lowerBound(record);
    const auto across = std::ranges::lower_bound(m_across, record.value());
    const quint64 last = std::max(place > 0 ? m_index.at(place - 1).value() : 0, across != m_across.begin() ? *std::prev(across) : 0);
    return last == 0 ? RecordId() : RecordId(last);
}

void SearchHits::tick()
{
    m_index.advance();
    m_fragments.advance();
    if (std::exchange(m_wasSearching, isSearching()) != isSearching())
        Q_EMIT progressed();
}

qsizetype SearchHits::countBetween(RecordId first, RecordId last) const
{
    return m_isActive ? lowerBound(RecordId(last.value() + 1)) - lowerBound(first) : 0;
}

RecordId SearchHits::next(RecordId record) const
{
    const RecordId found = after(record);
    return found.isValid() ? found : after({});
}

RecordId SearchHits::previous(RecordId record) const
{
    const RecordId found = record.isValid() ? before(record) : RecordId();
    return found.isValid() ? found : before(RecordId(std::numeric_limits<quint64>::max()));
}

RecordId SearchHits::after(RecordId record) const
{
    record = RecordId(record.value() + 1);
    // By turns: the next hit, the next row; whichever lies ahead decides where to go on.
    while (m_isActive) {
        const RecordId hit = hitFrom(record);
        if (!hit.isValid())
            return {};
        const int row = m_log->rowFrom(hit);
        if (row >= m_log->rowCount())
            return {};
        record = m_log->recordAt(row);
        if (record == hit)
            return hit;
        // A hit that is folded into an earlier row: never back.
        if (record < hit)
            record = RecordId(hit.value() + 1);
    }
    return {};
}

RecordId SearchHits::before(RecordId record) const
{
    while (m_isActive) {
        const RecordId hit = hitBefore(record);
        if (!hit.isValid())
            return {};
        const int row = m_log->rowFrom(hit);
        if (m_log->recordAt(row) == hit)
            return hit;
        if (row == 0)
            return {};
        // The row before is that of the last record which is shown before the hit.
        record = RecordId(m_log->recordAt(row - 1).value() + 1);
    }
    return {};
}

} // namespace wsw::desktop
