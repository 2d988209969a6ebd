#pragma once

#include "capture/record.h"
#include "lesson/framelayout.h"

#include <QWidget>

#include <optional>

namespace wsw::desktop {

/// The bytes of one frame in rows: header, key and payload as on the wire; below each payload byte the same byte unmasked, and its
/// character. Shows the first lines of a long payload. What is selected in the figure is outlined here too.
class FrameBytesWidget final : public QWidget
{
    Q_OBJECT
public:
    explicit FrameBytesWidget(QWidget *parent = nullptr);

    void setFrame(const capture::Record &frame);
    void setPart(lesson::HeaderPart part);
    void setHovered(std::optional<lesson::HeaderPart> part);
    /// Marks one payload byte, its masked and its plain form, and the key byte between them; nothing: none.
    void setStep(std::optional<qsizetype> payloadByte);

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void partSelected(wsw::lesson::HeaderPart part);
    void partHovered(std::optional<wsw::lesson::HeaderPart> part);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    /// Where everything stands at one width; columns are byte columns of three characters.
    struct Grid
    {
        bool headerAlone;       ///< the header has a line of its own
        int payloadIndent;      ///< in characters
        int payloadPerLine;
        int payloadLines;       ///< shown
        int rowsPerLine;        ///< 1 to 3: wire, unmasked, text
    };

    [[nodiscard]] Grid grid(int width) const;
    [[nodiscard]] int rowCount(const Grid &grid) const;
    [[nodiscard]] QRect headerByteRect(const Grid &grid, int index) const;
    [[nodiscard]] QRect payloadByteRect(const Grid &grid, qsizetype index, int row) const;
    [[nodiscard]] qsizetype shownPayload(const Grid &grid) const;
    [[nodiscard]] std::optional<lesson::HeaderPart> partAt(QPoint position) const;
    [[nodiscard]] QString characterAt(qsizetype index) const;
    void paintHeader(QPainter &painter, const Grid &grid) const;
    void paintPayload(QPainter &painter, const Grid &grid) const;
    void paintLabels(QPainter &painter, const Grid &grid) const;
    void paintOutline(QPainter &painter, const Grid &grid, lesson::HeaderPart part, int width) const;
    void paintStep(QPainter &painter, const Grid &grid) const;
    void measure();

    QByteArray m_header;
    QByteArray m_wire;      ///< payload as on the wire, its start
    QByteArray m_plain;
    QStringList m_characters;   ///< one a byte; empty where a byte continues a character
    wire::FrameHeader m_frame;
    quint64 m_payloadBytes = 0;
    bool m_hasText = true;
    lesson::HeaderPart m_part = lesson::HeaderPart::Opcode;
    std::optional<lesson::HeaderPart> m_hovered;
    std::optional<qsizetype> m_step;
    int m_charWidth = 7;
    int m_rowHeight = 20;
};

} // namespace wsw::desktop
