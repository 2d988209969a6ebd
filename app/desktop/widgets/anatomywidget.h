#pragma once

#include "capture/record.h"
#include "lesson/framelayout.h"

#include <QHash>
#include <QWidget>

#include <optional>

namespace wsw::desktop {

/// The header of one frame, bit by bit, in the figure of RFC 6455, 5.2: 32 columns a row, then the key and the first payload bytes.
/// A field is selected with the mouse, the arrow keys or Tab.
class AnatomyWidget final : public QWidget
{
    Q_OBJECT
public:
    explicit AnatomyWidget(QWidget *parent = nullptr);

    void setFrame(const capture::Record &frame, const lesson::FrameContext &context);
    /// Shows @p part as selected; partSelected() is not sent.
    void setPart(lesson::HeaderPart part);
    [[nodiscard]] lesson::HeaderPart part() const noexcept { return m_part; }
    /// The place of a field's first piece, in the widget's coordinates; empty where the frame does not have it.
    [[nodiscard]] QRect partRect(lesson::HeaderPart part) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void partSelected(wsw::lesson::HeaderPart part);
    /// The mouse is over a field, or over none.
    void partHovered(std::optional<wsw::lesson::HeaderPart> part);

protected:
    bool event(QEvent *event) override;
    bool focusNextPrevChild(bool next) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    /// One field, or the piece of one that stands in one row.
    struct Cell
    {
        lesson::HeaderPart part;
        int row;
        int firstColumn;
        int columns;
        QString value;      ///< bits, one character a column, or hex bytes
        bool isBits;
    };

    void layOut();
    void addHeaderCells();
    void addPayloadCells();
    [[nodiscard]] int rowCount() const noexcept { return m_rows; }
    [[nodiscard]] QRect cellRect(const Cell &cell) const;
    [[nodiscard]] std::optional<lesson::HeaderPart> partAt(QPoint position) const;
    [[nodiscard]] QList<lesson::HeaderPart> order() const;
    [[nodiscard]] QString describe(lesson::HeaderPart part) const;
    void select(lesson::HeaderPart part);
    void step(int by);
    void stepRow(int by);
    void setHovered(std::optional<lesson::HeaderPart> part);
    void tellAssistants();
    void paintNumbers(QPainter &painter) const;
    void paintGround(QPainter &painter, const Cell &cell) const;
    void paintCell(QPainter &painter, const Cell &cell) const;
    void paintBits(QPainter &painter, const Cell &cell, const QRect &line) const;
    void paintOutline(QPainter &painter, lesson::HeaderPart part, int width) const;

    capture::Record m_frame;
    lesson::FrameContext m_context;
    QList<Cell> m_cells;
    QHash<lesson::HeaderPart, lesson::Verdict> m_verdicts;
    int m_rows = 1;
    lesson::HeaderPart m_part = lesson::HeaderPart::Opcode;
    std::optional<lesson::HeaderPart> m_hovered;
};

} // namespace wsw::desktop
