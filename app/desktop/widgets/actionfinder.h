#pragma once

#include <QIcon>
#include <QLineEdit>
#include <QPointer>
#include <QList>

#include <functional>

class QCompleter;
class QLabel;
class QStandardItemModel;

namespace wsw::desktop {

/// Something the finder can find and do.
struct FinderEntry
{
    QString text;
    QString hint;               ///< at the right: a shortcut, a URL
    QIcon icon;
    std::function<void()> run;  ///< GUI thread
};

/// The command palette in the toolbar: type a few letters, choose, Enter. Words may be shortened and in any order.
class ActionFinder final : public QLineEdit
{
    Q_OBJECT
public:
    /// Everything there is at the moment, for what has been typed (which may be empty).
    using Source = std::function<QList<FinderEntry>(const QString &typed)>;

    explicit ActionFinder(Source source, QWidget *parent = nullptr);
    /// @p hint stands in it until something is typed, in place of all that can be.
    void open(const QString &hint = {});
    /// Does each word of @p typed begin a word of @p text?
    [[nodiscard]] static bool matches(const QString &text, const QString &typed);

protected:
    void focusOutEvent(QFocusEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    void showHint(const QString &hint);
    void refresh();
    /// Gives the keyboard back to where it was before.
    void leave();
    void run(const QModelIndex &index);

    Source m_source;
    QPointer<QWidget> m_before;     ///< where the keyboard was
    QList<FinderEntry> m_found;
    QStandardItemModel *m_model;
    QCompleter *m_completer;
    QLabel *m_keys;
};

} // namespace wsw::desktop
