#include "widgets/columnscroll.h"

#include <QEvent>
#include <QLayout>
#include <QScrollBar>

namespace wsw::desktop {

ColumnScroll::ColumnScroll(QWidget *column, QWidget *parent) : QScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    setWidget(column);
}

QSize ColumnScroll::minimumSizeHint() const
{
    return {widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width(), QScrollArea::minimumSizeHint().height()};
}

int ColumnScroll::wholeHeight() const
{
    const int least = widget()->minimumSizeHint().height();
    const QLayout *layout = widget()->layout();
    return layout != nullptr && layout->hasHeightForWidth() ? qMax(least, layout->minimumHeightForWidth(viewport()->width())) : least;
}

bool ColumnScroll::eventFilter(QObject *watched, QEvent *event)
{
    // Something has been unfolded: it may need more room.
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return QScrollArea::eventFilter(watched, event);
}

} // namespace wsw::desktop
