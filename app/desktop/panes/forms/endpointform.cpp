#include "panes/forms/endpointform.h"

#include "session/workbench.h"
#include "theme/theme.h"
#include "widgets/columnscroll.h"
#include "widgets/inlinemessage.h"
#include "workspace.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace wsw::desktop {

using session::EndpointInfo;
using session::EndpointState;

EndpointForm::EndpointForm(Workspace *workspace, const QString &startText, const char *startName, QWidget *parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_message(new InlineMessage(this))
    , m_start(new QPushButton(startText, this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_startText(startText)
{
    setRole(this, "panel");
    setAttribute(Qt::WA_StyledBackground);
    m_start->setObjectName(QLatin1String(startName));
    setRole(m_start, "primary");
    m_message->setObjectName(QStringLiteral("formMessage"));
    m_cancel->setObjectName(QLatin1String(startName) + QStringLiteral("Cancel"));

    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(metrics::space12, metrics::space12, metrics::space12, metrics::space12);
    m_fields = new QVBoxLayout;
    m_fields->setSpacing(metrics::space8);
    column->addLayout(m_fields);
    column->addStretch(1);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(metrics::space12, metrics::space8, metrics::space12, metrics::space8);
    buttons->setSpacing(metrics::space8);
    buttons->addWidget(m_start);
    buttons->addWidget(m_cancel);
    buttons->addStretch(1);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(new ColumnScroll(content, this), 1);
    all->addWidget(m_message);
    all->addLayout(buttons);

    connect(m_start, &QPushButton::clicked, this, &EndpointForm::go);
    connect(m_cancel, &QPushButton::clicked, this, &EndpointForm::cancel);
    connect(workspace, &Workspace::endpointChanged, this, &EndpointForm::take);
    connect(workspace, &Workspace::endpointRemoved, this, &EndpointForm::forget);
    connect(workspace, &Workspace::documentChanged, this, [this] { forget(m_watched); });
}

QWidget *EndpointForm::addField(const QString &label, QWidget *field)
{
    return addField(m_fields, label, field);
}

QWidget *EndpointForm::addField(QVBoxLayout *section, const QString &label, QWidget *field)
{
    auto *row = new QWidget;
    auto *column = new QVBoxLayout(row);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::space4);
    auto *caption = new QLabel(label, row);
    setRole(caption, "caption");
    caption->setWordWrap(true);
    caption->setBuddy(field);
    column->addWidget(caption);
    column->addWidget(field);
    section->addWidget(row);
    return row;
}

void EndpointForm::addWidget(QWidget *widget)
{
    m_fields->addWidget(widget);
}

void EndpointForm::finish()
{
    const auto lines = findChildren<QLineEdit *>();
    for (QLineEdit *line : lines)
        connect(line, &QLineEdit::returnPressed, this, &EndpointForm::go);
}

void EndpointForm::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Cancel)) {
        cancel();
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        // A line has told it already; a button does what it says; from everywhere else Enter starts.
        QWidget *focus = focusWidget();
        auto *button = qobject_cast<QAbstractButton *>(focus);
        if (button != nullptr && button->hasFocus() && !button->isCheckable())
            button->click();
        else if (qobject_cast<QLineEdit *>(focus) == nullptr)
            go();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void EndpointForm::go()
{
    if (m_busy)
        return;
    m_message->clear();
    session::Workbench *workbench = m_workspace->workbench();
    if (!workbench) {
        m_message->showError({ErrorKind::Usage, tr("This is a saved capture: nothing can be started in it."),
                              tr("Begin a new capture first."), {}});
        return;
    }
    // A failed attempt of this form would stay in the tree beside the new one.
    if (m_watched.isValid())
        workbench->remove(std::exchange(m_watched, {}));
    const auto endpoint = start(*workbench);
    if (!endpoint) {
        if (QWidget *field = fieldInTrouble())
            field->setFocus(Qt::OtherFocusReason);
        else
            m_message->showError(endpoint.error());
        return;
    }
    m_watched = *endpoint;
    m_cancelled = false;
    setBusy(true);
}

void EndpointForm::tryAgain(quint16 port)
{
    if (!m_watched.isValid() || !m_workspace->workbench())
        return;
    // The button that asked for it goes with the message: the keyboard stays in the form.
    m_cancel->setFocus(Qt::OtherFocusReason);
    m_message->clear();
    m_cancelled = false;
    setBusy(true);
    m_workspace->workbench()->restart(m_watched, port);
}

void EndpointForm::cancel()
{
    if (m_busy && m_watched.isValid() && m_workspace->workbench()) {
        m_cancelled = true;
        m_workspace->workbench()->stop(m_watched);
        return;
    }
    m_message->clear();
    m_watched = {};
    Q_EMIT done({});
}

void EndpointForm::take(const EndpointInfo &info)
{
    // While it is being tried only: later the endpoint's life is shown in the tree.
    if (info.id != m_watched || !m_busy)
        return;
    switch (info.state) {
    case EndpointState::Starting:
    case EndpointState::Connecting:
    case EndpointState::Closing:
        return;
    case EndpointState::Listening:
    case EndpointState::Open:
        setBusy(false);
        m_watched = {};
        m_message->clear();
        started(info);
        Q_EMIT done(info.id);
        return;
    case EndpointState::Closed:
    case EndpointState::Failed:
        setBusy(false);
        if (m_cancelled && m_workspace->workbench()) {
            m_workspace->workbench()->remove(std::exchange(m_watched, {}));
            m_message->showNote(tr("Cancelled."));
            return;
        }
        m_message->showError(info.error.value_or(Error{ErrorKind::Io, tr("It ended before it was open."), tr("Try again."), {}}));
        failed(info);
        return;
    }
}

void EndpointForm::forget(EndpointId endpoint)
{
    if (endpoint != m_watched)
        return;
    m_watched = {};
    setBusy(false);
}

void EndpointForm::setBusy(bool busy)
{
    m_busy = busy;
    m_start->setEnabled(!busy);
    m_start->setText(busy ? tr("Working…") : m_startText);
}

QStringList splitList(const QString &text)
{
    static const QRegularExpression between(QStringLiteral("[,\\s]+"));
    return text.split(between, Qt::SkipEmptyParts);
}

} // namespace wsw::desktop
