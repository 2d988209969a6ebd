#include "widgets/pictureview.h"

#include "theme/theme.h"

#include <QPainter>

namespace wsw::desktop {

namespace {

constexpr int squareSize = 8;

/// Behind what is transparent.
void paintSquares(QPainter *painter, const QRect &area)
{
    const Theme &theme = Theme::instance();
    painter->fillRect(area, theme.color(Token::Panel));
    for (int y = 0; y < area.height(); y += squareSize) {
        for (int x = (y / squareSize % 2) * squareSize; x < area.width(); x += 2 * squareSize)
            painter->fillRect(QRect(area.left() + x, area.top() + y, squareSize, squareSize) & area, theme.color(Token::PanelAlternate));
    }
}

} // namespace

PictureView::PictureView(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Picture"));
}

void PictureView::setPicture(const QImage &picture)
{
    m_picture = picture;
    setAccessibleDescription(tr("%1 by %2 pixels").arg(picture.width()).arg(picture.height()));
    update();
}

void PictureView::paintEvent(QPaintEvent *)
{
    if (m_picture.isNull())
        return;
    const QSize size = m_picture.size().boundedTo(m_picture.size().scaled(this->size(), Qt::KeepAspectRatio));
    const QRect area(QPoint(0, 0), size);
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    if (m_picture.hasAlphaChannel())
        paintSquares(&painter, area);
    painter.drawImage(area, m_picture);
}

} // namespace wsw::desktop
