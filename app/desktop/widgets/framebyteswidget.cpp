#include "widgets/framebyteswidget.h"

#include "models/bytestext.h"
#include "models/recordtext.h"
#include "models/wirebytes.h"
#include "theme/theme.h"
#include "widgets/fieldcolors.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace wsw::desktop {

using lesson::HeaderPart;

namespace {

constexpr int charsPerByte = 3;
constexpr int rowHeight = 21;
constexpr int groupGap = 10;
/// Room for the outline of the first byte.
constexpr int leftMargin = 4;
/// Header bytes that leave enough room for payload behind them: two bytes and a key.
constexpr int headerBesidePayload = 6;
/// Room for the word "unmasked" before the payload.
constexpr int labelChars = 9;
constexpr int maxPayloadLines = 4;
constexpr qsizetype maxPayloadBytes = 512;
constexpr int outlineRadius = 4;

/// Bytes of the UTF-8 sequence that begins with @p first; 1 for anything that begins none.
int sequenceLength(uchar first)
{
    if (first >= 0xf0 && first < 0xf5)
        return 4;
    if (first >= 0xe0)
        return first < 0xf0 ? 3 : 1;
    return first >= 0xc2 ? 2 : 1;
}

/// One text a byte: a character stands under its first byte.
QStringList charactersOf(const QByteArray &bytes, bool asText)
{
    QStringList result;
    for (qsizetype i = 0; i < bytes.size();) {
        const auto byte = static_cast<uchar>(bytes.at(i));
        const int length = asText ? sequenceLength(byte) : 1;
        const QString decoded = length > 1 ? QString::fromUtf8(bytes.mid(i, length)) : QString();
        if (length > 1 && i + length <= bytes.size() && !decoded.contains(QChar::ReplacementCharacter)) {
            result.append(decoded);
            for (int rest = 1; rest < length; ++rest)
                result.append(QString());
            i += length;
            continue;
        }
        result.append(byte == ' ' ? QStringLiteral("␣") : QString(byteCharacter(byte)));
        ++i;
    }
    return result;
}

} // namespace

FrameBytesWidget::FrameBytesWidget(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("frameBytes"));
    setMouseTracking(true);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Bytes of the frame"));
    measure();
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        measure();
        updateGeometry();
        update();
    });
}

void FrameBytesWidget::measure()
{
    const QFontMetrics metrics(Theme::instance().font(FontRole::Mono));
    m_charWidth = metrics.horizontalAdvance(QLatin1Char('0'));
    m_rowHeight = std::max(Theme::instance().scaled(rowHeight), metrics.height() + 4);
}

void FrameBytesWidget::setFrame(const capture::Record &frame)
{
    m_frame = frame.header.frame;
    m_header = wire::serializeHeader(m_frame);
    m_plain = frame.payload.left(maxPayloadBytes);
    m_wire = asOnTheWire(m_plain, m_frame);
    m_payloadBytes = std::max(frame.header.payloadStored, static_cast<quint64>(frame.payload.size()));
    m_hasText = !frame.header.flags.testFlag(wire::RecordFlag::Compressed);
    m_characters = charactersOf(m_plain, m_frame.opcode != wire::Opcode::Binary);
    m_hovered.reset();
    m_step.reset();
    setAccessibleDescription(QString::fromLatin1((m_header + m_wire).toHex(' ')));
    updateGeometry();
    update();
}

void FrameBytesWidget::setPart(HeaderPart part)
{
    m_part = part;
    update();
}

void FrameBytesWidget::setHovered(std::optional<HeaderPart> part)
{
    if (m_hovered == part)
        return;
    m_hovered = part;
    update();
}

void FrameBytesWidget::setStep(std::optional<qsizetype> payloadByte)
{
    m_step = payloadByte;
    update();
}

FrameBytesWidget::Grid FrameBytesWidget::grid(int width) const
{
    Grid grid{};
    const auto headerBytes = static_cast<int>(m_header.size());
    const int columns = std::max(1, (width - 2 * leftMargin) / m_charWidth);
    const auto bytes = static_cast<int>(m_plain.size());
    const auto perLine = [&](int indent) { return std::max(1, (columns - indent + 1) / charsPerByte); };
    const auto lines = [&](int indent) { return (bytes + perLine(indent) - 1) / perLine(indent); };
    // A line of its own also where the payload then stands whole, instead of leaving a few bytes behind.
    const int besideHeader = headerBytes * charsPerByte;
    grid.headerAlone = headerBytes > headerBesidePayload || lines(labelChars) < lines(besideHeader);
    grid.payloadIndent = grid.headerAlone ? labelChars : besideHeader;
    grid.payloadPerLine = perLine(grid.payloadIndent);
    grid.payloadLines = std::min(maxPayloadLines, lines(grid.payloadIndent));
    grid.rowsPerLine = 1 + (m_frame.masked ? 1 : 0) + (m_hasText ? 1 : 0);
    return grid;
}

qsizetype FrameBytesWidget::shownPayload(const Grid &grid) const
{
    return std::min<qsizetype>(m_plain.size(), static_cast<qsizetype>(grid.payloadLines) * grid.payloadPerLine);
}

int FrameBytesWidget::rowCount(const Grid &grid) const
{
    int rows = grid.payloadLines * grid.rowsPerLine;
    if (grid.headerAlone || grid.payloadLines == 0)
        ++rows;
    if (static_cast<quint64>(shownPayload(grid)) < m_payloadBytes)
        ++rows;
    return rows;
}

int FrameBytesWidget::heightForWidth(int width) const
{
    const Grid g = grid(width);
    return rowCount(g) * m_rowHeight + std::max(0, g.payloadLines - 1) * groupGap;
}

QSize FrameBytesWidget::sizeHint() const
{
    const int columns = m_charWidth * 58 + 2 * leftMargin;
    return {columns, heightForWidth(width() > 0 ? width() : columns)};
}

QSize FrameBytesWidget::minimumSizeHint() const
{
    return {m_charWidth * 30, m_rowHeight};
}

QRect FrameBytesWidget::headerByteRect(const Grid &, int index) const
{
    return {leftMargin + index * charsPerByte * m_charWidth, 0, 2 * m_charWidth, m_rowHeight};
}

QRect FrameBytesWidget::payloadByteRect(const Grid &grid, qsizetype index, int row) const
{
    const auto line = static_cast<int>(index / grid.payloadPerLine);
    const auto column = static_cast<int>(index % grid.payloadPerLine);
    const int top = (grid.headerAlone ? m_rowHeight : 0) + line * (grid.rowsPerLine * m_rowHeight + groupGap) + row * m_rowHeight;
    return {leftMargin + (grid.payloadIndent + column * charsPerByte) * m_charWidth, top, 2 * m_charWidth, m_rowHeight};
}

std::optional<HeaderPart> FrameBytesWidget::partAt(QPoint position) const
{
    const Grid g = grid(width());
    for (int i = 0; i < m_header.size(); ++i) {
        if (headerByteRect(g, i).adjusted(-m_charWidth / 2, 0, m_charWidth / 2, 0).contains(position)) {
            // Two fields and more share each of the first bytes: the wider one is meant, the bits are picked in the figure.
            return i == 0 ? HeaderPart::Opcode : i == 1 ? HeaderPart::Length : lesson::partAtByte(m_frame, static_cast<quint64>(i));
        }
    }
    const qsizetype shown = shownPayload(g);
    if (shown > 0 && position.x() >= leftMargin + g.payloadIndent * m_charWidth
        && position.y() >= payloadByteRect(g, 0, 0).top() && position.y() <= payloadByteRect(g, shown - 1, g.rowsPerLine - 1).bottom())
        return HeaderPart::Payload;
    return std::nullopt;
}

void FrameBytesWidget::mousePressEvent(QMouseEvent *event)
{
    if (const auto part = partAt(event->pos()))
        Q_EMIT partSelected(*part);
}

void FrameBytesWidget::mouseMoveEvent(QMouseEvent *event)
{
    const auto part = partAt(event->pos());
    setCursor(part ? Qt::PointingHandCursor : Qt::ArrowCursor);
    Q_EMIT partHovered(part);
}

void FrameBytesWidget::leaveEvent(QEvent *)
{
    Q_EMIT partHovered(std::nullopt);
}

void FrameBytesWidget::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(Theme::instance().font(FontRole::Mono));
    const Grid g = grid(width());
    paintHeader(painter, g);
    paintPayload(painter, g);
    paintLabels(painter, g);
    if (m_hovered && *m_hovered != m_part)
        paintOutline(painter, g, *m_hovered, 1);
    paintOutline(painter, g, m_part, 2);
    if (m_step)
        paintStep(painter, g);
}

void FrameBytesWidget::paintHeader(QPainter &painter, const Grid &grid) const
{
    const int keyStart = static_cast<int>(m_header.size()) - (m_frame.masked ? 4 : 0);
    for (int i = 0; i < m_header.size(); ++i) {
        const HeaderPart part = i == 0 ? HeaderPart::Fin : i >= keyStart ? HeaderPart::MaskingKey : HeaderPart::Length;
        const FieldColors colors = fieldColors(part);
        const QRect rect = headerByteRect(grid, i);
        const bool joinsNext = i >= keyStart && i + 1 < m_header.size();
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.background);
        painter.drawRect(rect.adjusted(-2, 2, joinsNext ? m_charWidth : 2, -2));
        painter.setPen(colors.foreground);
        painter.drawText(rect, Qt::AlignCenter, QString::fromLatin1(m_header.mid(i, 1).toHex()));
    }
}

QString FrameBytesWidget::characterAt(qsizetype index) const
{
    return m_characters.value(index);
}

void FrameBytesWidget::paintPayload(QPainter &painter, const Grid &grid) const
{
    const Theme &theme = Theme::instance();
    const QColor plain = theme.foreground(Meaning::Sent);
    for (qsizetype i = 0; i < shownPayload(grid); ++i) {
        int row = 0;
        painter.setPen(theme.color(Token::Text));
        painter.drawText(payloadByteRect(grid, i, row), Qt::AlignCenter, QString::fromLatin1(m_wire.mid(i, 1).toHex()));
        painter.setPen(plain);
        if (m_frame.masked)
            painter.drawText(payloadByteRect(grid, i, ++row), Qt::AlignCenter, QString::fromLatin1(m_plain.mid(i, 1).toHex()));
        if (m_hasText)
            painter.drawText(payloadByteRect(grid, i, ++row), Qt::AlignCenter, characterAt(i));
    }
}

void FrameBytesWidget::paintLabels(QPainter &painter, const Grid &grid) const
{
    painter.setPen(Theme::instance().color(Token::TextFaint));
    const int right = leftMargin + (grid.payloadIndent - 1) * m_charWidth;
    const auto label = [&](qsizetype byte, int row, const QString &text) {
        const QRect place = payloadByteRect(grid, byte, row);
        painter.drawText(QRect(0, place.top(), right, place.height()), Qt::AlignRight | Qt::AlignVCenter, text);
    };
    for (int line = 0; line < grid.payloadLines; ++line) {
        const qsizetype first = static_cast<qsizetype>(line) * grid.payloadPerLine;
        if (grid.headerAlone || line > 0)
            label(first, 0, m_frame.masked ? tr("masked") : QString());
        if (m_frame.masked)
            label(first, 1, tr("unmasked"));
        if (m_hasText)
            label(first, grid.rowsPerLine - 1, tr("text"));
    }
    const auto shown = static_cast<quint64>(shownPayload(grid));
    if (shown < m_payloadBytes) {
        const int top = heightForWidth(width()) - m_rowHeight;
        painter.drawText(QRect(leftMargin + grid.payloadIndent * m_charWidth, top, width(), m_rowHeight), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("… %1 more, see Bytes").arg(groupedNumber(m_payloadBytes - shown)));
    }
}

void FrameBytesWidget::paintOutline(QPainter &painter, const Grid &grid, HeaderPart part, int width) const
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(Theme::instance().color(Token::Accent), width));
    const auto outline = [&](const QRect &first, const QRect &last) {
        painter.drawRoundedRect(QRectF(first.united(last)).adjusted(-3, 0.5, 3, -0.5), outlineRadius, outlineRadius);
    };
    if (part != HeaderPart::Payload) {
        if (const auto field = lesson::headerField(m_frame, part))
            outline(headerByteRect(grid, field->firstBit / 8), headerByteRect(grid, (field->firstBit + field->bitCount - 1) / 8));
        return;
    }
    const qsizetype shown = shownPayload(grid);
    for (qsizetype first = 0; first < shown; first += grid.payloadPerLine) {
        const qsizetype last = std::min<qsizetype>(first + grid.payloadPerLine, shown) - 1;
        outline(payloadByteRect(grid, first, 0), payloadByteRect(grid, last, grid.rowsPerLine - 1));
    }
}

void FrameBytesWidget::paintStep(QPainter &painter, const Grid &grid) const
{
    if (*m_step >= shownPayload(grid))
        return;
    const Theme &theme = Theme::instance();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.foreground(Meaning::Crafted), 2));
    const int keyStart = static_cast<int>(m_header.size()) - 4;
    painter.drawRoundedRect(headerByteRect(grid, keyStart + static_cast<int>(*m_step % 4)).adjusted(-2, 2, 2, -2), 2, 2);
    painter.setPen(QPen(theme.foreground(Meaning::Sent), 2));
    const QRect column = payloadByteRect(grid, *m_step, 0).united(payloadByteRect(grid, *m_step, grid.rowsPerLine - 1));
    painter.drawRoundedRect(column.adjusted(-2, 2, 2, -2), 2, 2);
}

} // namespace wsw::desktop
