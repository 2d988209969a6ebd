#include "widgets/plaintextview.h"

#include "theme/theme.h"

#include <QMimeData>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>

namespace wsw::desktop {

namespace {

/// Marks a block whose line goes on in the next one.
class GoesOn final : public QTextBlockUserData
{
};

constexpr float markOpacity = 0.25F;
constexpr float currentOpacity = 0.5F;

/// How many characters of @p line stand in the next piece.
qsizetype pieceOf(QStringView line)
{
    if (line.size() <= PlainTextView::longestLine)
        return line.size();
    // Never between the two halves of one character.
    const bool halves = line.at(PlainTextView::longestLine - 1).isHighSurrogate();
    return PlainTextView::longestLine - (halves ? 1 : 0);
}

} // namespace

PlainTextView::PlainTextView(QWidget *parent) : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setTabChangesFocus(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setUndoRedoEnabled(false);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &PlainTextView::paintMarks);
    connect(&Theme::instance(), &Theme::changed, this, &PlainTextView::paintMarks);
}

void PlainTextView::setText(const QString &text)
{
    QString shown;
    QList<int> broken;
    int block = 0;
    qsizetype at = 0;
    m_breaks.clear();
    m_dropped.clear();
    for (const QStringView line : QStringView(text).split(u'\n')) {
        if (block > 0)
            shown += u'\n';
        for (QStringView rest = line; ; ++block) {
            const qsizetype piece = pieceOf(rest);
            shown += rest.first(piece);
            rest = rest.sliced(piece);
            at += piece;
            if (rest.isEmpty())
                break;
            shown += u'\n';
            broken.append(block);
            m_breaks.append(at);
        }
        // Of both, the document keeps one.
        if (line.endsWith(u'\r') && at < text.size())
            m_dropped.append(at - 1);
        ++at;
        ++block;
    }
    setPlainText(shown);
    setMarks({});
    for (const int number : std::as_const(broken))
        document()->findBlockByNumber(number).setUserData(new GoesOn);
}

int PlainTextView::shownAt(qsizetype position) const
{
    const auto breaks = std::upper_bound(m_breaks.cbegin(), m_breaks.cend(), position) - m_breaks.cbegin();
    const auto dropped = std::lower_bound(m_dropped.cbegin(), m_dropped.cend(), position) - m_dropped.cbegin();
    return static_cast<int>(position + breaks - dropped);
}

void PlainTextView::setMarks(const Marks &marks)
{
    m_marks = marks;
    m_current = -1;
    paintMarks();
}

void PlainTextView::showFind(qsizetype find)
{
    m_current = find;
    if (const auto mark = std::ranges::find(std::as_const(m_marks), find, &Mark::find); mark != m_marks.cend()) {
        QTextCursor cursor(document());
        cursor.setPosition(shownAt(mark->at));
        setTextCursor(cursor);
        ensureCursorVisible();
    }
    paintMarks();
}

void PlainTextView::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    paintMarks();
}

void PlainTextView::paintMarks()
{
    QList<QTextEdit::ExtraSelection> seen;
    const int first = firstVisibleBlock().position();
    const QTextBlock bottom = cursorForPosition(QPoint(viewport()->width(), viewport()->height())).block();
    const int last = bottom.position() + bottom.length();
    auto mark = std::lower_bound(m_marks.cbegin(), m_marks.cend(), first, [this](const auto &one, int position) { return shownAt(one.at + one.size - 1) < position; });
    for (; mark != m_marks.cend() && shownAt(mark->at) <= last; ++mark) {
        QColor behind = Theme::instance().color(Token::Accent);
        behind.setAlphaF(mark->find == m_current ? currentOpacity : markOpacity);
        QTextEdit::ExtraSelection selection;
        selection.cursor = QTextCursor(document());
        selection.cursor.setPosition(shownAt(mark->at));
        selection.cursor.setPosition(shownAt(mark->at + mark->size - 1) + 1, QTextCursor::KeepAnchor);
        selection.format.setBackground(behind);
        // Not by colour alone.
        selection.format.setFontUnderline(true);
        seen.append(selection);
    }
    setExtraSelections(seen);
}

QMimeData *PlainTextView::createMimeDataFromSelection() const
{
    const QTextCursor cursor = textCursor();
    QString text;
    for (QTextBlock block = document()->findBlock(cursor.selectionStart()); block.isValid() && block.position() <= cursor.selectionEnd(); block = block.next()) {
        const int from = qMax(0, cursor.selectionStart() - block.position());
        const int to = qMin(block.length() - 1, cursor.selectionEnd() - block.position());
        text += block.text().sliced(from, to - from);
        const bool endsInside = cursor.selectionEnd() < block.position() + block.length();
        if (!endsInside && block.userData() == nullptr)
            text += u'\n';
    }
    auto *copied = new QMimeData;
    copied->setText(text);
    return copied;
}

} // namespace wsw::desktop
