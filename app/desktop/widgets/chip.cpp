#include "widgets/chip.h"

#include <QFontMetrics>
#include <QPainter>

namespace wsw::desktop {

namespace {

QFont chipFont()
{
    QFont font = Theme::instance().font(FontRole::Caption);
    font.setWeight(QFont::DemiBold);
    return font;
}

constexpr int sidePadding = 6;
constexpr int verticalPadding = 2;

} // namespace

QSize chipSize(const QString &text)
{
    const QFontMetrics metrics(chipFont());
    const Theme &theme = Theme::instance();
    return {metrics.horizontalAdvance(text) + 2 * theme.scaled(sidePadding),
            metrics.height() + 2 * theme.scaled(verticalPadding)};
}

void paintChip(QPainter *painter, const QRect &cell, const QString &text, Meaning meaning)
{
    const Theme &theme = Theme::instance();
    const QSize size = chipSize(text).boundedTo(QSize(cell.width(), cell.height()));
    const QRect chip(cell.left(), cell.top() + (cell.height() - size.height()) / 2, size.width(), size.height());

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (meaning != Meaning::Neutral) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme.background(meaning));
        painter->drawRoundedRect(chip, metrics::radiusChip, metrics::radiusChip);
    }
    painter->setFont(chipFont());
    painter->setPen(theme.foreground(meaning));
    const int padding = theme.scaled(sidePadding);
    const QRect inner = chip.adjusted(padding, 0, -padding, 0);
    painter->drawText(inner, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                      QFontMetrics(chipFont()).elidedText(text, Qt::ElideRight, inner.width() + 1));
    painter->restore();
}

Chip::Chip(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void Chip::set(const QString &text, Meaning meaning)
{
    m_text = text;
    m_meaning = meaning;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    return chipSize(m_text);
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintChip(&painter, rect(), m_text, m_meaning);
}

} // namespace wsw::desktop
