#pragma once

#include "lesson/explain.h"

#include <QFrame>

class QLabel;

namespace wsw::desktop {

/// An explanation as a card: title and place, text with the verdict in colour and with a glyph, reference.
class ExplanationCard final : public QFrame
{
    Q_OBJECT
public:
    /// @p name: the labels are called name + "Title", name + "Text" and so on.
    explicit ExplanationCard(const QString &name, QWidget *parent = nullptr);

    void setExplanation(const lesson::Explanation &explanation);
    [[nodiscard]] const lesson::Explanation &explanation() const noexcept { return m_explanation; }
    /// Drawn with the accent's border: this card explains what is selected.
    void setAccented(bool accented);
    /// Text of @p pixels (at the default font size) in place of the body's size, for reading at leisure.
    void setReadingSize(int pixels);

private:
    void render();

    lesson::Explanation m_explanation;
    QLabel *m_title;
    QLabel *m_where;
    QLabel *m_text;
    QLabel *m_reference;
    int m_readingPixels = 0;    ///< 0: the body's size
};

} // namespace wsw::desktop
