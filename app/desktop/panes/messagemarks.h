#pragma once

#include "models/messagefinds.h"

#include <QWidget>

#include <memory>

class QLabel;
class QToolButton;

namespace wsw::desktop {

class MessageTree;
class PlainTextView;
class Workspace;

/// Marks what is searched for in the message that is shown: how many places, and the way from one to the next. Hidden where nothing is
/// searched for.
class MessageMarks final : public QWidget
{
    Q_OBJECT
public:
    MessageMarks(Workspace *workspace, PlainTextView *text, MessageTree *tree, QWidget *parent);
    ~MessageMarks() override;

    /// What has been found is in no text that is shown from now on, until setMessage().
    void forget();
    /// The text that is shown is that of another message, or another reading of it: places are looked for in a worker.
    void setMessage(std::shared_ptr<const LoadedMessage> message, std::shared_ptr<const MessageContent> content, const RawText &raw);
    /// Which of its forms is seen.
    void setForm(MessageForm form);

private:
    void look();
    void cancel();
    void take(quint64 generation, const MessageFinds &finds);
    void showPlaces();
    void go(int by);
    void showCurrent();
    [[nodiscard]] qsizetype count() const;

    Workspace *m_workspace;
    PlainTextView *m_text;
    MessageTree *m_tree;
    QLabel *m_count;
    QToolButton *m_previous;
    QToolButton *m_next;
    std::shared_ptr<const LoadedMessage> m_message;
    std::shared_ptr<const MessageContent> m_content;
    RawText m_raw;
    MessageFinds m_finds;
    MessageForm m_form = MessageForm::Pretty;
    qsizetype m_current = 0;
    bool m_isLooking = false;
    quint64 m_generation = 0;
    std::shared_ptr<std::atomic_bool> m_cancelled;
};

} // namespace wsw::desktop
