#pragma once

#include "base/result.h"

#include <QFrame>

#include <functional>
#include <optional>

class QBoxLayout;
class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace wsw::desktop {

/// What went wrong and what to do, shown where it happened: a sentence, its remedy, buttons that do it, details on demand.
/// Hidden while there is nothing to say.
class InlineMessage final : public QFrame
{
    Q_OBJECT
public:
    explicit InlineMessage(QWidget *parent = nullptr);

    /// Shows @p error; buttons of an earlier message are gone.
    void showError(const Error &error);
    /// Shows a warning or a remark in the same place, without the warning glyph where it is only @p note.
    void showNote(const QString &note);
    /// Adds a button that does something about what is shown. @p name: its objectName.
    QPushButton *addAction(const QString &text, const QString &name, std::function<void()> run);
    void clear();

    [[nodiscard]] bool isEmpty() const { return !m_error && m_note.isEmpty(); }
    /// All words shown, details included.
    [[nodiscard]] QString text() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void refresh();
    void showDetails(bool on);

    std::optional<Error> m_error;
    QString m_note;
    QLabel *m_text;
    QBoxLayout *m_row;
    QHBoxLayout *m_actions;
    QPushButton *m_detailsButton;
    QPlainTextEdit *m_details;
};

} // namespace wsw::desktop
