#pragma once

#include <QWidget>

class QLabel;

namespace wsw::desktop {

/// What a pane shows when it has nothing to show: one sentence that says what to do.
class EmptyPage final : public QWidget
{
    Q_OBJECT
public:
    explicit EmptyPage(const QString &sentence, QWidget *parent = nullptr);
    void setSentence(const QString &sentence);
    /// Adds @p widget, a button as a rule, below the sentence.
    void addAction(QWidget *widget);

private:
    QLabel *m_label;
};

} // namespace wsw::desktop
