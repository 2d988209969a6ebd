#include "widgets/flowlayout.h"

namespace wsw::desktop {

FlowLayout::FlowLayout(int horizontalSpacing, int verticalSpacing) : m_horizontal(horizontalSpacing), m_vertical(verticalSpacing)
{
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

void FlowLayout::addItem(QLayoutItem *item)
{
    m_items.append(item);
}

int FlowLayout::count() const
{
    return static_cast<int>(m_items.size());
}

QLayoutItem *FlowLayout::itemAt(int index) const
{
    return m_items.value(index);
}

QLayoutItem *FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const
{
    return layOut(QRect(0, 0, width, 0), Place::No);
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem *item : m_items)
        size = size.expandedTo(item->minimumSize());
    return size;
}

QSize FlowLayout::sizeHint() const
{
    QSize size(-m_horizontal, 0);
    for (const QLayoutItem *item : m_items) {
        if (!item->isEmpty())
            size = {size.width() + m_horizontal + item->sizeHint().width(), qMax(size.height(), item->sizeHint().height())};
    }
    return size.expandedTo({0, 0});
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    layOut(rect, Place::Yes);
}

int FlowLayout::layOut(const QRect &rect, Place place) const
{
    int left = rect.left();
    int top = rect.top();
    int lineHeight = 0;
    for (qsizetype i = 0, lineStart = 0; i < m_items.size(); ++i) {
        QLayoutItem *item = m_items.at(i);
        if (item->isEmpty())
            continue;
        const QSize size = item->sizeHint();
        if (left + size.width() > rect.right() + 1 && i > lineStart && lineHeight > 0) {
            top += lineHeight + m_vertical;
            left = rect.left();
            lineHeight = 0;
            lineStart = i;
        }
        lineHeight = qMax(lineHeight, size.height());
        if (place == Place::Yes)
            item->setGeometry(QRect(QPoint(left, top), QSize(qMin(size.width(), rect.width()), size.height())));
        left += size.width() + m_horizontal;
    }
    return top + lineHeight - rect.top();
}

} // namespace wsw::desktop
