#pragma once

#include "theme/theme.h"

#include <QStyledItemDelegate>

namespace wsw::desktop {

struct LogRow;

/// Draws a cell of the frame log from the model's formatted row: chips by meaning, glyphs, aligned figures.
class FrameLogDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit FrameLogDelegate(QObject *parent = nullptr);
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintGlyphs(QPainter *painter, const QRect &cell, const LogRow &row) const;

    QFont m_mono;
};

} // namespace wsw::desktop
