#pragma once

#include <QStackedWidget>

class QVBoxLayout;

namespace wsw::lesson {
struct Explanation;
}

namespace wsw::desktop {

class EmptyPage;
class ExplanationCard;
class Inspection;

/// The Explain tab: what is selected, the frame as a whole, its close code and every rule that it breaks, in readable size.
class ExplainView final : public QStackedWidget
{
    Q_OBJECT
public:
    explicit ExplainView(Inspection *inspection, QWidget *parent = nullptr);

private:
    [[nodiscard]] QWidget *makeContent();
    void showAll();
    void showCard(qsizetype index, const lesson::Explanation &explanation);

    Inspection *m_inspection;
    EmptyPage *m_empty;
    QVBoxLayout *m_column = nullptr;
    QList<ExplanationCard *> m_cards;   ///< reused; those that are not needed are hidden
    QWidget *m_content = nullptr;
};

} // namespace wsw::desktop
