#pragma once

#include "base/id.h"
#include "panes/composer/composerpage.h"
#include "panes/composer/messagestore.h"
#include "panes/composer/targetchooser.h"

#include <QMetaObject>
#include <QSet>
#include <QWidget>

class QTabWidget;
class QPushButton;

namespace wsw::desktop {

class BinaryPage;
class ComposerBar;
class FramePage;
class InlineMessage;
class MessageShelf;
class Repeater;
class SendOptions;
class TextPage;
class Workspace;
struct EditableFrame;

/// Composes anything from a chat line to a broken frame and sends it: once, every N ms, or a list of saved messages.
class ComposerPane final : public QWidget
{
    Q_OBJECT
public:
    explicit ComposerPane(Workspace *workspace, QWidget *parent = nullptr);
    /// Keeps the drafts in the settings.
    ~ComposerPane() override;

    void focusFirst();
    /// Puts @p text where a message is typed, unless there is something already.
    void suggest(const QString &text);

public Q_SLOTS:
    /// Loads a recorded frame for editing: a lawful whole message into Text or Binary, anything else into Frame by frame.
    void editAndSend(wsw::RecordId record);
    /// Sends what the current tab holds; stops where a repetition is running.
    void send();

Q_SIGNALS:
    /// The user asks for a connection from a message that says there is none.
    void connectWanted();
    void hostWanted();
    /// Something goes out on @p connections because the user has asked for it now.
    void sending(const QSet<wsw::ConnectionId> &connections);
    /// The page wants so many pixels more of height, or (negative) gives them back.
    void roomWanted(int more);

private:
    void buildPages();
    [[nodiscard]] ComposerBar *buildBar();
    void buildActions();
    void addPage(const QString &key, ComposerPage *page, const QString &title);
    [[nodiscard]] ComposerPage *page() const;
    [[nodiscard]] ComposedMessage current() const;
    void recall(const ComposedMessage &message);

    void listenToWorkbench();
    void askForRoom();
    void takeTarget();
    void takePressure(ConnectionId connection, bool high);
    /// Whether as much waits for a target as should: a repetition passes its beats over meanwhile.
    [[nodiscard]] bool isBusy(const SendTarget &target) const;
    [[nodiscard]] bool isCompressionAgreed() const;
    void takeSendFailure(ConnectionId connection, const Error &error);
    /// What was fixed when Send was pressed: what is chosen or typed while a file is being read belongs to the next message.
    struct Sending
    {
        SendTarget target;
        session::Outgoing options;  ///< its fragmentBytes and compress
        ComposedMessage content;    ///< for the history
    };
    /// Lets the current page compose; nothing else is sent until @p done has been called.
    void compose(const ComposerPage::Done &done);
    /// Hands @p outgoing to its target; false where that is not possible, and then says why.
    bool deliver(const Sending &sending, session::Outgoing outgoing);
    void tellSending(const SendTarget &target);
    void sendOnce(const Sending &sending, const session::Outgoing &outgoing);
    void startRepeating(const Sending &sending, const session::Outgoing &outgoing, int repeatMs);
    void startList(const Sending &sending);
    void refreshBar();
    void showNoTarget();
    void showForEditing(const EditableFrame &frame);
    void loadDrafts();
    void saveDrafts() const;

    Workspace *m_workspace;
    QTabWidget *m_tabs;
    TargetChooser *m_target;
    InlineMessage *m_message;
    QList<std::pair<QString, ComposerPage *>> m_pages;
    TextPage *m_text = nullptr;
    BinaryPage *m_binary = nullptr;
    FramePage *m_frame = nullptr;
    MessageShelf *m_shelf = nullptr;
    SendOptions *m_options = nullptr;
    QPushButton *m_list = nullptr;
    ComposerBar *m_bar = nullptr;
    int m_ownHeight = 0;        ///< before a tall page was shown
    int m_fittedHeight = 0;     ///< with it; 0: none
    Repeater *m_repeater;
    QMetaObject::Connection m_failures;
    QMetaObject::Connection m_pressure;
    bool m_composing = false;
    SendTarget m_repeating;             ///< of the repetition that is or was running
    QSet<ConnectionId> m_busy;          ///< connections whose peers read more slowly than is sent
    ConnectionId m_lastConnection;      ///< the target before this one, to notice a replacement
    EndpointId m_lastHost;
};

} // namespace wsw::desktop
