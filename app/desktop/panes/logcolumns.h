#pragma once

#include "models/logrow.h"

#include <QObject>
#include <QSet>

class QMenu;
class QTableView;

namespace wsw::desktop {

/// The columns of the frame log: their widths, and which of them are there. In a narrow log some become narrower, then some give way,
/// so that the preview can be read; what the user has made of a column stays. Where he has asked for further columns none gives way: the
/// log is scrolled sideways.
class LogColumns final : public QObject
{
    Q_OBJECT
public:
    /// @p view has its model.
    explicit LogColumns(QTableView *view);

    /// To be called when the view has another width.
    void fit();
    /// Makes room for numbers of so many digits, from now on and whatever widths are put back.
    void fitNumber(int digits);
    /// From left to right.
    [[nodiscard]] QList<LogRow::Column> shown() const;
    [[nodiscard]] QByteArray save();
    void restore(const QByteArray &state);
    /// All columns from left to right, those that are hidden as well.
    [[nodiscard]] QList<LogRow::Column> order() const;
    /// Asked for, be there room for it or not.
    [[nodiscard]] bool isWanted(int column) const;
    void show(int column, bool shown);
    /// Puts @p column at @p place from the left, counted from 0.
    void move(int column, int place);
    /// Columns, order and widths as they are at first.
    void reset();
    /// As order() and menus call it; never empty.
    [[nodiscard]] static QString title(LogRow::Column column);
    /// Adds what chooses the columns.
    void fillMenu(QMenu *menu);

private:
    void setDefaults();
    void widenNumber();
    void setWidth(int column, int from, int to);
    void showGivenWay();
    /// The preview takes what the others leave it, and where that is too little what it needs.
    void fitPreview();
    /// In pixels; negative: the others need more than there is.
    [[nodiscard]] int roomForPreview() const;
    [[nodiscard]] bool hasFurther() const;
    /// Adds what moves @p column.
    void addMoves(QMenu *menu, int column);
    void openMenu(const QPoint &at);

    QTableView *m_view;
    QSet<int> m_givenWay;   ///< hidden for want of room
    QSet<int> m_kept;       ///< asked for by the user in a narrow log
    bool m_fitting = false;
    int m_digits = 0;       ///< of the longest number
};

} // namespace wsw::desktop
