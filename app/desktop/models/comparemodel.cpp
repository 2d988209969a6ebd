#include "models/comparemodel.h"

#include "capture/document.h"
#include "stats/durationtext.h"

#include <utility>

namespace wsw::desktop {

CompareModel::CompareModel(QObject *parent) : QAbstractTableModel(parent)
{
    m_log.setRows(FrameLogModel::Rows::Messages);
    m_log.setConnections(QSet<ConnectionId>());
    forward();
}

void CompareModel::forward()
{
    connect(&m_log, &QAbstractItemModel::rowsAboutToBeInserted, this, [this](const QModelIndex &, int first, int last) { beginInsertRows({}, first, last); });
    connect(&m_log, &QAbstractItemModel::rowsInserted, this, [this] { endInsertRows(); });
    connect(&m_log, &QAbstractItemModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(&m_log, &QAbstractItemModel::modelReset, this, [this] { endResetModel(); });
    connect(&m_log, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &first, const QModelIndex &last) {
        Q_EMIT dataChanged(index(first.row(), 0), index(last.row(), ColumnCount - 1));
    });
    connect(&m_log, &QAbstractItemModel::layoutAboutToBeChanged, this, [this] {
        Q_EMIT layoutAboutToBeChanged();
        m_moving.clear();
        const QModelIndexList kept = persistentIndexList();
        for (const QModelIndex &each : kept)
            m_moving.append({each, QPersistentModelIndex(m_log.index(each.row(), 0))});
    });
    connect(&m_log, &QAbstractItemModel::layoutChanged, this, [this] {
        for (const auto &[before, now] : std::as_const(m_moving))
            changePersistentIndex(before, index(now.row(), before.column()));
        m_moving.clear();
        Q_EMIT layoutChanged();
    });
}

void CompareModel::setPair(ConnectionId left, ConnectionId right)
{
    m_left = left;
    m_right = right;
    QSet<ConnectionId> both;
    for (const ConnectionId each : {left, right}) {
        if (each.isValid())
            both.insert(each);
    }
    m_log.setConnections(both);
}

void CompareModel::setNames(const QString &left, const QString &right)
{
    m_names = {left, right};
    Q_EMIT headerDataChanged(Qt::Horizontal, Left, Right);
}

std::optional<capture::RecordHeader> CompareModel::headerOf(int row) const
{
    const auto document = m_log.document();
    const auto record = document ? document->peek(m_log.recordAt(row), 0) : std::nullopt;
    return record ? std::optional(record->header) : std::nullopt;
}

std::optional<CompareModel::Column> CompareModel::sideOf(int row) const
{
    const auto header = headerOf(row);
    if (!header)
        return std::nullopt;
    return header->connection == m_left ? Left : Right;
}

std::optional<qint64> CompareModel::gapBefore(int row) const
{
    const auto above = row > 0 ? headerOf(row - 1) : std::nullopt;
    const auto here = above ? headerOf(row) : std::nullopt;
    return here ? std::optional(here->time - above->time) : std::nullopt;
}

int CompareModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_log.rowCount();
}

int CompareModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant CompareModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != Qt::DisplayRole)
        return {};
    const LogRow *row = m_log.row(index.row());
    if (index.column() == Moment)
        return row == nullptr ? QStringLiteral("…") : row->text[LogRow::Time];
    const auto side = sideOf(index.row());
    if (row == nullptr || !side)
        return index.column() == Left ? QStringLiteral("…") : QString();
    if (*side != index.column())
        return QString();
    // As words, for screen readers: what the delegate paints.
    const QStringList parts{row->text[LogRow::Glyph], row->text[LogRow::Frame], row->text[LogRow::Preview]};
    return parts.join(QStringLiteral(" · "));
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | (section == Moment ? Qt::AlignHCenter : Qt::AlignLeft)));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Left: return m_names[0];
    case Moment: return tr("Time");
    case Right: return m_names[1];
    default: return {};
    }
}

} // namespace wsw::desktop
