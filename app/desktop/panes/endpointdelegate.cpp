#include "panes/endpointdelegate.h"

#include "models/endpointmodel.h"
#include "models/recordtext.h"
#include "theme/theme.h"

#include <QPainter>
#include <QWidget>

namespace wsw::desktop {

using session::EndpointState;

namespace {

constexpr int endpointHeight = 42;
constexpr int connectionHeight = 28;
constexpr int dotSize = 8;
constexpr int connectionIndent = 20;

bool isEndpointRow(const QModelIndex &index)
{
    return !index.parent().isValid();
}

/// Full: alive. Half: under way. Ring: ended. Cross: failed. So that the state does not rest on colour.
void paintDot(QPainter *painter, const QRectF &at, DotState state)
{
    const Theme &theme = Theme::instance();
    const auto pen = [&](Token token) { return QPen(theme.color(token), 1.5, Qt::SolidLine, Qt::RoundCap); };
    painter->setBrush(Qt::NoBrush);
    const QRectF ring = at.adjusted(0.75, 0.75, -0.75, -0.75);
    switch (state) {
    case DotState::Live:
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme.color(Token::Received));
        painter->drawEllipse(at);
        break;
    case DotState::Waiting:
        painter->setPen(pen(Token::Crafted));
        painter->drawEllipse(ring);
        painter->setBrush(theme.color(Token::Crafted));
        painter->drawPie(ring, 90 * 16, 180 * 16);
        break;
    case DotState::Ended:
        painter->setPen(pen(Token::TextFaint));
        painter->drawEllipse(ring);
        break;
    case DotState::Failed:
        painter->setPen(pen(Token::Violation));
        painter->drawLine(ring.topLeft(), ring.bottomRight());
        painter->drawLine(ring.topRight(), ring.bottomLeft());
        break;
    }
}

void paintElided(QPainter *painter, const QRect &rect, const QFont &font, const QColor &color, const QString &text,
                 Qt::Alignment align = Qt::AlignLeft)
{
    painter->setFont(font);
    painter->setPen(color);
    painter->drawText(rect, align | Qt::AlignVCenter | Qt::TextSingleLine,
                      QFontMetrics(font).elidedText(text, Qt::ElideRight, rect.width()));
}

/// Paints the count at the right of @p line and returns what is left of it.
QRect paintCount(QPainter *painter, QRect line, const QVariant &count, const QColor &color)
{
    if (!count.isValid() || count.toULongLong() == 0)
        return line;
    const QFont font = Theme::instance().font(FontRole::Caption);
    const QString text = groupedNumber(count.toULongLong());
    paintElided(painter, line, font, color, text, Qt::AlignRight);
    line.setRight(line.right() - QFontMetrics(font).horizontalAdvance(text) - metrics::space8);
    return line;
}

} // namespace

QSize EndpointDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const int height = isEndpointRow(index) ? endpointHeight : connectionHeight;
    return {option.rect.width(), Theme::instance().scaled(height)};
}

void EndpointDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::instance();
    const auto *model = qobject_cast<const EndpointModel *>(index.model());
    const auto *info = model->endpointInfo(index);
    const auto *status = model->connectionStatus(index);
    const bool endpointRow = isEndpointRow(index);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QColor quiet = theme.color(selected ? Token::TextSecondary : Token::TextFaint);

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (selected)
        painter->fillRect(option.rect, theme.color(Token::Selection));

    const EndpointState state = endpointRow ? info->state : status->state;
    const int indent = metrics::space12 + (endpointRow ? 0 : theme.scaled(connectionIndent));
    QRect line = option.rect.adjusted(indent + dotSize + metrics::space8, 0, -metrics::space12, 0);
    if (endpointRow)
        line.setHeight(option.rect.height() * 5 / 9);
    line.translate(0, endpointRow ? metrics::space4 / 2 : 0);
    paintDot(painter, QRectF(option.rect.left() + indent, line.center().y() - dotSize / 2.0 + 0.5, dotSize, dotSize), dotOf(state));

    line = paintCount(painter, line, index.data(EndpointModel::CountRole), quiet);
    if (status != nullptr && status->secure) {
        const int size = theme.scaled(metrics::iconSmall);
        const QRect lock(line.right() - size, line.center().y() - size / 2, size, size);
        theme.icon(QStringLiteral("lock"), Token::TextSecondary).paint(painter, lock);
        line.setRight(lock.left() - metrics::space4);
    }
    const bool ended = dotOf(state) == DotState::Ended;
    const QColor nameColor = theme.color(ended ? Token::TextSecondary : Token::Text);
    if (endpointRow) {
        paintElided(painter, line, theme.font(FontRole::Body), nameColor, info->name);
        const bool failed = state == EndpointState::Failed || info->error.has_value();
        const bool deflate = status != nullptr && status->extensions.contains(QLatin1String("permessage-deflate"));
        const QString where = deflate ? info->url + QStringLiteral(" · deflate") : info->url;
        const bool plain = state == EndpointState::Listening || state == EndpointState::Open;
        QRect caption = option.rect.adjusted(line.left() - option.rect.left(), line.height(), -metrics::space12, -metrics::space4);
        if (failed)
            paintElided(painter, caption, theme.font(FontRole::Caption), theme.color(Token::Violation), stateWords(*info));
        else if (plain || info->url.isEmpty())
            paintElided(painter, caption, theme.font(FontRole::MonoCaption), quiet, info->url.isEmpty() ? stateWords(*info) : where);
        else
            paintElided(painter, caption, theme.font(FontRole::Caption), quiet, stateWords(*info) + QStringLiteral(" · ") + where);
    } else {
        const bool plain = state == EndpointState::Open;
        const QFont font = theme.font(FontRole::Body);
        const QFontMetrics metrics(font);
        // The ring has said already that it is closed.
        const QString words = plain ? QString() : QStringLiteral(" · ") + briefStateWords(*status);
        // Where there is no room for both, how it ended says more than its name.
        const int room = line.width() - metrics.horizontalAdvance(words);
        paintElided(painter, line, font, nameColor, metrics.elidedText(status->name, Qt::ElideRight, room) + words);
    }
    painter->restore();
}

} // namespace wsw::desktop
