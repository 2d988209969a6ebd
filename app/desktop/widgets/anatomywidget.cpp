#include "widgets/anatomywidget.h"

#include "models/wirebytes.h"
#include "theme/theme.h"
#include "widgets/fieldcolors.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace wsw::desktop {

using lesson::HeaderPart;
using lesson::Verdict;

namespace {

constexpr int columnsPerRow = 32;
constexpr int bitsPerByte = 8;
constexpr int bytesPerRow = columnsPerRow / bitsPerByte;
constexpr int minimumColumnWidth = 8;
constexpr int numbersHeight = 18;
constexpr int rowHeight = 36;
constexpr int outlineRadius = 4;
/// The last row of the payload holds what fits: this many bytes are asked for at most.
constexpr qsizetype lastRowBytes = 64;

bool isReservedBit(HeaderPart part)
{
    return part == HeaderPart::Rsv1 || part == HeaderPart::Rsv2 || part == HeaderPart::Rsv3;
}

/// As much of a name as @p width holds: the whole, the first syllable of a long one ("op"), or the first letter ("M").
QString fittingName(const QString &name, const QFontMetrics &metrics, int width)
{
    if (metrics.horizontalAdvance(name) <= width)
        return name;
    const QString syllable = name.left(2);
    const bool isLong = name.size() > 4;
    return isLong && metrics.horizontalAdvance(syllable) <= width ? syllable : name.left(1);
}

QString fittingBytes(const QString &hex, const QFontMetrics &metrics, int width)
{
    if (metrics.horizontalAdvance(hex) <= width)
        return hex;
    const auto fitting = std::max<qsizetype>(1, (width - metrics.horizontalAdvance(QStringLiteral(" …")))
                                                    / metrics.horizontalAdvance(QStringLiteral("00 ")));
    return hex.left(fitting * 3) + QStringLiteral("…");
}

} // namespace

AnatomyWidget::AnatomyWidget(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("anatomyWidget"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Frame header, bit by bit"));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void AnatomyWidget::setFrame(const capture::Record &frame, const lesson::FrameContext &context)
{
    m_frame = frame;
    m_context = context;
    m_hovered.reset();
    layOut();
    if (!lesson::hasPart(m_frame.header.frame, m_part))
        m_part = HeaderPart::Opcode;
    updateGeometry();
    update();
    tellAssistants();
}

void AnatomyWidget::setPart(HeaderPart part)
{
    if (!lesson::hasPart(m_frame.header.frame, part))
        return;
    m_part = part;
    update();
    tellAssistants();
}

void AnatomyWidget::layOut()
{
    m_cells.clear();
    m_verdicts.clear();
    addHeaderCells();
    addPayloadCells();
    m_rows = m_cells.isEmpty() ? 1 : m_cells.constLast().row + 1;
    for (const Cell &cell : std::as_const(m_cells))
        m_verdicts.insert(cell.part, lesson::explainPart(m_frame.header, cell.part, m_context).verdict);
}

void AnatomyWidget::addHeaderCells()
{
    const wire::FrameHeader &header = m_frame.header.frame;
    const QByteArray bytes = wire::serializeHeader(header);
    for (const lesson::HeaderField &field : lesson::headerFields(header)) {
        // A field that crosses the end of a row is shown in pieces, as in the RFC's figure.
        for (int bit = field.firstBit; bit < field.firstBit + field.bitCount;) {
            const int column = bit % columnsPerRow;
            const int columns = std::min(columnsPerRow - column, field.firstBit + field.bitCount - bit);
            const bool isBits = field.bitCount < bitsPerByte;
            const QString value = isBits ? lesson::partValue(header, field.part)
                                         : QString::fromLatin1(bytes.mid(bit / bitsPerByte, columns / bitsPerByte).toHex(' '));
            m_cells.append({field.part, bit / columnsPerRow, column, columns, value, isBits});
            bit += columns;
        }
    }
}

void AnatomyWidget::addPayloadCells()
{
    if (m_frame.header.frame.length == 0)
        return;
    const int firstBit = m_frame.header.frame.headerSize() * bitsPerByte;
    int row = firstBit / columnsPerRow;
    const int column = firstBit % columnsPerRow;
    QByteArray bytes = asOnTheWire(m_frame.payload.left(bytesPerRow + lastRowBytes), m_frame.header.frame);
    if (column > 0) {
        const qsizetype here = std::min<qsizetype>((columnsPerRow - column) / bitsPerByte, bytes.size());
        m_cells.append({HeaderPart::Payload, row, column, columnsPerRow - column, QString::fromLatin1(bytes.left(here).toHex(' ')), false});
        bytes.remove(0, here);
        ++row;
    }
    if (!bytes.isEmpty())
        m_cells.append({HeaderPart::Payload, row, 0, columnsPerRow, QString::fromLatin1(bytes.toHex(' ')), false});
}

QRect AnatomyWidget::cellRect(const Cell &cell) const
{
    const Theme &theme = Theme::instance();
    // Edges are rounded one by one, so that neighbours always meet.
    const int left = cell.firstColumn * width() / columnsPerRow;
    const int right = (cell.firstColumn + cell.columns) * width() / columnsPerRow;
    const int top = theme.scaled(numbersHeight) + cell.row * theme.scaled(rowHeight);
    return {left, top, right - left, theme.scaled(rowHeight)};
}

QRect AnatomyWidget::partRect(HeaderPart part) const
{
    for (const Cell &cell : m_cells) {
        if (cell.part == part)
            return cellRect(cell);
    }
    return {};
}

std::optional<HeaderPart> AnatomyWidget::partAt(QPoint position) const
{
    for (const Cell &cell : m_cells) {
        if (cellRect(cell).contains(position))
            return cell.part;
    }
    return std::nullopt;
}

QSize AnatomyWidget::sizeHint() const
{
    const Theme &theme = Theme::instance();
    return {theme.scaled(columnsPerRow * 13), theme.scaled(numbersHeight) + m_rows * theme.scaled(rowHeight) + 1};
}

QSize AnatomyWidget::minimumSizeHint() const
{
    return {Theme::instance().scaled(columnsPerRow * minimumColumnWidth), sizeHint().height()};
}

QList<HeaderPart> AnatomyWidget::order() const
{
    QList<HeaderPart> parts;
    for (const Cell &cell : m_cells) {
        if (!parts.contains(cell.part))
            parts.append(cell.part);
    }
    return parts;
}

void AnatomyWidget::select(HeaderPart part)
{
    setPart(part);
    Q_EMIT partSelected(part);
}

void AnatomyWidget::step(int by)
{
    const QList<HeaderPart> parts = order();
    const qsizetype next = std::clamp<qsizetype>(parts.indexOf(m_part) + by, 0, parts.size() - 1);
    if (!parts.isEmpty() && parts.at(next) != m_part)
        select(parts.at(next));
}

void AnatomyWidget::stepRow(int by)
{
    const QPoint centre = partRect(m_part).center();
    const int height = Theme::instance().scaled(rowHeight);
    for (int row = 1; row < m_rows; ++row) {
        const auto part = partAt({centre.x(), centre.y() + by * row * height});
        if (part && *part != m_part) {
            select(*part);
            return;
        }
    }
}

bool AnatomyWidget::focusNextPrevChild(bool next)
{
    const QList<HeaderPart> parts = order();
    const qsizetype at = parts.indexOf(m_part) + (next ? 1 : -1);
    if (at < 0 || at >= parts.size())
        return QWidget::focusNextPrevChild(next);
    select(parts.at(at));
    return true;
}

void AnatomyWidget::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Left: step(-1); break;
    case Qt::Key_Right: step(1); break;
    case Qt::Key_Up: stepRow(-1); break;
    case Qt::Key_Down: stepRow(1); break;
    case Qt::Key_Home: step(-columnsPerRow); break;
    case Qt::Key_End: step(columnsPerRow); break;
    default: QWidget::keyPressEvent(event); break;
    }
}

void AnatomyWidget::mousePressEvent(QMouseEvent *event)
{
    if (const auto part = partAt(event->pos()))
        select(*part);
}

void AnatomyWidget::mouseMoveEvent(QMouseEvent *event)
{
    setHovered(partAt(event->pos()));
}

void AnatomyWidget::leaveEvent(QEvent *)
{
    setHovered(std::nullopt);
}

void AnatomyWidget::setHovered(std::optional<HeaderPart> part)
{
    if (m_hovered == part)
        return;
    m_hovered = part;
    setCursor(part ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
    Q_EMIT partHovered(part);
}

void AnatomyWidget::focusInEvent(QFocusEvent *event)
{
    // Entered with Tab: begin at the end that was come from.
    const QList<HeaderPart> parts = order();
    if (!parts.isEmpty() && event->reason() == Qt::TabFocusReason)
        select(parts.constFirst());
    else if (!parts.isEmpty() && event->reason() == Qt::BacktabFocusReason)
        select(parts.constLast());
    update();
}

void AnatomyWidget::focusOutEvent(QFocusEvent *)
{
    update();
}

QString AnatomyWidget::describe(HeaderPart part) const
{
    const wire::FrameHeader &header = m_frame.header.frame;
    QStringList words{lesson::partName(part)};
    for (const QString &word : {lesson::partValue(header, part), lesson::partMeaning(header, part), lesson::partWhere(header, part)}) {
        if (!word.isEmpty())
            words.append(word);
    }
    return words.join(QStringLiteral(", "));
}

void AnatomyWidget::tellAssistants()
{
    setAccessibleDescription(describe(m_part));
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

bool AnatomyWidget::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        if (const auto part = partAt(help->pos()))
            QToolTip::showText(help->globalPos(), describe(*part), this);
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

void AnatomyWidget::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintNumbers(painter);
    // Names may reach over a neighbour (RSV), so all grounds come first.
    for (const Cell &cell : std::as_const(m_cells))
        paintGround(painter, cell);
    for (const Cell &cell : std::as_const(m_cells))
        paintCell(painter, cell);
    if (m_hovered && *m_hovered != m_part)
        paintOutline(painter, *m_hovered, 1);
    paintOutline(painter, m_part, hasFocus() ? 3 : 2);
}

void AnatomyWidget::paintNumbers(QPainter &painter) const
{
    const Theme &theme = Theme::instance();
    painter.setFont(theme.font(FontRole::MonoCaption));
    painter.setPen(theme.color(Token::TextFaint));
    for (int column = 0; column < columnsPerRow; ++column) {
        const int left = column * width() / columnsPerRow;
        const int right = (column + 1) * width() / columnsPerRow;
        painter.drawText(QRect(left, 0, right - left, theme.scaled(numbersHeight) - 2), Qt::AlignCenter, QString::number(column % 10));
    }
}

void AnatomyWidget::paintGround(QPainter &painter, const Cell &cell) const
{
    const bool wrong = m_verdicts.value(cell.part) == Verdict::Wrong;
    painter.setPen(Qt::NoPen);
    painter.setBrush(wrong ? Theme::instance().background(Meaning::Violation) : fieldColors(cell.part).background);
    painter.drawRoundedRect(cellRect(cell).adjusted(1, 1, -1, -1), 2, 2);
}

void AnatomyWidget::paintCell(QPainter &painter, const Cell &cell) const
{
    const Theme &theme = Theme::instance();
    const bool wrong = m_verdicts.value(cell.part) == Verdict::Wrong;
    const QRect rect = cellRect(cell);
    painter.setPen(wrong ? theme.foreground(Meaning::Violation) : fieldColors(cell.part).foreground);
    painter.setFont(theme.font(FontRole::MonoCaption));
    const QRect nameLine(rect.left(), rect.top() + theme.scaled(3), rect.width(), rect.height() / 2 - theme.scaled(2));
    QString name = lesson::partName(cell.part);
    if (cell.part == HeaderPart::Payload)
        name = m_frame.header.frame.masked ? tr("payload, masked") : tr("payload");
    if (wrong)
        name.prepend(verdictGlyph(Verdict::Wrong) + QLatin1Char(' '));
    if (isReservedBit(cell.part)) {
        // The three share one name, written over the middle one; each keeps its own bit, colour and outline.
        if (cell.part == HeaderPart::Rsv2)
            painter.drawText(nameLine.adjusted(-rect.width(), 0, rect.width(), 0), Qt::AlignCenter, tr("RSV"));
    } else {
        painter.drawText(nameLine, Qt::AlignCenter, fittingName(name, painter.fontMetrics(), rect.width()));
    }

    QFont valueFont = theme.font(FontRole::Mono);
    valueFont.setWeight(QFont::DemiBold);
    painter.setFont(valueFont);
    const QRect valueLine(rect.left(), rect.center().y() - theme.scaled(1), rect.width(), rect.height() / 2);
    if (cell.isBits)
        paintBits(painter, cell, valueLine);
    else
        painter.drawText(valueLine, Qt::AlignCenter, fittingBytes(cell.value, painter.fontMetrics(), rect.width() - metrics::space8));
}

void AnatomyWidget::paintBits(QPainter &painter, const Cell &cell, const QRect &line) const
{
    for (int i = 0; i < cell.columns; ++i) {
        const int left = (cell.firstColumn + i) * width() / columnsPerRow;
        const int right = (cell.firstColumn + i + 1) * width() / columnsPerRow;
        painter.drawText(QRect(left, line.top(), right - left, line.height()), Qt::AlignCenter, cell.value.mid(i, 1));
    }
}

void AnatomyWidget::paintOutline(QPainter &painter, HeaderPart part, int width) const
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(Theme::instance().color(Token::Accent), width));
    const qreal inset = width / 2.0;
    for (const Cell &cell : m_cells) {
        if (cell.part == part)
            painter.drawRoundedRect(QRectF(cellRect(cell)).adjusted(inset, inset, -inset, -inset), outlineRadius, outlineRadius);
    }
}

} // namespace wsw::desktop
