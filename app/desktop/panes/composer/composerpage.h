#pragma once

#include "base/direction.h"
#include "base/result.h"
#include "session/types.h"

#include <QJsonObject>
#include <QWidget>

#include <functional>

namespace wsw::desktop {

/// One tab of the composer: makes something to send out of what was typed. GUI thread.
class ComposerPage : public QWidget
{
    Q_OBJECT
public:
    using QWidget::QWidget;

    using Done = std::function<void(const Result<session::Outgoing> &)>;
    /// Makes what Send would send and hands it to @p done, at once or (where a file is read) later on this thread. The Error says
    /// what is wrong with the input.
    virtual void compose(const Done &done) = 0;

    /// The content as a value, for history, saved messages and the draft.
    [[nodiscard]] virtual QJsonObject save() const = 0;
    /// Brings a saved content back; can be undone in text fields.
    virtual void load(const QJsonObject &content) = 0;
    /// One line for menus.
    [[nodiscard]] virtual QString summary() const = 0;
    /// What the send button says.
    [[nodiscard]] virtual QString sendLabel() const { return tr("Send"); }
    virtual void focusFirst() = 0;
    /// Whether it sends messages, which can be cut into fragments and compressed.
    [[nodiscard]] virtual bool sendsMessages() const { return true; }
    /// The height that it needs for everything to be seen; lower, it scrolls.
    [[nodiscard]] virtual int wholeHeight() const { return minimumSizeHint().height(); }
    /// After a start: what was typed stays, but nothing is chosen that would end a connection.
    virtual void disarm() {}
    /// Which end of a connection would send: decides masking and what is lawful.
    virtual void setSender(Role) {}
    /// @p outgoing, made by this page or another, has gone out.
    virtual void sent(const session::Outgoing &) {}
    /// The target is another connection: what was sent before no longer matters.
    virtual void targetReplaced() {}

Q_SIGNALS:
    void changed();
    /// One of the page's own buttons asks to send what compose() makes now.
    void sendRequested();
};

} // namespace wsw::desktop
