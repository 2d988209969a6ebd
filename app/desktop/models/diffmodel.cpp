#include "models/diffmodel.h"

#include "capture/document.h"
#include "models/recordtext.h"

#include <algorithm>

namespace wsw::desktop {

namespace {

Qt::Alignment alignmentOf(int column)
{
    switch (column) {
    case DiffModel::Mark: return Qt::AlignVCenter | Qt::AlignHCenter;
    case DiffModel::LeftNumber:
    case DiffModel::RightNumber: return Qt::AlignVCenter | Qt::AlignRight;
    default: return Qt::AlignVCenter | Qt::AlignLeft;
    }
}

} // namespace

DiffModel::DiffModel(QObject *parent) : QAbstractTableModel(parent) {}

void DiffModel::setComparison(std::shared_ptr<const replay::Comparison> comparison)
{
    beginResetModel();
    if (m_comparison) {
        for (const auto &document : {m_comparison->left.document, m_comparison->right.document})
            document->disconnect(this);
    }
    m_comparison = std::move(comparison);
    fill();
    if (m_comparison) {
        for (const auto &document : {m_comparison->left.document, m_comparison->right.document})
            connect(document.get(), &capture::Document::blocksLoaded, this, &DiffModel::onBlocksLoaded, Qt::UniqueConnection);
    }
    endResetModel();
}

void DiffModel::setOnlyDifferences(bool only)
{
    if (m_onlyDifferences == only)
        return;
    beginResetModel();
    m_onlyDifferences = only;
    fill();
    endResetModel();
}

void DiffModel::fill()
{
    m_missingFirst = m_missingLast = -1;
    m_rows.clear();
    if (!m_comparison)
        return;
    const std::vector<replay::CompareEntry> &entries = m_comparison->entries;
    for (size_t i = 0; i < entries.size(); ++i) {
        if (!m_onlyDifferences || entries[i].kind != Kind::Equal)
            m_rows.push_back(static_cast<quint32>(i));
    }
}

const replay::CompareEntry &DiffModel::entryAt(int row) const
{
    return m_comparison->entries.at(m_rows.at(static_cast<size_t>(row)));
}

std::optional<int> DiffModel::differenceFrom(int row, int step) const
{
    for (int at = row + step; at >= 0 && at < rowCount(); at += step) {
        if (entryAt(at).kind != Kind::Equal)
            return at;
    }
    return std::nullopt;
}

QString DiffModel::glyph(Kind kind)
{
    switch (kind) {
    case Kind::Equal: return QStringLiteral("=");
    case Kind::Changed: return QStringLiteral("≠");
    case Kind::OnlyLeft: return QStringLiteral("−");
    case Kind::OnlyRight: return QStringLiteral("+");
    }
    Q_UNREACHABLE();
}

QString DiffModel::words(Kind kind)
{
    switch (kind) {
    case Kind::Equal: return tr("equal");
    case Kind::Changed: return tr("changed");
    case Kind::OnlyLeft: return tr("only on the left");
    case Kind::OnlyRight: return tr("only on the right");
    }
    Q_UNREACHABLE();
}

Meaning DiffModel::meaning(Kind kind)
{
    switch (kind) {
    case Kind::Equal: return Meaning::Neutral;
    case Kind::Changed: return Meaning::Crafted;
    case Kind::OnlyLeft: return Meaning::Violation;
    case Kind::OnlyRight: return Meaning::Received;
    }
    Q_UNREACHABLE();
}

QString DiffModel::preview(int row, const capture::Document &document, const replay::MessageRef *message) const
{
    if (message == nullptr)
        return {};
    const auto record = document.peek(message->first, previewBytes);
    if (!record) {
        m_missingFirst = m_missingFirst < 0 ? row : std::min(m_missingFirst, row);
        m_missingLast = std::max(m_missingLast, row);
        return QStringLiteral("…");
    }
    const QString text = previewText(*record);
    return message->frames > 1 ? text + QStringLiteral(" …") : text;
}

void DiffModel::onBlocksLoaded()
{
    if (m_missingFirst < 0)
        return;
    const int first = std::exchange(m_missingFirst, -1);
    const int last = std::min(std::exchange(m_missingLast, -1), rowCount() - 1);
    Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1));
}

QString DiffModel::cell(int row, int column) const
{
    const replay::CompareEntry &entry = entryAt(row);
    const replay::MessageRef *left = m_comparison->leftOf(entry);
    const replay::MessageRef *right = m_comparison->rightOf(entry);
    switch (static_cast<Column>(column)) {
    case Mark: return glyph(entry.kind);
    case Speaker: return entry.speaker == Role::Client ? tr("client") : tr("server");
    case LeftNumber: return left == nullptr ? QString() : groupedNumber(left->first.value());
    case RightNumber: return right == nullptr ? QString() : groupedNumber(right->first.value());
    case Left: return preview(row, *m_comparison->left.document, left);
    case Right: return preview(row, *m_comparison->right.document, right);
    case ColumnCount: break;
    }
    return {};
}

int DiffModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DiffModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DiffModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    switch (role) {
    case Qt::DisplayRole: return cell(index.row(), index.column());
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole: return words(entryAt(index.row()).kind);
    case Qt::TextAlignmentRole: return QVariant::fromValue(alignmentOf(index.column()));
    default: return {};
    }
}

QVariant DiffModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(alignmentOf(section));
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Mark: return QString();
    case Speaker: return tr("From");
    case LeftNumber:
    case RightNumber: return tr("Frame");
    case Left: return tr("Left");
    case Right: return tr("Right");
    case ColumnCount: break;
    }
    return {};
}

} // namespace wsw::desktop
