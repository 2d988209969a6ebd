#pragma once

#include "models/termplaces.h"

#include <QPlainTextEdit>

namespace wsw::desktop {

/// Shows text that nobody edits, of any length and in any lines: laying out one line takes the square of its length, so lines that are
/// too long are shown in pieces. What is copied has none of these breaks. Places of the text can be marked.
class PlainTextView final : public QPlainTextEdit
{
    Q_OBJECT
public:
    /// A longer line is shown in pieces of about this many characters.
    static constexpr qsizetype longestLine = 8'000;

    explicit PlainTextView(QWidget *parent = nullptr);
    /// Without marks.
    void setText(const QString &text);
    /// In the text that was set.
    void setMarks(const Marks &marks);
    /// Makes the marks of one find the current ones, and scrolls to the first of them.
    void showFind(qsizetype find);

protected:
    void resizeEvent(QResizeEvent *event) override;
    [[nodiscard]] QMimeData *createMimeDataFromSelection() const override;

private:
    /// Where a character of the text stands in the document, which has more line ends and no carriage returns before them.
    [[nodiscard]] int shownAt(qsizetype position) const;
    /// Marks are painted where they are seen; ten thousand would be too many for each paint.
    void paintMarks();

    QList<qsizetype> m_breaks;      ///< characters of the text before which a line has been broken
    QList<qsizetype> m_dropped;     ///< carriage returns
    Marks m_marks;
    qsizetype m_current = -1;       ///< the find whose marks are the current ones
};

} // namespace wsw::desktop
