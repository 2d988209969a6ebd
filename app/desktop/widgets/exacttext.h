#pragma once

#include <QString>

class QLineEdit;
class QPlainTextEdit;

namespace wsw::desktop {

/// The text of @p edit as it was typed, lines joined by "\n". QPlainTextEdit::toPlainText() turns every no-break space into a space.
[[nodiscard]] QString exactText(const QPlainTextEdit *edit);
/// True where a QPlainTextEdit gives back just this text: it keeps no carriage returns, separators or NUL characters.
[[nodiscard]] bool isKeptExactly(const QString &text);
/// Replaces all text in one step that undo takes back; setPlainText() forgets what could be undone.
void replaceText(QPlainTextEdit *edit, const QString &text);
void replaceText(QLineEdit *edit, const QString &text);

} // namespace wsw::desktop
