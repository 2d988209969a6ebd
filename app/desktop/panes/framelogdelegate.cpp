#include "panes/framelogdelegate.h"

#include "models/framelogmodel.h"
#include "models/searchhits.h"
#include "wire/frame.h"
#include "widgets/chip.h"
#include "widgets/rulemark.h"

#include <QHeaderView>
#include <QPainter>
#include <QTableView>

namespace wsw::desktop {

namespace {

constexpr int cellPadding = 6;    // as in the style sheet
constexpr int glyphSize = 12;
constexpr int hitBar = 3;
constexpr int ruleMark = 8;
constexpr float hitOpacity = 0.25F;

Token colourOf(int column)
{
    switch (column) {
    case LogRow::Length:
    case LogRow::Preview: return Token::Text;
    case LogRow::Rtt: return Token::Received;
    case LogRow::Violation: return Token::Violation;
    default: return Token::TextSecondary;
    }
}

/// Of a name that does not fit, what tells frames apart stays: "continuation · last" becomes "cont. · last".
QString frameText(const QString &name, int width)
{
    if (chipSize(name).width() <= width)
        return name;
    return QString(name).replace(wire::opcodeName(wire::Opcode::Continuation), FrameLogDelegate::tr("cont."));
}

} // namespace

QString iconOf(LogGlyph glyph)
{
    switch (glyph) {
    case LogGlyph::Sent: return QStringLiteral("glyph-sent");
    case LogGlyph::Received: return QStringLiteral("glyph-received");
    case LogGlyph::Control: return QStringLiteral("glyph-control");
    case LogGlyph::Crafted: return QStringLiteral("glyph-crafted");
    case LogGlyph::Violation: return QStringLiteral("glyph-violation");
    case LogGlyph::Exchange: return QStringLiteral("glyph-exchange");
    }
    Q_UNREACHABLE();
}

Token tokenOf(Meaning meaning)
{
    switch (meaning) {
    case Meaning::Neutral: return Token::TextSecondary;
    case Meaning::Sent: return Token::Sent;
    case Meaning::Received: return Token::Received;
    case Meaning::Control: return Token::Control;
    case Meaning::Crafted: return Token::Crafted;
    case Meaning::Violation: return Token::Violation;
    }
    Q_UNREACHABLE();
}

FrameLogDelegate::FrameLogDelegate(const SearchHits *hits, QObject *parent) : QStyledItemDelegate(parent), m_hits(hits), m_mono(Theme::instance().font(FontRole::Mono)) {}

QSize FrameLogDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    const int height = Theme::instance().scaled(metrics::row);
    return {height, height};
}

void FrameLogDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::instance();
    const auto *log = static_cast<const FrameLogModel *>(index.model());
    const LogRow *row = log->row(index.row());
    if (row != nullptr && row->color)
        painter->fillRect(option.rect, theme.color(ruleBackground(*row->color)));
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, theme.color(Token::Selection));
    const bool isHit = m_hits->isHit(log->recordAt(index.row()));
    if (isHit && index.column() == FrameLogModel::Number)
        painter->fillRect(QRect(option.rect.topLeft(), QSize(hitBar, option.rect.height())), theme.color(Token::Accent));
    const QRect whole = option.rect.adjusted(cellPadding, 0, -cellPadding, 0);
    QRect cell = row != nullptr && row->color ? paintRule(painter, option, index, whole, *row, isHit) : whole;
    painter->setFont(m_mono);
    if (row == nullptr) {
        painter->setPen(theme.color(Token::TextSecondary));
        painter->drawText(cell, Qt::AlignVCenter | Qt::TextSingleLine, index.data().toString());
        return;
    }
    switch (index.column()) {
    case FrameLogModel::Glyph: paintGlyphs(painter, cell, *row); return;
    case FrameLogModel::Frame: paintChip(painter, cell, frameText(row->text[LogRow::Frame], cell.width()), row->meaning); return;
    default: break;
    }
    const QString text = index.column() == LogRow::KindDelta ? index.data().toString() : row->text[static_cast<size_t>(index.column())];
    const QFontMetrics fm(m_mono);
    if (row->isMarked && index.column() == FrameLogModel::Preview)
        cell.setLeft(paintNote(painter, cell, row->text[LogRow::Note]));
    if (text.isEmpty() || cell.width() <= 0)
        return;
    // Of a time that does not fit, the hours and minutes can be missed.
    const bool brief = index.column() == FrameLogModel::Time && fm.horizontalAdvance(text) > cell.width();
    const QString shown = brief ? text.sliced(text.lastIndexOf(u':') + 1) : text;
    const QString elided = fm.elidedText(shown, Qt::ElideRight, cell.width());
    if (isHit && index.column() == FrameLogModel::Preview)
        paintHits(painter, cell, elided);
    const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
    painter->setPen(theme.color(colourOf(index.column())));
    painter->drawText(cell, static_cast<int>(alignment) | Qt::TextSingleLine, elided);
}

int FrameLogDelegate::paintNote(QPainter *painter, const QRect &cell, const QString &note) const
{
    const Theme &theme = Theme::instance();
    const int size = theme.scaled(glyphSize);
    theme.icon(QStringLiteral("glyph-mark"), Token::Accent).paint(painter, QRect(cell.left(), cell.top() + (cell.height() - size) / 2, size, size));
    int left = cell.left() + size + metrics::space4;
    if (!note.isEmpty()) {
        const QFontMetrics fm(m_mono);
        // Some of the content is still to be seen.
        const QString shown = fm.elidedText(note, Qt::ElideRight, (cell.right() - left) * 2 / 3);
        painter->setPen(theme.color(Token::Accent));
        painter->drawText(QRect(left, cell.top(), cell.right() - left, cell.height()), Qt::AlignVCenter | Qt::TextSingleLine, shown);
        left += fm.horizontalAdvance(shown) + metrics::space8;
    }
    return left;
}

QRect FrameLogDelegate::paintRule(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index, const QRect &cell, const LogRow &row,
                                  bool isHit) const
{
    const auto *view = qobject_cast<const QTableView *>(option.widget);
    const bool isFirst = view != nullptr && view->horizontalHeader()->sectionPosition(index.column()) == 0;
    if (!isFirst)
        return cell;
    const int size = Theme::instance().scaled(ruleMark);
    const int left = option.rect.left() + (isHit && index.column() == FrameLogModel::Number ? hitBar : 1);
    paintRuleMark(painter, QRectF(left, option.rect.top() + (option.rect.height() - size) / 2.0, size, size), *row.color);
    return isNumberColumn(static_cast<LogRow::Column>(index.column())) ? cell : cell.adjusted(size, 0, 0, 0);
}

void FrameLogDelegate::paintHits(QPainter *painter, const QRect &cell, const QString &shown) const
{
    const QFontMetrics fm(m_mono);
    const QColor accent = Theme::instance().color(Token::Accent);
    QColor behind = accent;
    behind.setAlphaF(hitOpacity);
    for (const auto &[from, length] : m_hits->marker().placesIn(shown)) {
        const int left = cell.left() + fm.horizontalAdvance(shown.first(from));
        const QRect place(left, cell.top() + 3, fm.horizontalAdvance(shown.sliced(from, length)), cell.height() - 6);
        painter->fillRect(place, behind);
        // Not by colour alone.
        painter->fillRect(QRect(place.left(), place.bottom(), place.width(), 1), accent);
    }
}

void FrameLogDelegate::paintGlyphs(QPainter *painter, const QRect &cell, const LogRow &row) const
{
    const int size = Theme::instance().scaled(glyphSize);
    QRect at(cell.left(), cell.top() + (cell.height() - size) / 2, size, size);
    for (const LogGlyph glyph : row.glyphs) {
        Theme::instance().icon(iconOf(glyph), tokenOf(row.meaning)).paint(painter, at);
        at.translate(size - 1, 0);
    }
}

} // namespace wsw::desktop
