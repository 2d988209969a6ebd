#pragma once

#include <QPlainTextEdit>

#include <utility>

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
    /// Positions and lengths in the text that was set, in their order.
    void setMarks(const QList<std::pair<qsizetype, qsizetype>> &marks);
    /// Makes one of the marks the current one, and scrolls to it.
    void showMark(qsizetype index);

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
    QList<std::pair<qsizetype, qsizetype>> m_marks;
    qsizetype m_current = -1;
};

} // namespace wsw::desktop
