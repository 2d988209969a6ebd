#pragma once

#include "session/types.h"

#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace wsw::session {
class Workbench;
}

namespace wsw::desktop {

class InlineMessage;
class Workspace;

/// A quiet form that starts one endpoint and stays until it runs: fields under their labels, what went wrong below them, and two
/// buttons. Host, Connect and Proxy are such forms.
class EndpointForm : public QWidget
{
    Q_OBJECT
public:
    /// @p startText: what the primary button says, @p startName its objectName.
    EndpointForm(Workspace *workspace, const QString &startText, const char *startName, QWidget *parent);

    virtual void focusFirst() = 0;
    /// This form tells how starting @p endpoint goes on, or why it failed.
    [[nodiscard]] bool watches(EndpointId endpoint) const { return endpoint.isValid() && endpoint == m_watched; }

Q_SIGNALS:
    /// The endpoint runs, or (not a valid id) the user gave up: the form can be hidden.
    void done(wsw::EndpointId running);

protected:
    /// Escape cancels, Enter starts.
    void keyPressEvent(QKeyEvent *event) override;

    /// Adds @p field below its label; returns the row for showing and hiding.
    QWidget *addField(const QString &label, QWidget *field);
    void addWidget(QWidget *widget);
    /// The same in a layout of a section's own.
    static QWidget *addField(QVBoxLayout *section, const QString &label, QWidget *field);
    /// To be called when all fields are there: Enter in any of them starts.
    void finish();

    [[nodiscard]] Workspace *workspace() const { return m_workspace; }
    [[nodiscard]] InlineMessage *message() const { return m_message; }

    /// Reads the fields and asks @p workbench for the endpoint; the Error is shown and nothing started.
    [[nodiscard]] virtual Result<EndpointId> start(session::Workbench &workbench) = 0;
    /// A field already says, beside itself, what is wrong with it: it gets the keyboard, and nothing is said twice.
    [[nodiscard]] virtual QWidget *fieldInTrouble() const { return nullptr; }
    /// The endpoint runs; done() follows.
    virtual void started(const session::EndpointInfo &) {}
    /// It could not be started; its error is shown already.
    virtual void failed(const session::EndpointInfo &) {}
    /// Tries the failed endpoint again, on another port where @p port is not 0.
    void tryAgain(quint16 port = 0);

private:
    void go();
    void cancel();
    void take(const session::EndpointInfo &info);
    void forget(EndpointId endpoint);
    void setBusy(bool busy);

    Workspace *m_workspace;
    QVBoxLayout *m_fields;
    InlineMessage *m_message;
    QPushButton *m_start;
    QPushButton *m_cancel;
    QString m_startText;
    EndpointId m_watched;       ///< the endpoint that this form started and that does not run yet
    bool m_busy = false;
    bool m_cancelled = false;
};

/// "chat, superchat" as a list: commas or spaces between.
[[nodiscard]] QStringList splitList(const QString &text);

} // namespace wsw::desktop
