#include "models/handshakemodel.h"

#include "theme/theme.h"
#include "widgets/fieldcolors.h"

namespace wsw::desktop {

using Kind = HandshakeRow::Kind;
using lesson::Verdict;

HandshakeModel::HandshakeModel(QObject *parent) : QAbstractTableModel(parent) {}

void HandshakeModel::setRows(const QList<HandshakeRow> &rows)
{
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

int HandshakeModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int HandshakeModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

Qt::ItemFlags HandshakeModel::flags(const QModelIndex &index) const
{
    if (!index.isValid() || m_rows.at(index.row()).kind == Kind::Section)
        return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

QVariant HandshakeModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const HandshakeRow &row = m_rows.at(index.row());
    const Theme &theme = Theme::instance();
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        // A heading spans the row from its first column on.
        case Glyph: return row.kind == Kind::Section ? row.name : verdictGlyph(row.verdict);
        case Name: return row.name;
        case Value: return row.value;
        default: return {};
        }
    case Qt::ToolTipRole:
        // What was on the wire is shown as it is, not read as HTML.
        return index.column() == Glyph ? lesson::verdictName(row.verdict) : (index.column() == Value ? row.value : row.name).toHtmlEscaped();
    case Qt::AccessibleTextRole:
        if (index.column() == Glyph)
            return row.kind == Kind::Section ? row.name : lesson::verdictName(row.verdict);
        return index.column() == Value ? row.value : row.name;
    case Qt::ForegroundRole:
        if (row.kind == Kind::Section)
            return theme.color(Token::Text);
        if (index.column() == Glyph || row.kind == Kind::Finding)
            return verdictColor(row.verdict);
        return theme.color(index.column() == Name && !row.value.isEmpty() ? Token::TextSecondary : Token::Text);
    case Qt::FontRole:
        if (row.kind == Kind::Section)
            return theme.font(FontRole::PaneTitle);
        return theme.font(index.column() == Glyph || row.kind == Kind::Finding ? FontRole::Body : FontRole::Mono);
    case Qt::TextAlignmentRole:
        return QVariant(index.column() == Glyph && row.kind != Kind::Section ? Qt::AlignCenter : Qt::AlignVCenter | Qt::AlignLeft);
    default: return {};
    }
}

} // namespace wsw::desktop
