#pragma once

#include "base/result.h"

#include <QFrame>
#include <QList>

#include <functional>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace wsw::desktop {

/// What a notice is about: decides colour and glyph.
enum class NoticeKind : quint8 { Info, Problem };

/// One thing the user can do about a notice.
struct NoticeAction
{
    QString text;
    std::function<void()> run;  ///< called on the GUI thread; the notice goes first, unless it is lasting
};

/// One thing to tell the user without stopping the work.
struct Notice
{
    NoticeKind kind = NoticeKind::Info;
    QString message;    ///< one sentence
    QString remedy;     ///< what to do; may be empty
    QString detail;     ///< shown on request; may be empty
    QList<NoticeAction> actions;
    bool lasting = false;   ///< holds until it is retracted: nobody can dismiss it
};
[[nodiscard]] Notice noticeOf(const Error &error);

/// Shows notices one at a time, newest first, under the toolbar; the others wait behind it. Never modal.
class NoticeBar final : public QFrame
{
    Q_OBJECT
public:
    explicit NoticeBar(QWidget *parent = nullptr);

    /// A notice that says the same as one that is waiting takes its place.
    void post(const Notice &notice);
    /// The one that is shown goes, unless it is lasting.
    void dismiss();
    /// Takes back a notice that is no longer true; its place goes to the next one.
    void retract(const QString &message);
    [[nodiscard]] int count() const { return static_cast<int>(m_notices.size()); }
    [[nodiscard]] QString message() const;

private:
    void showTop();

    QList<Notice> m_notices;
    QLabel *m_icon;
    QLabel *m_text;
    QLabel *m_detail;
    QLabel *m_more;
    QHBoxLayout *m_actions;
    QPushButton *m_details;
    QToolButton *m_close;
};

} // namespace wsw::desktop
