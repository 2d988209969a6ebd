#include "widgets/flowlayout.h"

#include <algorithm>
#include <utility>

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
    const QMargins margins = contentsMargins();
    return layOut(QRect(0, 0, width - margins.left() - margins.right(), 0), Place::No) + margins.top() + margins.bottom();
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem *item : m_items)
        size = size.expandedTo(item->minimumSize());
    return size.grownBy(contentsMargins());
}

QSize FlowLayout::sizeHint() const
{
    QSize size(-m_horizontal, 0);
    for (const QLayoutItem *item : m_items) {
        if (!item->isEmpty())
            size = {size.width() + m_horizontal + item->sizeHint().width(), qMax(size.height(), item->sizeHint().height())};
    }
    return size.expandedTo({0, 0}).grownBy(contentsMargins());
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    layOut(rect.marginsRemoved(contentsMargins()), Place::Yes);
}

int FlowLayout::layOut(const QRect &rect, Place place) const
{
    int top = rect.top();
    for (qsizetype from = 0; from < m_items.size();) {
        int right = rect.left() - m_horizontal;
        int height = 0;
        qsizetype to = from;
        for (; to < m_items.size(); ++to) {
            const QLayoutItem *item = m_items.at(to);
            if (item->isEmpty())
                continue;
            const int end = right + m_horizontal + item->sizeHint().width();
            if (height > 0 && end > rect.right() + 1)
                break;
            right = end;
            height = qMax(height, item->sizeHint().height());
        }
        if (place == Place::Yes)
            placeLine(from, to, QRect(rect.left(), top, rect.width(), height));
        top += height + (height > 0 ? m_vertical : 0);
        from = to;
    }
    return qMax(0, top - m_vertical - rect.top());
}

void FlowLayout::placeLine(qsizetype from, qsizetype to, const QRect &line) const
{
    int free = line.width() + m_horizontal;
    for (qsizetype i = from; i < to; ++i) {
        if (!m_items.at(i)->isEmpty())
            free -= m_items.at(i)->sizeHint().width() + m_horizontal;
    }
    const auto first = std::find_if(m_items.cbegin() + from, m_items.cbegin() + to, [](const QLayoutItem *item) { return !item->isEmpty(); });
    // Where nothing stands at the left, what belongs to the right keeps together there.
    if (first != m_items.cbegin() + to && (*first)->alignment().testFlag(Qt::AlignRight))
        free = 0;
    int left = line.left();
    for (qsizetype i = from; i < to; ++i) {
        QLayoutItem *item = m_items.at(i);
        if (item->isEmpty())
            continue;
        if (left > line.left() && item->alignment().testFlag(Qt::AlignRight))
            left += qMax(0, std::exchange(free, 0));
        const QSize size = item->sizeHint().boundedTo({line.width(), line.height()});
        item->setGeometry(QRect(QPoint(left, line.top() + (line.height() - size.height()) / 2), size));
        left += size.width() + m_horizontal;
    }
}

} // namespace wsw::desktop
