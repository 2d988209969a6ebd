#include "panes/diffdelegate.h"

#include "models/diffmodel.h"

#include <QPainter>

namespace wsw::desktop {

namespace {

constexpr int cellPadding = 6;  // as in the style sheet

} // namespace

DiffDelegate::DiffDelegate(QObject *parent) : QStyledItemDelegate(parent) {}

QSize DiffDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    const int height = Theme::instance().scaled(metrics::row);
    return {height, height};
}

void DiffDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::instance();
    const auto *model = static_cast<const DiffModel *>(index.model());
    const DiffModel::Kind kind = model->entryAt(index.row()).kind;
    const Meaning meaning = DiffModel::meaning(kind);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool differs = kind != DiffModel::Kind::Equal;
    // The side on which there is nothing stays empty, so that it is seen which one it is.
    const bool isOfLeft = index.column() == DiffModel::LeftNumber || index.column() == DiffModel::Left;
    const bool isOfRight = index.column() == DiffModel::RightNumber || index.column() == DiffModel::Right;
    const bool isThere = !(isOfLeft && kind == DiffModel::Kind::OnlyRight) && !(isOfRight && kind == DiffModel::Kind::OnlyLeft);
    if (selected)
        painter->fillRect(option.rect, theme.color(Token::Selection));
    else if (differs && isThere)
        painter->fillRect(option.rect, theme.background(meaning));
    const QRect cell = option.rect.adjusted(cellPadding, 0, -cellPadding, 0);
    painter->setFont(theme.font(FontRole::Mono));
    const bool isText = index.column() == DiffModel::Left || index.column() == DiffModel::Right;
    if (index.column() == DiffModel::Mark)
        painter->setPen(differs ? theme.foreground(meaning) : theme.color(Token::TextFaint));
    else
        painter->setPen(theme.color(isText && differs ? Token::Text : Token::TextSecondary));
    const QString shown = painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, cell.width());
    painter->drawText(cell, static_cast<int>(index.data(Qt::TextAlignmentRole).value<Qt::Alignment>()) | Qt::TextSingleLine, shown);
}

} // namespace wsw::desktop
