#pragma once

#include <QPlainTextEdit>

namespace wsw::desktop {

/// Shows text that nobody edits, of any length and in any lines: laying out one line takes the square of its length, so lines that are
/// too long are shown in pieces. What is copied has none of these breaks.
class PlainTextView final : public QPlainTextEdit
{
    Q_OBJECT
public:
    /// A longer line is shown in pieces of about this many characters.
    static constexpr qsizetype longestLine = 8'000;

    explicit PlainTextView(QWidget *parent = nullptr);
    void setText(const QString &text);

protected:
    [[nodiscard]] QMimeData *createMimeDataFromSelection() const override;
};

} // namespace wsw::desktop
