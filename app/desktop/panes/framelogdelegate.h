#pragma once

#include "models/logrow.h"
#include "theme/theme.h"

#include <QStyledItemDelegate>

namespace wsw::desktop {

class SearchHits;

/// The picture of a glyph, and the colour that goes with a meaning.
[[nodiscard]] QString iconOf(LogGlyph glyph);
[[nodiscard]] Token tokenOf(Meaning meaning);

/// Draws a cell of the frame log from the model's formatted row: chips by meaning, glyphs, aligned figures; what a search has found is marked.
class FrameLogDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    /// @p hits must outlive this.
    explicit FrameLogDelegate(const SearchHits *hits, QObject *parent = nullptr);
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    /// The mark in front of the content, and what is noted. Returns where the content begins.
    [[nodiscard]] int paintNote(QPainter *painter, const QRect &cell, const QString &note) const;
    /// Behind the text @p shown, which begins at the left of @p cell.
    void paintHits(QPainter *painter, const QRect &cell, const QString &shown) const;
    /// The ground and the shape that a rule of the user's gives to the row. Returns the room that is left of @p cell.
    QRect paintRule(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index, const QRect &cell, const LogRow &row, bool isHit) const;
    void paintGlyphs(QPainter *painter, const QRect &cell, const LogRow &row) const;

    const SearchHits *m_hits;
    QFont m_mono;
};

} // namespace wsw::desktop
