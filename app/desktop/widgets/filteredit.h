#pragma once

#include "capture/filter.h"

#include <QLineEdit>
#include <QTimer>

class QCompleter;
class QStringListModel;

namespace wsw::desktop {

/// A line for a display filter: completes field names, underlines what cannot be read, and tells a filter only when it can be.
class FilterEdit final : public QLineEdit
{
    Q_OBJECT
public:
    explicit FilterEdit(QWidget *parent = nullptr);

    /// Replaces the text as if it had been typed, but at once.
    void setFilterText(const QString &text);
    /// Joins @p term to what stands there with &&.
    void addTerm(const QString &term);

    /// Looks at what has been typed a moment ago at once.
    void settle();
    /// What was looked at last is a filter.
    [[nodiscard]] bool isReadable() const { return !property("problem").toBool(); }

Q_SIGNALS:
    /// The text has changed, stood still for a moment and can be read.
    void filterTextChanged(const QString &text);
    /// A filter has been put in as a whole, not typed.
    void filterChosen(const QString &filter);
    /// The text cannot be read; an empty message: now it can.
    void problemChanged(const QString &message);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void check();
    void underline(qsizetype from, qsizetype length);
    void offerCompletion();
    void insertCompletion(const QString &word);
    [[nodiscard]] QString wordAtCursor() const;

    QStringListModel *m_words;  ///< what can go on at the cursor
    QCompleter *m_completer;
    bool m_isReplacing = false;
    QTimer m_settle;
};

} // namespace wsw::desktop
