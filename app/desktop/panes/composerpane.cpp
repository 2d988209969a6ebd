#include "panes/composerpane.h"

#include "lesson/extensionparts.h"
#include "panes/composer/binarypage.h"
#include "panes/composer/composerbar.h"
#include "panes/composer/controlpage.h"
#include "panes/composer/filepage.h"
#include "panes/composer/framepage.h"
#include "panes/composer/messageshelf.h"
#include "panes/composer/repeater.h"
#include "panes/composer/sendoptions.h"
#include "panes/composer/targetchooser.h"
#include "panes/composer/textpages.h"
#include "session/workbench.h"
#include "theme/theme.h"
#include "widgets/inlinemessage.h"
#include "widgets/panetabs.h"
#include "workspace.h"

#include <QAction>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cstdlib>

namespace wsw::desktop {

using session::EndpointState;
using session::Outgoing;

ComposerPane::ComposerPane(Workspace *workspace, QWidget *parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_tabs(new PaneTabs(this))
    , m_target(new TargetChooser(workspace, this))
    , m_message(new InlineMessage(this))
    , m_repeater(new Repeater(this))
{
    setRole(this, "panel");
    setAttribute(Qt::WA_StyledBackground);
    m_tabs->setObjectName(QStringLiteral("composerTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->setCornerWidget(m_target, Qt::TopRightCorner);
    m_message->setObjectName(QStringLiteral("composerMessage"));
    buildPages();

    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_tabs, 1);
    all->addWidget(m_message);
    auto *line = new QFrame(this);
    setRole(line, "line");
    all->addWidget(line);
    m_bar = buildBar();
    all->addWidget(m_bar);
    buildActions();
    loadDrafts();

    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        m_message->clear();     // it was about the other page
        refreshBar();
        if (isVisible())
            askForRoom();
    });
    connect(m_target, &TargetChooser::targetChanged, this, &ComposerPane::takeTarget);
    connect(m_workspace, &Workspace::documentChanged, this, &ComposerPane::listenToWorkbench);
    connect(m_repeater, &Repeater::started, this, &ComposerPane::refreshBar);
    connect(m_repeater, &Repeater::stepped, this, &ComposerPane::refreshBar);
    connect(m_repeater, &Repeater::stopped, this, &ComposerPane::refreshBar);
    listenToWorkbench();
    takeTarget();
}

ComposerPane::~ComposerPane()
{
    saveDrafts();
}

void ComposerPane::buildPages()
{
    m_text = new TextPage(m_tabs);
    m_binary = new BinaryPage(m_tabs);
    m_frame = new FramePage(m_tabs);
    addPage(QStringLiteral("text"), m_text, tr("Text"));
    addPage(QStringLiteral("json"), new JsonPage(m_tabs), tr("JSON"));
    addPage(QStringLiteral("binary"), m_binary, tr("Binary"));
    addPage(QStringLiteral("file"), new FilePage(m_tabs), tr("File"));
    addPage(QStringLiteral("control"), new ControlPage(m_tabs), tr("Control"));
    addPage(QStringLiteral("frame"), m_frame, tr("Frame by frame"));
}

void ComposerPane::addPage(const QString &key, ComposerPage *page, const QString &title)
{
    m_pages.append({key, page});
    m_tabs->addTab(page, title);
    connect(page, &ComposerPage::changed, this, &ComposerPane::refreshBar);
    connect(page, &ComposerPage::sendRequested, this, &ComposerPane::send);
}

ComposerBar *ComposerPane::buildBar()
{
    auto *bar = new ComposerBar(this);
    m_shelf = new MessageShelf([this] { return current(); }, bar);
    m_options = new SendOptions(bar);
    m_list = new QPushButton(tr("List"), bar);
    m_list->setObjectName(QStringLiteral("repeatList"));
    m_list->setCheckable(true);
    m_list->setToolTip(tr("Sends the saved messages one after another, at this interval"));
    bar->addOption(m_shelf);
    for (QWidget *option : m_options->widgets())
        bar->addOption(option);
    bar->addOption(m_list);

    connect(m_shelf, &MessageShelf::recalled, this, [this](const ComposedMessage &message) {
        recall(message);
        page()->focusFirst();
    });
    connect(bar->send(), &QPushButton::clicked, this, &ComposerPane::send);
    connect(m_list, &QPushButton::toggled, this, &ComposerPane::refreshBar);
    return bar;
}

void ComposerPane::buildActions()
{
    const auto add = [this](const QString &text, const QList<QKeySequence> &keys, auto *receiver, auto run) {
        auto *action = new QAction(text, this);
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        connect(action, &QAction::triggered, receiver, run);
    };
    add(tr("Send"), {QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)}, this, &ComposerPane::send);
    add(tr("Earlier message of the history"), {QKeySequence(Qt::CTRL | Qt::Key_Up)}, m_shelf, &MessageShelf::back);
    add(tr("Later message of the history"), {QKeySequence(Qt::CTRL | Qt::Key_Down)}, m_shelf, &MessageShelf::forth);
}

ComposerPage *ComposerPane::page() const
{
    return m_pages.at(m_tabs->currentIndex()).second;
}

void ComposerPane::focusFirst()
{
    page()->focusFirst();
}

void ComposerPane::send()
{
    if (m_repeater->isRunning()) {
        m_repeater->stop();
        return;
    }
    if (m_composing)
        return;
    if (!m_target->target().open) {
        showNoTarget();
        return;
    }
    const Sending sending{m_target->target(), m_options->applied({}), current()};
    if (m_list->isChecked()) {
        startList(sending);
        return;
    }
    compose([this, sending, repeatMs = m_options->repeatMs()](const Result<Outgoing> &composed) {
        if (!composed)
            m_message->showError(composed.error());
        else if (repeatMs > 0)
            startRepeating(sending, *composed, repeatMs);
        else
            sendOnce(sending, *composed);
    });
}

void ComposerPane::compose(const ComposerPage::Done &done)
{
    m_composing = true;
    refreshBar();
    page()->compose([this, done](const Result<Outgoing> &composed) {
        m_composing = false;
        refreshBar();
        done(composed);
    });
}

bool ComposerPane::deliver(const Sending &sending, Outgoing outgoing)
{
    const SendTarget &target = sending.target;
    session::Workbench *workbench = m_workspace->workbench();
    const SendTarget &present = m_target->target();
    const bool isPresent = target.connection == present.connection && target.host == present.host;
    if (!workbench || (isPresent && !present.open)) {
        showNoTarget();
        return false;
    }
    if (outgoing.kind == Outgoing::Kind::Text || outgoing.kind == Outgoing::Kind::Binary) {
        outgoing.fragmentBytes = sending.options.fragmentBytes;
        outgoing.compress = sending.options.compress;
    }
    if (target.host.isValid())
        workbench->sendToAll(target.host, outgoing);
    else
        workbench->send(target.connection, outgoing);
    for (const auto &[key, page] : std::as_const(m_pages))
        page->sent(outgoing);
    return true;
}

void ComposerPane::tellSending(const SendTarget &target)
{
    const QList<ConnectionId> connections = target.host.isValid() ? m_workspace->connectionsOf(target.host) : QList{target.connection};
    Q_EMIT sending({connections.cbegin(), connections.cend()});
}

void ComposerPane::sendOnce(const Sending &sending, const Outgoing &outgoing)
{
    // First, because what fails at once is told by a later sendFailed().
    m_message->clear();
    tellSending(sending.target);
    if (deliver(sending, outgoing))
        m_shelf->keepSent(sending.content);
}

void ComposerPane::startRepeating(const Sending &sending, const Outgoing &outgoing, int repeatMs)
{
    m_message->clear();
    tellSending(sending.target);
    m_shelf->keepSent(sending.content);
    m_repeating = sending.target;
    m_repeater->start(repeatMs, [this, sending, outgoing](quint64) {
        if (isBusy(sending.target))
            return Repeater::Next::Skip;
        return deliver(sending, outgoing) ? Repeater::Next::GoOn : Repeater::Next::Stop;
    });
}

void ComposerPane::startList(const Sending &sending)
{
    const QList<ComposedMessage> list = m_shelf->saved();
    if (list.isEmpty()) {
        m_message->showError({ErrorKind::Usage, tr("The list is empty: no message is saved yet."),
                              tr("Save messages with the button Saved; the list sends them in that order."), {}});
        return;
    }
    m_message->clear();
    tellSending(sending.target);
    m_repeating = sending.target;
    m_repeater->start(m_options->repeatMs(), [this, sending, list](quint64 number) {
        // A file that is still being read keeps its place in the list.
        if (m_composing || isBusy(sending.target))
            return Repeater::Next::Skip;
        const ComposedMessage &message = list.at(static_cast<qsizetype>(number));
        recall(message);
        compose([this, sending](const Result<Outgoing> &composed) {
            if (composed && deliver(sending, *composed))
                return;
            m_repeater->stop();
            if (!composed)
                m_message->showError(composed.error());
        });
        const bool last = number + 1 == static_cast<quint64>(list.size());
        return last ? Repeater::Next::Stop : Repeater::Next::GoOn;
    });
}

void ComposerPane::showNoTarget()
{
    if (!m_workspace->workbench()) {
        m_message->showError({ErrorKind::Usage, tr("This is a saved capture: it can be read, not sent on."),
                              tr("Begin a new capture, then connect."), {}});
        return;
    }
    const SendTarget &target = m_target->target();
    const auto status = m_workspace->connection(target.connection);
    if (status && status->state == EndpointState::Connecting) {
        m_message->showError({ErrorKind::Usage, tr("%1 is not open yet.").arg(target.name), tr("Send when it is."), {}});
        return;
    }
    if (const auto host = m_workspace->endpoint(target.host)) {
        m_message->showError({ErrorKind::Usage, tr("%1 has no client yet.").arg(host->name),
                              tr("Let one connect to %1, or choose another target above.").arg(host->url), {}});
        return;
    }
    if (!status) {
        m_message->showError({ErrorKind::Usage, tr("No connection is open."),
                              tr("Connect to a server, or host one and let a client connect; then send."), {}});
        m_message->addAction(tr("Connect"), QStringLiteral("messageConnect"), [this] { Q_EMIT connectWanted(); });
        m_message->addAction(tr("Host"), QStringLiteral("messageHost"), [this] { Q_EMIT hostWanted(); });
        return;
    }
    const auto endpoint = m_workspace->endpoint(status->endpoint);
    m_message->showError({ErrorKind::Usage, tr("%1 is closed (%2).").arg(target.name, status->stateText),
                          tr("Connect again, or choose another connection above."), {}});
    if (endpoint && hasOneConnection(endpoint->kind)) {
        m_message->addAction(tr("Connect again"), QStringLiteral("messageReconnect"), [this, id = endpoint->id] {
            m_message->clear();
            if (m_workspace->workbench())
                m_workspace->workbench()->restart(id);
        });
    }
}

void ComposerPane::listenToWorkbench()
{
    disconnect(m_failures);
    disconnect(m_pressure);
    m_busy.clear();
    m_repeater->stop();
    auto *workbench = m_workspace->workbench();
    if (!workbench)
        return;
    m_failures = connect(workbench, &session::Workbench::sendFailed, this, &ComposerPane::takeSendFailure);
    m_pressure = connect(workbench, &session::Workbench::sendPressure, this, &ComposerPane::takePressure);
}

void ComposerPane::takePressure(ConnectionId connection, bool high)
{
    if (high)
        m_busy.insert(connection);
    else
        m_busy.remove(connection);
    refreshBar();
}

bool ComposerPane::isBusy(const SendTarget &target) const
{
    if (!target.host.isValid())
        return m_busy.contains(target.connection);
    // The slowest client sets the pace: what it has not read would only pile up.
    return std::any_of(m_busy.cbegin(), m_busy.cend(), [this, &target](ConnectionId id) {
        const auto status = m_workspace->connection(id);
        return status && status->endpoint == target.host;
    });
}

bool ComposerPane::isCompressionAgreed() const
{
    const SendTarget &target = m_target->target();
    const QList<session::ConnectionStatus> all = m_workspace->connections();
    return std::any_of(all.cbegin(), all.cend(), [&target](const session::ConnectionStatus &status) {
        const bool meant = target.host.isValid() ? status.endpoint == target.host : status.id == target.connection;
        return meant && status.state == EndpointState::Open && lesson::agreedDeflate(status.extensions).has_value();
    });
}

void ComposerPane::takeSendFailure(ConnectionId connection, const Error &error)
{
    const SendTarget &target = m_repeater->isRunning() ? m_repeating : m_target->target();
    const auto status = m_workspace->connection(connection);
    const bool mine = connection == target.connection || (status && target.host.isValid() && status->endpoint == target.host);
    if (mine)
        m_repeater->stop();
    if (!mine || !isVisible()) {
        Q_EMIT m_workspace->notice(error);
        return;
    }
    m_message->showError(error);
}

void ComposerPane::takeTarget()
{
    const SendTarget &target = m_target->target();
    const bool replaced = target.connection != m_lastConnection || target.host != m_lastHost;
    m_lastConnection = target.connection;
    m_lastHost = target.host;
    for (const auto &[key, page] : std::as_const(m_pages)) {
        page->setSender(target.sender);
        if (replaced)
            page->targetReplaced();
    }
    m_options->setCompressionAgreed(isCompressionAgreed());
    // What was said about another target, or about this one while it was closed, is no longer true.
    if (replaced || target.open)
        m_message->clear();
    refreshBar();
}

void ComposerPane::refreshBar()
{
    const bool running = m_repeater->isRunning();
    m_options->setForMessages(page()->sendsMessages() || m_list->isChecked());
    m_bar->send()->setText(running ? tr("Stop") : m_list->isChecked() ? tr("Send list") : page()->sendLabel());
    // One at a time, in the order in which they were sent.
    m_bar->send()->setEnabled(running || !m_composing);
    const QString sent = running || m_repeater->count() > 0 ? tr("sent %1").arg(m_repeater->count()) : QString();
    if (m_composing)
        m_bar->setCounter(tr("reading…"), {});
    else if (running && isBusy(m_repeating))
        m_bar->setCounter(tr("%1 · waiting: the peer reads slowly").arg(sent), {});
    else
        m_bar->setCounter(sent, running ? QString() : tr("Ctrl ⏎"));
}

void ComposerPane::askForRoom()
{
    const int missing = page()->wholeHeight() - m_tabs->height();
    const bool isAsFitted = m_fittedHeight != 0 && std::abs(height() - m_fittedHeight) <= 1;
    if (missing > 0) {
        if (!isAsFitted)
            m_ownHeight = height();
        Q_EMIT roomWanted(missing);
        m_fittedHeight = height();
    } else if (isAsFitted && missing + m_fittedHeight <= m_ownHeight) {
        // What was lent for a tall page goes back, unless the user has made the pane of another height meanwhile.
        m_fittedHeight = 0;
        Q_EMIT roomWanted(m_ownHeight - height());
    }
}

} // namespace wsw::desktop
