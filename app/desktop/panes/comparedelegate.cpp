#include "panes/comparedelegate.h"

#include "models/comparemodel.h"
#include "panes/framelogdelegate.h"
#include "stats/durationtext.h"
#include "widgets/chip.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace wsw::desktop {

namespace {

constexpr int cellPadding = 8;
constexpr int glyphSize = 12;
constexpr int markSize = 7;
constexpr int barHeight = 3;
/// Where the two connections' own lines stand in the time column, from its edges.
constexpr int lineInset = 6;
/// Between the lines and what is said of the time.
constexpr int momentInset = 16;

} // namespace

CompareDelegate::CompareDelegate(QObject *parent)
    : QStyledItemDelegate(parent), m_mono(Theme::instance().font(FontRole::Mono)), m_caption(Theme::instance().font(FontRole::MonoCaption))
{
}

int CompareDelegate::rowHeight()
{
    return Theme::instance().scaled(metrics::row + metrics::space16);
}

double CompareDelegate::shareOf(qint64 gap)
{
    constexpr double decades = 8; // from 1 us to 100 s
    return gap <= nsPerUs ? 0.0 : std::min(1.0, std::log10(static_cast<double>(gap) / static_cast<double>(nsPerUs)) / decades);
}

void CompareDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::instance();
    const auto &model = *static_cast<const CompareModel *>(index.model());
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, theme.color(Token::Selection));
    const auto gap = model.gapBefore(index.row());
    if (gap && *gap >= longGap) {
        painter->setPen(QPen(theme.color(Token::TextFaint), 1, Qt::DashLine));
        painter->drawLine(option.rect.left(), option.rect.top(), option.rect.right(), option.rect.top());
    }
    if (index.column() == CompareModel::Moment) {
        paintMoment(painter, option.rect, model, index.row());
        return;
    }
    const auto side = model.sideOf(index.row());
    const LogRow *row = model.log()->row(index.row());
    if (row != nullptr && side && *side == index.column()) {
        paintMessage(painter, option.rect.adjusted(cellPadding, 0, -cellPadding, 0), *row);
    } else if (row == nullptr && index.column() == CompareModel::Left) {
        painter->setPen(theme.color(Token::TextSecondary));
        painter->drawText(option.rect.adjusted(cellPadding, 0, 0, 0), Qt::AlignVCenter, QStringLiteral("…"));
    }
}

void CompareDelegate::paintMessage(QPainter *painter, const QRect &rect, const LogRow &row) const
{
    const Theme &theme = Theme::instance();
    QRect rest = rect;
    const int size = theme.scaled(glyphSize);
    for (const LogGlyph glyph : row.glyphs) {
        theme.icon(iconOf(glyph), tokenOf(row.meaning)).paint(painter, QRect(rest.left(), rest.center().y() - size / 2, size, size));
        rest.setLeft(rest.left() + size);
    }
    rest.setLeft(rest.left() + metrics::space4);
    paintChip(painter, rest, row.text[LogRow::Frame], row.meaning);
    rest.setLeft(rest.left() + std::min(rest.width(), chipSize(row.text[LogRow::Frame]).width()) + metrics::space8);
    painter->setFont(m_mono);
    painter->setPen(theme.color(Token::Text));
    painter->drawText(rest, Qt::AlignVCenter | Qt::TextSingleLine, QFontMetrics(m_mono).elidedText(row.text[LogRow::Preview], Qt::ElideRight, rest.width()));
}

void CompareDelegate::paintMoment(QPainter *painter, const QRect &rect, const CompareModel &model, int row) const
{
    const Theme &theme = Theme::instance();
    const auto side = model.sideOf(row);
    const std::array lines{rect.left() + theme.scaled(lineInset), rect.right() - theme.scaled(lineInset)};
    painter->setPen(QPen(theme.color(Token::Line), 2));
    for (const int x : lines)
        painter->drawLine(x, rect.top(), x, rect.bottom());
    const QRect inner = rect.adjusted(theme.scaled(momentInset), 0, -theme.scaled(momentInset), 0);
    const int half = rect.height() / 2;
    const auto gap = model.gapBefore(row);
    if (gap) {
        const bool isLong = *gap >= longGap;
        const int width = static_cast<int>(shareOf(*gap) * inner.width());
        painter->fillRect(QRect(inner.center().x() - width / 2, rect.top() + 2, width, barHeight), theme.color(isLong ? Token::Accent : Token::Line));
        painter->setFont(m_caption);
        painter->setPen(theme.color(isLong ? Token::Accent : Token::TextSecondary));
        painter->drawText(QRect(inner.left(), rect.top() + barHeight, inner.width(), half), Qt::AlignCenter | Qt::TextSingleLine,
                          *gap == 0 ? tr("at once") : QStringLiteral("+") + stats::durationText(*gap));
    }
    painter->setFont(m_mono);
    painter->setPen(theme.color(Token::Text));
    const QString time = model.index(row, CompareModel::Moment).data().toString();
    painter->drawText(QRect(inner.left(), rect.top() + half - 2, inner.width(), half), Qt::AlignCenter | Qt::TextSingleLine,
                      QFontMetrics(m_mono).elidedText(time, Qt::ElideLeft, inner.width()));
    if (!side)
        return;
    // A mark on the line of the connection on which it crossed, pointing to the message.
    const int x = lines[*side == CompareModel::Left ? 0 : 1];
    const int size = theme.scaled(markSize);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme.color(Token::Accent));
    painter->drawEllipse(QRectF(x - size / 2.0, rect.center().y() - size / 2.0, size, size));
    painter->setRenderHint(QPainter::Antialiasing, false);
}

} // namespace wsw::desktop
