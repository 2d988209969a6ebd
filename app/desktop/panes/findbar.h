#pragma once

#include "models/searchterm.h"

#include <QFrame>
#include <QTimer>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace wsw::desktop {

/// The bar that finds in payloads: what, how, the next and the previous. Hidden until it is opened; Escape closes it.
class FindBar final : public QFrame
{
    Q_OBJECT
public:
    explicit FindBar(QWidget *parent = nullptr);

    /// Shows it, with what was searched last.
    void open();
    [[nodiscard]] SearchTerm term() const;
    /// Tells a term that has been typed a moment ago at once.
    void tellNow();
    /// Without what is left out where there is little room.
    [[nodiscard]] QSize minimumSizeHint() const override;
    /// What is wrong with the term; empty: nothing.
    void setProblem(const QString &problem);
    /// @p place: of the selected record among @p hits, 0: it is none of them.
    void setCount(qsizetype place, qsizetype hits, bool isSearching);

public Q_SLOTS:
    void close();

Q_SIGNALS:
    /// Another term; an empty one when it is closed.
    void termChanged(const wsw::desktop::SearchTerm &term);
    void nextWanted();
    void previousWanted();
    /// The log is to show only what is found.
    void filterWanted(const QString &filter);
    void closed();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void tell();
    void showParts();

    QLineEdit *m_edit;
    QComboBox *m_kind;
    QLabel *m_count;
    QLabel *m_problem;
    QToolButton *m_previous;
    QToolButton *m_next;
    QPushButton *m_filter;
    QToolButton *m_close;
    QTimer m_settle;
};

} // namespace wsw::desktop
