#pragma once

#include "capture/record.h"
#include "lesson/framelayout.h"

#include <QAbstractScrollArea>

#include <optional>
#include <utility>

namespace wsw::desktop {

class PayloadSource;

/// A record's bytes in lines of offset, hex and text. Paints only what is visible and asks the source for no more than that, so that the
/// size of the payload does not matter. A range is selected with the mouse or the keyboard.
class HexWidget final : public QAbstractScrollArea
{
    Q_OBJECT
public:
    /// Wire: header, key and masked payload. Unmasked: the same header, and the payload without its mask. Inflated: what the payload of a
    /// compressed frame has become, alone, for it never stood on the wire.
    enum class Form : quint8 { Wire, Unmasked, Inflated };

    /// A range of bytes, counted from the first byte of the frame.
    struct Range
    {
        quint64 first = 0;
        quint64 count = 0;
    };

    /// @p source must outlive the widget.
    explicit HexWidget(PayloadSource *source, QWidget *parent = nullptr);

    /// After the source has been given the same record, in the form's bytes. Records that are no frames have no header.
    void setRecord(const capture::RecordHeader &header, Form form);
    [[nodiscard]] Form form() const noexcept { return m_form; }
    /// Bytes of the payload to be marked, in their order, as positions and lengths; gone with the next setRecord().
    void setMarks(const QList<std::pair<qsizetype, qsizetype>> &marks);
    void showMark(qsizetype index);
    /// Outlines the bytes of @p part and scrolls to them.
    void setPart(lesson::HeaderPart part);

    /// Header and payload.
    [[nodiscard]] quint64 size() const noexcept;
    [[nodiscard]] quint64 headerSize() const noexcept { return static_cast<quint64>(m_header.size()); }
    [[nodiscard]] Range selection() const noexcept;
    void selectRange(Range range);
    /// As shown: as many bytes from @p offset as are in memory.
    [[nodiscard]] QByteArray bytesAt(quint64 offset, qsizetype count) const;

Q_SIGNALS:
    void selectionChanged();
    /// The user went to a byte of another part.
    void partSelected(wsw::lesson::HeaderPart part);
    void copyRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    enum class Anchor : quint8 { Move, Keep };

    void measure();
    void updateScrollBar();
    [[nodiscard]] bool isMarked(quint64 offset) const;
    void moveCursor(quint64 to, Anchor anchor);
    [[nodiscard]] quint64 keyTarget(const QKeyEvent *event) const;
    void showByte(quint64 offset);
    void tellPart();
    [[nodiscard]] quint64 firstVisibleLine() const;
    [[nodiscard]] int visibleLines() const;
    [[nodiscard]] std::optional<quint64> byteAt(QPoint position) const;
    [[nodiscard]] int hexLeft(int column) const;
    [[nodiscard]] int textLeft() const;
    [[nodiscard]] QRect hexRect(int column, int top) const;
    [[nodiscard]] Range partRange(lesson::HeaderPart part) const;
    void paintLine(QPainter &painter, quint64 line, int top) const;
    void paintByte(QPainter &painter, quint64 offset, int column, int top, std::optional<uchar> byte) const;
    static void paintMark(QPainter &painter, const QRect &hex, const QRect &character);
    void paintOutline(QPainter &painter, quint64 line, int top) const;

    PayloadSource *m_source;
    capture::RecordHeader m_record;
    QByteArray m_header;
    Form m_form = Form::Wire;
    lesson::HeaderPart m_part = lesson::HeaderPart::Opcode;
    QList<std::pair<qsizetype, qsizetype>> m_marks;
    quint64 m_cursor = 0;
    quint64 m_anchor = 0;
    int m_perLine = 16;
    int m_offsetDigits = 4;
    int m_charWidth = 7;
    int m_lineHeight = 20;
};

} // namespace wsw::desktop
