#include "widgets/exacttext.h"

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTextDocument>

#include <algorithm>

namespace wsw::desktop {

QString exactText(const QPlainTextEdit *edit)
{
    QString text = edit->document()->toRawText();
    for (QChar &c : text) {
        if (c == QChar::ParagraphSeparator || c == QChar::LineSeparator)
            c = u'\n';
    }
    return text;
}

bool isKeptExactly(const QString &text)
{
    return std::none_of(text.cbegin(), text.cend(), [](QChar c) {
        // 0xfdd0 and 0xfdd1 begin and end a frame inside QTextDocument.
        return c == u'\r' || c == QChar::ParagraphSeparator || c == QChar::LineSeparator || c.isNull()
               || c == QChar(0xfdd0) || c == QChar(0xfdd1);
    });
}

void replaceText(QPlainTextEdit *edit, const QString &text)
{
    if (exactText(edit) == text)
        return;
    QTextCursor cursor(edit->document());
    cursor.beginEditBlock();
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
    cursor.endEditBlock();
    edit->setTextCursor(cursor);
}

void replaceText(QLineEdit *edit, const QString &text)
{
    if (edit->text() == text)
        return;
    edit->selectAll();
    if (text.isEmpty())
        edit->del();
    else
        edit->insert(text);
}

} // namespace wsw::desktop
