#include "panes/composerpane.h"

#include "panes/composer/binarypage.h"
#include "panes/composer/controlpage.h"
#include "panes/composer/filepage.h"
#include "panes/composer/editableframe.h"
#include "panes/composer/framepage.h"
#include "panes/composer/messageshelf.h"
#include "panes/composer/repeater.h"
#include "panes/composer/targetchooser.h"
#include "panes/composer/textpages.h"
#include "session/workbench.h"
#include "theme/theme.h"
#include "widgets/flowlayout.h"
#include "widgets/inlinemessage.h"
#include "workspace.h"

#include <QAction>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtConcurrentRun>

#include <algorithm>
#include <limits>

namespace wsw::desktop {

using session::EndpointState;
using session::Outgoing;

namespace {

/// A draft above this is not kept between starts.
constexpr qsizetype largestDraft = 64 * 1024;
constexpr qsizetype labelLength = 60;

QString shortened(const QString &text)
{
    if (text.isEmpty())
        return ComposerPane::tr("(empty)");
    return text.size() <= labelLength ? text : text.left(labelLength - 1) + u'…';
}

QSpinBox *makeOptionalNumber(const char *name, const QString &suffix, int highest, QWidget *parent)
{
    auto *box = new QSpinBox(parent);
    box->setObjectName(QLatin1String(name));
    box->setRange(0, highest);
    box->setSuffix(suffix);
    box->setSpecialValueText(ComposerPane::tr("off"));
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    box->setMaximumWidth(Theme::instance().scaled(72));
    return box;
}

QLabel *makeOptionLabel(const QString &text, QWidget *buddy, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setBuddy(buddy);
    setRole(label, "secondary");
    return label;
}

} // namespace

ComposerPane::ComposerPane(Workspace *workspace, QWidget *parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_tabs(new QTabWidget(this))
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
    all->addWidget(buildBar());
    buildActions();
    loadDrafts();

    connect(m_tabs, &QTabWidget::currentChanged, this, &ComposerPane::refreshBar);
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

QWidget *ComposerPane::buildBar()
{
    auto *bar = new QWidget(this);
    m_shelf = new MessageShelf([this] { return current(); }, bar);
    m_fragmentBytes = makeOptionalNumber("fragmentBytes", tr(" bytes"), std::numeric_limits<int>::max(), bar);
    m_fragmentBytes->setToolTip(tr("Cuts a message into frames of this many payload bytes"));
    m_repeatMs = makeOptionalNumber("repeatMs", tr(" ms"), 24 * 3600 * 1000, bar);
    m_repeatMs->setToolTip(tr("Sends again every so many milliseconds, until stopped"));
    m_list = new QToolButton(bar);
    m_list->setObjectName(QStringLiteral("repeatList"));
    m_list->setText(tr("list"));
    m_list->setCheckable(true);
    setRole(m_list, "toggle");
    m_list->setFocusPolicy(Qt::TabFocus);
    m_list->setToolTip(tr("Sends the saved messages one after another, at this interval"));
    m_counter = new QLabel(bar);
    m_counter->setObjectName(QStringLiteral("sendCounter"));
    m_counter->setTextFormat(Qt::PlainText);
    m_send = new QPushButton(tr("Send"), bar);
    m_send->setObjectName(QStringLiteral("sendButton"));
    m_send->setToolTip(tr("Sends (Ctrl+Enter)"));
    setRole(m_send, "primary");
    setRole(m_counter, "secondary");

    auto *options = new QWidget(bar);
    auto *optionsRow = new QHBoxLayout(options);
    optionsRow->setContentsMargins(0, 0, 0, 0);
    optionsRow->setSpacing(metrics::space8);
    optionsRow->addWidget(makeOptionLabel(tr("fragment"), m_fragmentBytes, bar));
    optionsRow->addWidget(m_fragmentBytes);
    optionsRow->addWidget(makeOptionLabel(tr("repeat"), m_repeatMs, bar));
    optionsRow->addWidget(m_repeatMs);

    // In a narrow pane they stand in several lines; Send stays in its corner.
    auto *flow = new FlowLayout(metrics::space8, metrics::space8);
    for (QWidget *widget : {static_cast<QWidget *>(m_shelf), options, static_cast<QWidget *>(m_list)})
        flow->addWidget(widget);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(metrics::space12, metrics::space8, metrics::space12, metrics::space8);
    row->setSpacing(metrics::space8);
    row->addLayout(flow, 1);
    auto *corner = new QWidget(bar);
    auto *cornerRow = new QHBoxLayout(corner);
    cornerRow->setContentsMargins(0, 0, 0, 0);
    cornerRow->setSpacing(metrics::space8);
    cornerRow->addWidget(m_counter);
    cornerRow->addWidget(m_send);
    row->addWidget(corner, 0, Qt::AlignBottom);

    connect(m_shelf, &MessageShelf::recalled, this, [this](const ComposedMessage &message) {
        recall(message);
        page()->focusFirst();
    });
    connect(m_send, &QPushButton::clicked, this, &ComposerPane::send);
    connect(m_list, &QToolButton::toggled, this, &ComposerPane::refreshBar);
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

void ComposerPane::suggest(const QString &text)
{
    if (m_text->summary().isEmpty())
        m_text->setText(text);
}

ComposedMessage ComposerPane::current() const
{
    return {m_pages.at(m_tabs->currentIndex()).first, page()->save(), shortened(page()->summary())};
}

void ComposerPane::send()
{
    if (m_repeater->isRunning()) {
        m_repeater->stop();
        return;
    }
    if (!m_target->target().open) {
        showNoTarget();
        return;
    }
    Q_EMIT sending();
    if (m_list->isChecked()) {
        startList();
        return;
    }
    page()->compose([this](const Result<Outgoing> &composed) {
        if (!composed)
            m_message->showError(composed.error());
        else if (m_repeatMs->value() > 0)
            startRepeating(*composed);
        else
            sendOnce(*composed);
    });
}

Outgoing ComposerPane::withOptions(Outgoing outgoing) const
{
    if (outgoing.kind == Outgoing::Kind::Text || outgoing.kind == Outgoing::Kind::Binary)
        outgoing.fragmentBytes = m_fragmentBytes->value();
    return outgoing;
}

bool ComposerPane::deliver(const Outgoing &outgoing)
{
    const SendTarget &target = m_target->target();
    session::Workbench *workbench = m_workspace->workbench();
    if (!target.open || !workbench) {
        showNoTarget();
        return false;
    }
    if (target.host.isValid())
        workbench->sendToAll(target.host, withOptions(outgoing));
    else
        workbench->send(target.connection, withOptions(outgoing));
    for (const auto &[key, page] : std::as_const(m_pages))
        page->sent(outgoing);
    return true;
}

void ComposerPane::sendOnce(const Outgoing &outgoing)
{
    // First, because what fails at once is told by a later sendFailed().
    m_message->clear();
    if (deliver(outgoing))
        m_shelf->keepSent(current());
}

void ComposerPane::startRepeating(const Outgoing &outgoing)
{
    m_message->clear();
    m_shelf->keepSent(current());
    m_repeater->start(m_repeatMs->value(), [this, outgoing](quint64) {
        if (isTargetBusy())
            return Repeater::Next::Skip;
        return deliver(outgoing) ? Repeater::Next::GoOn : Repeater::Next::Stop;
    });
}

void ComposerPane::startList()
{
    const QList<ComposedMessage> list = m_shelf->saved();
    if (list.isEmpty()) {
        m_message->showError({ErrorKind::Usage, tr("The list is empty: no message is saved yet."),
                              tr("Save messages with the button Saved; the list sends them in that order."), {}});
        return;
    }
    m_message->clear();
    m_repeater->start(m_repeatMs->value(), [this, list](quint64 number) {
        if (isTargetBusy())
            return Repeater::Next::Skip;
        const ComposedMessage &message = list.at(static_cast<qsizetype>(number));
        recall(message);
        page()->compose([this](const Result<Outgoing> &composed) {
            if (composed && deliver(*composed))
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
    if (endpoint && (endpoint->kind == session::EndpointKind::Client || endpoint->kind == session::EndpointKind::Raw)) {
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

bool ComposerPane::isTargetBusy() const
{
    const SendTarget &target = m_target->target();
    if (!target.host.isValid())
        return m_busy.contains(target.connection);
    // The slowest client sets the pace: what it has not read would only pile up.
    return std::any_of(m_busy.cbegin(), m_busy.cend(), [this, &target](ConnectionId id) {
        const auto status = m_workspace->connection(id);
        return status && status->endpoint == target.host;
    });
}

void ComposerPane::takeSendFailure(ConnectionId connection, const Error &error)
{
    const SendTarget &target = m_target->target();
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
    // What was said about another target, or about this one while it was closed, is no longer true.
    if (replaced || target.open)
        m_message->clear();
    refreshBar();
}

void ComposerPane::refreshBar()
{
    const bool running = m_repeater->isRunning();
    m_send->setText(running ? tr("Stop") : m_list->isChecked() ? tr("Send list") : page()->sendLabel());
    if (running && isTargetBusy())
        m_counter->setText(tr("sent %1 · waiting: the peer reads slowly").arg(m_repeater->count()));
    else if (running)
        m_counter->setText(tr("sent %1").arg(m_repeater->count()));
    else
        m_counter->setText(m_repeater->count() > 0 ? tr("sent %1 · Ctrl ⏎").arg(m_repeater->count()) : tr("Ctrl ⏎"));
}

void ComposerPane::recall(const ComposedMessage &message)
{
    for (int i = 0; i < m_pages.size(); ++i) {
        if (m_pages.at(i).first == message.page) {
            m_tabs->setCurrentIndex(i);
            m_pages.at(i).second->load(message.content);
            return;
        }
    }
}

void ComposerPane::editAndSend(RecordId record)
{
    const auto document = m_workspace->document();
    if (!document || !record.isValid())
        return;
    QtConcurrent::run(&readForEditing, document, record).then(this, [this, document](const Result<EditableFrame> &frame) {
        if (document != m_workspace->document())
            return;
        if (frame)
            showForEditing(*frame);
        else
            m_message->showError(frame.error());
    });
}

void ComposerPane::showForEditing(const EditableFrame &frame)
{
    m_message->clear();
    switch (frame.fits) {
    case EditableFrame::Fits::Text:
        m_tabs->setCurrentWidget(m_text);
        m_text->setText(QString::fromUtf8(frame.payload));
        break;
    case EditableFrame::Fits::Binary:
        m_tabs->setCurrentWidget(m_binary);
        m_binary->setBytes(frame.payload);
        break;
    case EditableFrame::Fits::FrameOnly:
        m_tabs->setCurrentWidget(m_frame);
        m_frame->setFrame(frame.header, frame.payload);
        break;
    }
    page()->focusFirst();
}

void ComposerPane::loadDrafts()
{
    const QSettings settings;
    for (const auto &[key, page] : std::as_const(m_pages)) {
        const QByteArray draft = settings.value(QStringLiteral("composer/draft/") + key).toByteArray();
        if (!draft.isEmpty())
            page->load(QJsonDocument::fromJson(draft).object());
        page->disarm();
    }
    // Always on Text: after a start Send must never close or break anything.
    m_tabs->setCurrentWidget(m_text);
}

void ComposerPane::saveDrafts() const
{
    QSettings settings;
    for (const auto &[key, page] : m_pages) {
        const QByteArray draft = QJsonDocument(page->save()).toJson(QJsonDocument::Compact);
        if (draft.size() <= largestDraft)
            settings.setValue(QStringLiteral("composer/draft/") + key, draft);
    }
}

} // namespace wsw::desktop
