#pragma once

#include <QStyledItemDelegate>

namespace wsw::desktop {

/// Draws a row of the Endpoints tree: dot, name, count; below an endpoint's name its URL or what went wrong.
class EndpointDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace wsw::desktop
