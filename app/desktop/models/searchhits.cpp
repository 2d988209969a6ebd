#include "models/searchhits.h"

#include "capture/document.h"
#include "models/framelogmodel.h"

#include <limits>

namespace wsw::desktop {

namespace {

constexpr int tickMs = 50;

} // namespace

SearchHits::SearchHits(const FrameLogModel *log, QObject *parent) : QObject(parent), m_log(log)
{
    m_tick.setInterval(tickMs);
    connect(&m_tick, &QTimer::timeout, &m_index, &capture::FilterIndex::advance);
    connect(&m_index, &capture::FilterIndex::reset, this, &SearchHits::changed);
    connect(&m_index, &capture::FilterIndex::rowsAppended, this, &SearchHits::changed);
    connect(&m_index, &capture::FilterIndex::progress, this, &SearchHits::changed);
    connect(m_log, &QAbstractItemModel::modelReset, this, [this] {
        if (m_isActive)
            apply();
    });
    connect(m_log, &FrameLogModel::connectionAdded, &m_index, &capture::FilterIndex::addConnection);
}

void SearchHits::setDocument(std::shared_ptr<capture::Document> document)
{
    m_index.setDocument(std::move(document));
}

bool SearchHits::setTerm(const SearchTerm &term, QString *problem)
{
    const auto filter = term.filter(problem);
    m_term = term;
    m_isActive = filter && !filter->matchesEverything();
    apply();
    return filter.has_value();
}

void SearchHits::apply()
{
    if (m_isActive) {
        const QString shown = m_log->filter().text().trimmed();
        const QString term = m_term.filterText();
        const auto filter = capture::Filter::parse(shown.isEmpty() ? term : QStringLiteral("(%1) && (%2)").arg(shown, term), nullptr);
        Q_ASSERT(filter); // each of them could be read
        m_index.setConnections(m_log->connections());
        m_index.setFilter(*filter);
        m_tick.start();
        m_index.advance();
    } else {
        // An index that lets everything through costs nothing, and nobody asks it.
        m_index.setConnections(std::nullopt);
        m_index.setFilter(capture::Filter());
        m_tick.stop();
    }
    Q_EMIT changed();
}

RecordId SearchHits::next(RecordId record) const
{
    const RecordId found = firstShownFrom(RecordId(record.value() + 1));
    return found.isValid() ? found : firstShownFrom(RecordId(1));
}

RecordId SearchHits::previous(RecordId record) const
{
    const RecordId found = record.isValid() ? lastShownBefore(record) : RecordId();
    return found.isValid() ? found : lastShownBefore(RecordId(std::numeric_limits<quint64>::max()));
}

RecordId SearchHits::firstShownFrom(RecordId record) const
{
    // By turns: the next hit, the next row; whichever lies ahead decides where to go on.
    while (m_isActive) {
        const qsizetype place = m_index.lowerBound(record);
        if (place >= m_index.count())
            return {};
        const RecordId hit = m_index.at(place);
        const int row = m_log->rowFrom(hit);
        if (row >= m_log->rowCount())
            return {};
        record = m_log->recordAt(row);
        if (record == hit)
            return hit;
    }
    return {};
}

RecordId SearchHits::lastShownBefore(RecordId record) const
{
    while (m_isActive) {
        const qsizetype place = m_index.lowerBound(record) - 1;
        if (place < 0)
            return {};
        const RecordId hit = m_index.at(place);
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
