#include "widgets/plaintextview.h"

#include <QMimeData>
#include <QTextBlock>

namespace wsw::desktop {

namespace {

/// Marks a block whose line goes on in the next one.
class GoesOn final : public QTextBlockUserData
{
};

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
}

void PlainTextView::setText(const QString &text)
{
    QString shown;
    QList<int> broken;
    int block = 0;
    for (const QStringView line : QStringView(text).split(u'\n')) {
        if (block > 0)
            shown += u'\n';
        for (QStringView rest = line; ; ++block) {
            const qsizetype piece = pieceOf(rest);
            shown += rest.first(piece);
            rest = rest.sliced(piece);
            if (rest.isEmpty())
                break;
            shown += u'\n';
            broken.append(block);
        }
        ++block;
    }
    setPlainText(shown);
    for (const int number : std::as_const(broken))
        document()->findBlockByNumber(number).setUserData(new GoesOn);
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
