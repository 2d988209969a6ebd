#include "widgets/hexwidget.h"

#include "models/bytestext.h"
#include "models/payloadsource.h"
#include "models/wirebytes.h"
#include "theme/theme.h"
#include "widgets/fieldcolors.h"

#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

namespace wsw::desktop {

using lesson::HeaderPart;

namespace {

constexpr int lineHeight = 20;
/// Tried in turn: the widest that fits.
constexpr std::array lineWidths{32, 16, 8, 4};
constexpr int groupBytes = 8;       ///< a wider gap after so many
constexpr int charsPerByte = 3;
constexpr int outlineRadius = 4;
constexpr float markOpacity = 0.25F;

} // namespace

HexWidget::HexWidget(PayloadSource *source, QWidget *parent) : QAbstractScrollArea(parent), m_source(source)
{
    setObjectName(QStringLiteral("hexWidget"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setCursor(Qt::IBeamCursor);
    setAccessibleName(tr("Bytes, as hex and text"));
    measure();
    connect(source, &PayloadSource::loaded, viewport(), QOverload<>::of(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        measure();
        viewport()->update();
    });
}

void HexWidget::measure()
{
    const Theme &theme = Theme::instance();
    const QFontMetrics metrics(theme.font(FontRole::Mono));
    m_charWidth = metrics.horizontalAdvance(QLatin1Char('0'));
    m_lineHeight = std::max(theme.scaled(lineHeight), metrics.height() + 2);

    m_offsetDigits = 4;
    for (quint64 rest = size() >> 16; rest > 0; rest >>= 4)
        ++m_offsetDigits;
    for (const int width : lineWidths) {
        m_perLine = width;
        if (textLeft() + width * m_charWidth + metrics::space8 <= viewport()->width())
            break;
    }
    updateScrollBar();
}

void HexWidget::setRecord(const capture::RecordHeader &header, Form form)
{
    // With and without mask the bytes stand in the same places: what is selected stays so.
    const bool samePlaces = header.id == m_record.id && form != Form::Inflated && m_form != Form::Inflated;
    m_record = header;
    m_form = form;
    m_marks.clear();
    m_header = header.kind == wire::RecordKind::Frame && form != Form::Inflated ? wire::serializeHeader(header.frame) : QByteArray();
    if (!samePlaces) {
        m_cursor = 0;
        m_anchor = 0;
        measure();
        verticalScrollBar()->setValue(0);
    }
    viewport()->update();
    Q_EMIT selectionChanged();
}

void HexWidget::setMarks(const QList<std::pair<qsizetype, qsizetype>> &marks)
{
    m_marks = marks;
    viewport()->update();
}

void HexWidget::showMark(qsizetype index)
{
    showByte(headerSize() + static_cast<quint64>(m_marks.at(index).first));
}

bool HexWidget::isMarked(quint64 offset) const
{
    if (offset < headerSize())
        return false;
    const auto at = static_cast<qsizetype>(offset - headerSize());
    const auto behind = std::upper_bound(m_marks.cbegin(), m_marks.cend(), at, [](qsizetype place, const auto &mark) { return place < mark.first; });
    return behind != m_marks.cbegin() && at < std::prev(behind)->first + std::prev(behind)->second;
}

void HexWidget::setPart(HeaderPart part)
{
    m_part = part;
    const Range range = partRange(part);
    // Where the cursor has led to this part, the user's own selection stands.
    const bool cursorInside = m_cursor >= range.first && m_cursor < range.first + range.count;
    if (range.count > 0 && !cursorInside) {
        // A field is selected whole; the payload only where it begins, since it may be the whole frame.
        selectRange(part == HeaderPart::Payload ? Range{range.first, 1} : range);
    }
    viewport()->update();
}

quint64 HexWidget::size() const noexcept
{
    return static_cast<quint64>(m_header.size()) + m_source->size();
}

HexWidget::Range HexWidget::selection() const noexcept
{
    if (size() == 0)
        return {};
    const quint64 first = std::min(m_anchor, m_cursor);
    return {first, std::max(m_anchor, m_cursor) - first + 1};
}

void HexWidget::selectRange(Range range)
{
    if (size() == 0 || range.count == 0)
        return;
    m_anchor = std::min(range.first, size() - 1);
    m_cursor = std::min(range.first + (range.count - 1), size() - 1);
    showByte(m_anchor);
    viewport()->update();
    Q_EMIT selectionChanged();
}

QByteArray HexWidget::bytesAt(quint64 offset, qsizetype count) const
{
    QByteArray result;
    const quint64 header = headerSize();
    if (offset < header) {
        result = m_header.mid(static_cast<qsizetype>(offset), count);
        offset += static_cast<quint64>(result.size());
        count -= result.size();
    }
    if (count <= 0 || offset < header)
        return result;
    const quint64 payloadOffset = offset - header;
    const QByteArray payload = m_source->bytes(payloadOffset, count);
    return result + (m_form == Form::Wire ? asOnTheWire(payload, m_record.frame, payloadOffset) : payload);
}

HexWidget::Range HexWidget::partRange(HeaderPart part) const
{
    if (m_header.isEmpty())
        return {};
    if (part == HeaderPart::Payload)
        return {headerSize(), m_source->size()};
    const auto field = lesson::headerField(m_record.frame, part);
    if (!field)
        return {};
    const int first = field->firstBit / 8;
    return {static_cast<quint64>(first), static_cast<quint64>((field->firstBit + field->bitCount - 1) / 8 - first + 1)};
}

void HexWidget::updateScrollBar()
{
    const quint64 lines = (size() + static_cast<quint64>(m_perLine) - 1) / static_cast<quint64>(m_perLine);
    const auto visible = static_cast<quint64>(std::max(1, visibleLines()));
    const quint64 last = lines > visible ? lines - visible : 0;
    // A scroll bar counts in int: enough for 8 GiB in lines of four bytes, far above the largest frame that is accepted.
    verticalScrollBar()->setRange(0, static_cast<int>(std::min<quint64>(last, std::numeric_limits<int>::max())));
    verticalScrollBar()->setPageStep(static_cast<int>(visible));
    verticalScrollBar()->setSingleStep(1);
}

quint64 HexWidget::firstVisibleLine() const
{
    return static_cast<quint64>(verticalScrollBar()->value());
}

int HexWidget::visibleLines() const
{
    return viewport()->height() / m_lineHeight;
}

void HexWidget::showByte(quint64 offset)
{
    const quint64 line = offset / static_cast<quint64>(m_perLine);
    const quint64 first = firstVisibleLine();
    const auto visible = static_cast<quint64>(std::max(1, visibleLines()));
    if (line < first)
        verticalScrollBar()->setValue(static_cast<int>(line));
    else if (line >= first + visible)
        verticalScrollBar()->setValue(static_cast<int>(line - visible + 1));
}

int HexWidget::hexLeft(int column) const
{
    const int chars = m_offsetDigits + 2 + column * charsPerByte + column / groupBytes;
    return metrics::space12 + chars * m_charWidth;
}

int HexWidget::textLeft() const
{
    return hexLeft(m_perLine) + m_charWidth;
}

QRect HexWidget::hexRect(int column, int top) const
{
    return {hexLeft(column), top, 2 * m_charWidth, m_lineHeight};
}

std::optional<quint64> HexWidget::byteAt(QPoint position) const
{
    if (size() == 0)
        return std::nullopt;
    const quint64 line = firstVisibleLine() + static_cast<quint64>(std::max(0, position.y()) / m_lineHeight);
    int column = 0;
    if (position.x() >= textLeft()) {
        column = (position.x() - textLeft()) / m_charWidth;
    } else {
        while (column + 1 < m_perLine && position.x() >= hexLeft(column + 1) - m_charWidth / 2)
            ++column;
    }
    column = std::min(column, m_perLine - 1);
    return std::min(line * static_cast<quint64>(m_perLine) + static_cast<quint64>(column), size() - 1);
}

void HexWidget::moveCursor(quint64 to, Anchor anchor)
{
    if (size() == 0)
        return;
    m_cursor = std::min(to, size() - 1);
    if (anchor == Anchor::Move)
        m_anchor = m_cursor;
    showByte(m_cursor);
    viewport()->update();
    Q_EMIT selectionChanged();
    tellPart();
}

void HexWidget::tellPart()
{
    if (m_header.isEmpty())
        return;
    // Of the parts that share a byte, the selected one stays selected.
    const Range range = partRange(m_part);
    if (range.count > 0 && m_cursor >= range.first && m_cursor < range.first + range.count)
        return;
    const HeaderPart part = m_cursor == 0   ? HeaderPart::Opcode
                            : m_cursor == 1 ? HeaderPart::Length
                                            : lesson::partAtByte(m_record.frame, m_cursor);
    m_part = part;
    Q_EMIT partSelected(part);
}

quint64 HexWidget::keyTarget(const QKeyEvent *event) const
{
    const auto perLine = static_cast<quint64>(m_perLine);
    const quint64 page = perLine * static_cast<quint64>(std::max(1, visibleLines() - 1));
    const quint64 last = size() == 0 ? 0 : size() - 1;
    const bool whole = event->modifiers().testFlag(Qt::ControlModifier);
    switch (event->key()) {
    case Qt::Key_Left: return m_cursor > 0 ? m_cursor - 1 : 0;
    case Qt::Key_Right: return std::min(m_cursor + 1, last);
    case Qt::Key_Up: return m_cursor >= perLine ? m_cursor - perLine : m_cursor;
    case Qt::Key_Down: return m_cursor + perLine <= last ? m_cursor + perLine : m_cursor;
    case Qt::Key_PageUp: return m_cursor >= page ? m_cursor - page : m_cursor % perLine;
    case Qt::Key_PageDown: return std::min(m_cursor + page, last);
    case Qt::Key_Home: return whole ? 0 : m_cursor - m_cursor % perLine;
    case Qt::Key_End: return whole ? last : std::min(m_cursor - m_cursor % perLine + perLine - 1, last);
    default: return m_cursor;
    }
}

void HexWidget::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        Q_EMIT copyRequested();
    } else if (event->matches(QKeySequence::SelectAll)) {
        if (size() > 0) {
            m_anchor = 0;
            m_cursor = size() - 1;
            viewport()->update();
            Q_EMIT selectionChanged();
        }
    } else {
        switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
        case Qt::Key_Home:
        case Qt::Key_End:
            moveCursor(keyTarget(event), event->modifiers().testFlag(Qt::ShiftModifier) ? Anchor::Keep : Anchor::Move);
            break;
        default: QAbstractScrollArea::keyPressEvent(event);
        }
    }
}

void HexWidget::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    if (const auto byte = byteAt(event->pos()))
        moveCursor(*byte, event->modifiers().testFlag(Qt::ShiftModifier) ? Anchor::Keep : Anchor::Move);
}

void HexWidget::mouseMoveEvent(QMouseEvent *event)
{
    if (!event->buttons().testFlag(Qt::LeftButton))
        return;
    if (const auto byte = byteAt(event->pos()); byte && *byte != m_cursor)
        moveCursor(*byte, Anchor::Keep);
}

void HexWidget::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void HexWidget::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void HexWidget::resizeEvent(QResizeEvent *)
{
    const quint64 top = firstVisibleLine() * static_cast<quint64>(m_perLine);
    measure();
    verticalScrollBar()->setValue(static_cast<int>(top / static_cast<quint64>(m_perLine)));
}

void HexWidget::showEvent(QShowEvent *event)
{
    QAbstractScrollArea::showEvent(event);
    // What was selected while the view was hidden had no height to be scrolled by.
    verticalScrollBar()->setValue(0);
    showByte(m_anchor);
}

void HexWidget::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(viewport()->rect(), Theme::instance().color(Token::Panel));
    painter.setFont(Theme::instance().font(FontRole::Mono));
    const auto perLine = static_cast<quint64>(m_perLine);
    for (int row = 0; row <= visibleLines(); ++row) {
        const quint64 line = firstVisibleLine() + static_cast<quint64>(row);
        if (line * perLine >= size())
            break;
        paintLine(painter, line, row * m_lineHeight);
    }
}

void HexWidget::paintLine(QPainter &painter, quint64 line, int top) const
{
    const quint64 offset = line * static_cast<quint64>(m_perLine);
    painter.setPen(Theme::instance().color(Token::TextFaint));
    painter.drawText(QRect(metrics::space12, top, m_offsetDigits * m_charWidth, m_lineHeight), Qt::AlignVCenter,
                     QStringLiteral("%1").arg(offset, m_offsetDigits, 16, QLatin1Char('0')));
    const auto here = static_cast<int>(std::min<quint64>(static_cast<quint64>(m_perLine), size() - offset));
    const QByteArray bytes = bytesAt(offset, here);
    for (int column = 0; column < here; ++column) {
        const auto byte = column < bytes.size() ? std::optional(static_cast<uchar>(bytes.at(column))) : std::nullopt;
        paintByte(painter, offset + static_cast<quint64>(column), column, top, byte);
    }
    paintOutline(painter, line, top);
}

void HexWidget::paintMark(QPainter &painter, const QRect &hex, const QRect &character)
{
    const QColor accent = Theme::instance().color(Token::Accent);
    QColor behind = accent;
    behind.setAlphaF(markOpacity);
    for (const QRect &rect : {hex, character}) {
        painter.fillRect(rect, behind);
        // Not by colour alone.
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), accent);
    }
}

void HexWidget::paintByte(QPainter &painter, quint64 offset, int column, int top, std::optional<uchar> byte) const
{
    const Theme &theme = Theme::instance();
    const bool inHeader = offset < headerSize();
    const bool changed = m_form == Form::Inflated || (m_form == Form::Unmasked && m_record.frame.masked);
    QColor color = changed ? theme.foreground(Meaning::Sent) : theme.color(Token::Text);
    const QRect rect = hexRect(column, top);
    const QRect character(textLeft() + column * m_charWidth, top, m_charWidth, m_lineHeight);
    if (inHeader) {
        const HeaderPart part = offset == 0 ? HeaderPart::Fin : offset == 1 ? HeaderPart::Length : lesson::partAtByte(m_record.frame, offset);
        const FieldColors colors = fieldColors(part);
        painter.fillRect(rect.adjusted(-2, 1, 2, -1), colors.background);
        color = colors.foreground;
    }
    if (isMarked(offset))
        paintMark(painter, rect.adjusted(-2, 1, 2, -1), character.adjusted(0, 1, 0, -1));
    const Range selected = selection();
    if (offset >= selected.first && offset < selected.first + selected.count) {
        painter.fillRect(rect.adjusted(-2, 1, 2, -1), theme.color(Token::Selection));
        painter.fillRect(character.adjusted(0, 1, 0, -1), theme.color(Token::Selection));
    }
    painter.setPen(byte ? color : theme.color(Token::TextFaint));
    painter.drawText(rect, Qt::AlignCenter, byte ? QStringLiteral("%1").arg(*byte, 2, 16, QLatin1Char('0')) : QStringLiteral("··"));
    painter.setPen(inHeader || !byte ? theme.color(Token::TextFaint) : color);
    painter.drawText(character, Qt::AlignCenter, byte ? QString(byteCharacter(*byte)) : QString());
    if (offset == m_cursor && hasFocus()) {
        painter.setPen(QPen(theme.color(Token::Accent), 2));
        painter.drawLine(rect.bottomLeft() - QPoint(1, 1), rect.bottomRight() + QPoint(1, -1));
    }
}

void HexWidget::paintOutline(QPainter &painter, quint64 line, int top) const
{
    const Range range = partRange(m_part);
    if (range.count == 0 || m_part == HeaderPart::Payload)
        return;
    const auto perLine = static_cast<quint64>(m_perLine);
    const quint64 first = std::max(range.first, line * perLine);
    const quint64 last = std::min(range.first + range.count, (line + 1) * perLine);
    if (first >= last)
        return;
    const QRect outline = hexRect(static_cast<int>(first % perLine), top).united(hexRect(static_cast<int>((last - 1) % perLine), top));
    painter.setPen(QPen(Theme::instance().color(Token::Accent), 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(outline).adjusted(-3, 1, 3, -1), outlineRadius, outlineRadius);
}

} // namespace wsw::desktop
