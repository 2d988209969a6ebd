#include "models/framelogmodel.h"

#include "capture/document.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace wsw::desktop {

namespace {

/// One frame of a 60 Hz display: more often nobody can see.
constexpr int busyIntervalMs = 16;
/// After a second without news the document is asked less often, so that an idle window sleeps.
constexpr int idleIntervalMs = 50;
constexpr int ticksUntilIdle = 60;

/// Formatted rows that are kept: a few screenfuls.
constexpr int cachedRows = 1024;
/// A repaint of more rows than any screen shows would be one of everything: then the visible ones ask again by themselves.
constexpr int maxRepaintedRows = 2048;

/// QAbstractItemModel counts rows in int.
constexpr quint64 maxRows = std::numeric_limits<int>::max() - 1;

const QString &placeholder()
{
    static const QString text = QStringLiteral("…");
    return text;
}

Qt::Alignment alignmentOf(int column)
{
    return Qt::AlignVCenter | (isNumberColumn(static_cast<LogRow::Column>(column)) ? Qt::AlignRight : Qt::AlignLeft);
}

} // namespace

FrameLogModel::FrameLogModel(QObject *parent) : QAbstractTableModel(parent), m_cache(cachedRows)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(busyIntervalMs);
    connect(&m_timer, &QTimer::timeout, this, &FrameLogModel::advance);
    connect(&m_index, &capture::FilterIndex::rowsAboutToMerge, this, &FrameLogModel::merging);
    connect(&m_index, &capture::FilterIndex::rowsMerged, this, &FrameLogModel::onMerged);
    connect(&m_facts, &RowFacts::found, this, &FrameLogModel::onFound);
}

FrameLogModel::~FrameLogModel() = default;

void FrameLogModel::setDocument(std::shared_ptr<capture::Document> document)
{
    if (m_document)
        m_document->disconnect(this);
    m_document = std::move(document);
    if (m_document)
        connect(m_document.get(), &capture::Document::blocksLoaded, this, &FrameLogModel::onBlocksLoaded);
    if (m_document)
        connect(m_document.get(), &capture::Document::notesChanged, this, &FrameLogModel::onNote);
    if (m_document)
        connect(m_document.get(), &capture::Document::connectionsChanged, this, [this] { m_dialects.forget(); });
    m_dialects.forget();
    m_facts.setDocument(m_document);
    holdHere();
    restart([this] { m_index.setDocument(m_document); });
}

void FrameLogModel::setFilter(const capture::Filter &filter)
{
    restart([&] { m_index.setFilter(filter); });
}

void FrameLogModel::setConnections(const std::optional<QSet<ConnectionId>> &connections)
{
    if (connections != m_index.connections())
        restart([&] { m_index.setConnections(connections); });
}

void FrameLogModel::setRows(Rows rows)
{
    if (rows != m_index.rows())
        restart([&] { m_index.setRows(rows); });
}

void FrameLogModel::setColorRules(const ColorRules *rules)
{
    m_rules = rules;
    connect(m_rules, &ColorRules::changed, this, &FrameLogModel::recolor);
    recolor();
}

void FrameLogModel::recolor()
{
    m_facts.setRules(m_rules->filters());
    m_cache.clear();
    Q_EMIT recolored();
}

void FrameLogModel::judge(LogRow *row, const capture::Record &record) const
{
    if (m_rules == nullptr)
        return;
    if (m_rules->readPayloads())
        judgeInWorker(row, record.header.id);
    else
        color(row, m_rules->match(capture::viewOf(record)));
}

void FrameLogModel::judgeInWorker(LogRow *row, RecordId record) const
{
    const auto rule = m_facts.rule(record);
    row->isJudged = rule.has_value();
    color(row, rule.value_or(-1));
}

void FrameLogModel::color(LogRow *row, qsizetype rule) const
{
    if (rule < 0)
        return;
    row->color = m_rules->ruleOf(rule).color;
    row->rule = m_rules->ruleOf(rule).name;
}

void FrameLogModel::addConnection(ConnectionId connection)
{
    if (!connections() || connections()->contains(connection))
        return;
    m_index.addConnection(connection);
    Q_EMIT connectionAdded(connection);
}

template<class Change>
void FrameLogModel::restart(Change change)
{
    beginResetModel();
    m_rows = 0;
    m_lastAvailable = 0;
    m_missingFirst = m_missingLast = -1;
    m_cache.clear();
    m_growing.clear();
    change();
    m_searching = m_index.isSearching();
    endResetModel();
    if (m_document) {
        m_idleTicks = 0;
        m_timer.start(busyIntervalMs);
        advance();
    } else {
        m_timer.stop();
    }
}

quint64 FrameLogModel::availableRows() const
{
    return qMin(maxRows, static_cast<quint64>(m_index.count()));
}

quint64 FrameLogModel::shownRows() const
{
    if (!m_paused)
        return availableRows();
    return qMin(availableRows(), static_cast<quint64>(m_index.lowerBound(RecordId(m_heldAt + 1))));
}

void FrameLogModel::holdHere()
{
    m_heldAt = m_document ? m_document->received() : 0;
}

void FrameLogModel::setPaused(bool paused)
{
    if (paused && !m_paused)
        holdHere();
    m_paused = paused;
    advance();
    Q_EMIT advanced();
}

quint64 FrameLogModel::pendingRows() const
{
    return availableRows() - static_cast<quint64>(m_rows);
}

void FrameLogModel::advance()
{
    const bool endsSearch = m_searching && !m_index.isSearching();
    m_searching = m_searching && !endsSearch;
    m_index.advance();
    renewGrowing();
    if (!takeRows() && !endsSearch) {
        if (++m_idleTicks == ticksUntilIdle)
            m_timer.setInterval(idleIntervalMs);
        return;
    }
    m_idleTicks = 0;
    if (m_timer.interval() != busyIntervalMs)
        m_timer.setInterval(busyIntervalMs);
    Q_EMIT advanced();
}

bool FrameLogModel::takeRows()
{
    const quint64 available = availableRows();
    const int rows = static_cast<int>(shownRows());
    const bool isNews = std::exchange(m_lastAvailable, available) != available || rows != m_rows;
    if (rows > m_rows) {
        beginInsertRows({}, m_rows, rows - 1);
        m_rows = rows;
        endInsertRows();
    }
    return isNews;
}

RecordId FrameLogModel::recordAt(int row) const
{
    if (row < 0 || row >= m_rows)
        return {};
    return m_index.at(row);
}

std::optional<int> FrameLogModel::rowOf(RecordId record) const
{
    if (!record.isValid())
        return std::nullopt;
    const qsizetype row = m_index.rowOf(m_index.beginningOf(record));
    return row >= 0 && row < m_rows ? std::optional(static_cast<int>(row)) : std::nullopt;
}

int FrameLogModel::rowFrom(RecordId record) const
{
    return static_cast<int>(qMin(static_cast<qsizetype>(m_rows), m_index.lowerBound(m_index.beginningOf(record))));
}

const LogRow *FrameLogModel::row(int row) const
{
    if (LogRow *known = m_cache.object(row)) {
        if (!known->isJudged)
            judgeInWorker(known, recordAt(row));
        return known;
    }
    const auto record = m_document->peek(recordAt(row), previewBytes);
    const auto above = record && row > 0 ? m_document->peek(recordAt(row - 1), 0) : std::nullopt;
    if (!record || (row > 0 && !above)) {
        miss(row);
        return nullptr;
    }
    const auto previous = above ? std::optional(above->header.time) : std::nullopt;
    LogRow *made = nullptr;
    if (rows() == Rows::Messages && beginsFragments(record->header)) {
        made = makeMessage(row, record->header.id, previous);
    } else {
        const auto saying = sayingOf(record->header, record->bytes(capture::PayloadForm::Meant), m_dialects.of(*m_document, record->header.connection));
        made = new LogRow(formatRow(*record, m_document->clock(), previous, saying));
        judge(made, *record);
    }
    if (made != nullptr)
        m_cache.insert(row, made);
    return made;
}

void FrameLogModel::miss(int row) const
{
    // So far apart they are not in view together: only where one looks now is waited for.
    const bool isElsewhere = m_missingFirst < 0 || row > m_missingFirst + maxRepaintedRows || row < m_missingLast - maxRepaintedRows;
    m_missingFirst = isElsewhere ? row : qMin(m_missingFirst, row);
    m_missingLast = isElsewhere ? row : qMax(m_missingLast, row);
}

void FrameLogModel::onNote(RecordId record)
{
    if (filter().readsNotes()) {
        setFilter(capture::Filter(filter()));
        return;
    }
    if (m_rules != nullptr && std::ranges::any_of(m_rules->filters(), &capture::Filter::readsNotes))
        recolor();
    if (const auto row = rowOf(record)) {
        m_cache.remove(*row);
        Q_EMIT dataChanged(index(*row, 0), index(*row, ColumnCount - 1));
    }
}

LogRow *FrameLogModel::makeMessage(int row, RecordId record, const std::optional<MonotonicNs> &previous) const
{
    const MessageSummary *message = m_facts.message(record);
    if (message == nullptr)
        return nullptr;
    if (!message->isOver)
        m_growing.insert(row);
    // As they are now, not as they were when its frames were looked at.
    MessageSummary noted = *message;
    noted.whole.note = noteOnMessage(record, message->upTo);
    const capture::Record &whole = noted.whole;
    const auto saying = sayingOf(whole.header, whole.bytes(capture::PayloadForm::Meant), m_dialects.of(*m_document, whole.header.connection));
    auto *made = new LogRow(formatMessage(noted, m_document->clock(), previous, saying));
    color(made, message->rule);
    return made;
}

std::optional<QByteArray> FrameLogModel::noteOnMessage(RecordId first, RecordId last) const
{
    std::optional<QByteArray> noted;
    const auto notes = m_document->notes();
    for (auto at = notes->lower_bound(first); at != notes->end() && at->first <= last; ++at) {
        if (m_index.beginningOf(at->first) == first)
            addNote(noted, at->second);
    }
    return noted;
}

QString FrameLogModel::kindDelta(int row) const
{
    const auto record = m_document->peek(recordAt(row), 0);
    if (!record)
        miss(row);
    const auto before = record ? m_facts.kindBefore(record->header) : std::nullopt;
    return before ? kindDeltaText(record->header, *before) : placeholder();
}

void FrameLogModel::onFound(const QList<RecordId> &records)
{
    for (const RecordId record : records) {
        const auto at = rowOf(record);
        if (!at)
            continue;
        m_cache.remove(*at);
        Q_EMIT dataChanged(index(*at, 0), index(*at, ColumnCount - 1));
    }
}

void FrameLogModel::renewGrowing()
{
    const quint64 received = m_document ? m_document->received() : 0;
    if (std::exchange(m_grownTo, received) == received)
        return;
    for (const int row : std::exchange(m_growing, {})) {
        m_cache.remove(row);
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

void FrameLogModel::onBlocksLoaded()
{
    if (m_missingFirst < 0)
        return;
    const int first = std::exchange(m_missingFirst, -1);
    const int last = std::exchange(m_missingLast, -1);
    Q_EMIT dataChanged(index(first, 0), index(qMin(last, m_rows - 1), ColumnCount - 1));
}

void FrameLogModel::onMerged(qsizetype first, const std::vector<quint64> &before)
{
    const qsizetype shown = m_rows;
    m_cache.clear();
    m_growing.clear();
    // The table grows at its end; then what is held on to goes to where its record is now. Nobody is told in between: a row is not yet where
    // its record is.
    takeRows();
    if (first < shown) {
        Q_EMIT layoutAboutToBeChanged();
        const QModelIndexList kept = persistentIndexList();
        for (const QModelIndex &index : kept) {
            if (index.row() < first || index.row() >= shown)
                continue;
            const RecordId record(before[static_cast<size_t>(index.row() - first)]);
            changePersistentIndex(index, createIndex(static_cast<int>(m_index.rowOf(record)), index.column()));
        }
        Q_EMIT layoutChanged();
    }
    Q_EMIT merged();
    m_idleTicks = 0;
    Q_EMIT advanced();
}

QString FrameLogModel::cell(int row, int column) const
{
    const LogRow *cells = this->row(row);
    if (cells != nullptr && column == KindDelta)
        return kindDelta(row);
    if (cells == nullptr)
        return column == Number ? QString::number(recordAt(row).value()) : placeholder();
    return cells->text[static_cast<size_t>(column)];
}

int FrameLogModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int FrameLogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant FrameLogModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    switch (role) {
    case Qt::DisplayRole: return cell(index.row(), index.column());
    case Qt::TextAlignmentRole: return QVariant::fromValue(alignmentOf(index.column()));
    case Qt::ToolTipRole: {
        const LogRow *cells = index.column() == Number ? row(index.row()) : nullptr;
        return cells != nullptr && cells->color ? tr("Coloured by the rule \"%1\"").arg(cells->rule) : QVariant();
    }
    default: return {};
    }
}

QVariant FrameLogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const auto column = static_cast<Column>(section);
    switch (role) {
    case Qt::DisplayRole: return columnTitle(column);
    case Qt::ToolTipRole: return columnHint(column);
    case Qt::TextAlignmentRole: return QVariant::fromValue(alignmentOf(section));
    case Qt::FontRole: return Theme::instance().font(FontRole::Mono);
    default: return {};
    }
}

} // namespace wsw::desktop
