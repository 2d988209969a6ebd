#include "widgets/rulemark.h"

#include <QIconEngine>
#include <QPainter>

#include <algorithm>

namespace wsw::desktop {

namespace {

/// Draws the shape anew at each size, in the colour that the theme has at the time.
class RuleIconEngine final : public QIconEngine
{
public:
    explicit RuleIconEngine(RuleColor color) : m_color(color) {}
    void paint(QPainter *painter, const QRect &rect, QIcon::Mode, QIcon::State) override { paintRuleMark(painter, QRectF(rect).adjusted(3, 3, -3, -3), m_color); }
    [[nodiscard]] QIconEngine *clone() const override { return new RuleIconEngine(m_color); }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

private:
    RuleColor m_color;
};

} // namespace

void paintRuleMark(QPainter *painter, const QRectF &rect, RuleColor color)
{
    const qreal side = std::min(rect.width(), rect.height());
    const QRectF in(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side);
    const QColor ink = Theme::instance().color(ruleToken(color));
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(ink);
    switch (color) {
    case RuleColor::Blue: painter->drawEllipse(in); break;
    case RuleColor::Orange: painter->drawPolygon(QPolygonF{in.bottomLeft(), QPointF(in.center().x(), in.top()), in.bottomRight()}); break;
    case RuleColor::Green: painter->drawRect(in.adjusted(side / 12, side / 12, -side / 12, -side / 12)); break;
    case RuleColor::Purple:
        painter->drawPolygon(QPolygonF{QPointF(in.center().x(), in.top()), QPointF(in.right(), in.center().y()), QPointF(in.center().x(), in.bottom()),
                                       QPointF(in.left(), in.center().y())});
        break;
    case RuleColor::Yellow:
        painter->drawRect(QRectF(in.center().x() - side / 6, in.top(), side / 3, side));
        painter->drawRect(QRectF(in.left(), in.center().y() - side / 6, side, side / 3));
        break;
    case RuleColor::Grey:
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(ink, side / 5));
        painter->drawEllipse(in.adjusted(side / 10, side / 10, -side / 10, -side / 10));
        break;
    }
    painter->restore();
}

QIcon ruleIcon(RuleColor color)
{
    return QIcon(new RuleIconEngine(color));
}

} // namespace wsw::desktop
