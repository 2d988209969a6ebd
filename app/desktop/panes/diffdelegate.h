#pragma once

#include <QFont>
#include <QStyledItemDelegate>

namespace wsw::desktop {

/// Paints the rows of a DiffModel: glyph and colour of what differs, dim what is equal. Asks the theme when it paints.
class DiffDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit DiffDelegate(QObject *parent = nullptr);
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace wsw::desktop
