#include "panes/latencypane.h"

#include "capture/document.h"
#include "panes/latency/connectwaterfall.h"
#include "panes/latency/latencyplot.h"
#include "panes/latency/latencyreader.h"
#include "scans.h"
#include "session/workbench.h"
#include "stats/durationtext.h"
#include "theme/theme.h"
#include "widgets/panetabs.h"
#include "widgets/tokentext.h"
#include "workspace.h"

#include <QActionGroup>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace wsw::desktop {

using session::EndpointState;
using stats::RoundTripKind;

namespace {

/// Five times a second: a chart that changes faster cannot be read.
constexpr int pollIntervalMs = 200;
/// TCP samples come without records: read for them at least this often.
constexpr int pollsPerTcpRead = 5;
constexpr int pingIntervalMs = 1000;

/// Below this width the ping button says less.
constexpr int wideEnough = 520;

/// Below this one the legend has only the medians.
constexpr int briefLegend = 400;

enum class Legend : quint8 { Whole, Brief };

QString legendOf(const QString &name, RoundTripKind kind, const stats::Summary &summary, Legend legend)
{
    // The kernel's estimate is smoothed already: percentiles of it would promise what they do not hold.
    const QString figures = kind == RoundTripKind::Tcp || legend == Legend::Brief
                                ? stats::durationText(summary.p50)
                                : LatencyPane::tr("p50 %1 · p99 %2").arg(stats::durationText(summary.p50), stats::durationText(summary.p99));
    // A line breaks between the kinds, not within one.
    return QStringLiteral("<span style=\"white-space:nowrap\"><b>%1</b> %2</span>")
        .arg(inToken(name, tokenOf(kind)), inToken(figures, Token::TextSecondary));
}

} // namespace

LatencyPane::LatencyPane(Workspace *workspace, QWidget *parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_tabs(new PaneTabs(this))
    , m_onlyCurrent(new QAction(tr("Selected connection"), this))
    , m_waterfall(new ConnectWaterfall(this))
    , m_legend(new QLabel(this))
    , m_pingButton(new QPushButton(this))
{
    setRole(this, "panel");
    setAttribute(Qt::WA_StyledBackground);
    m_tabs->setObjectName(QStringLiteral("latencyTabs"));
    m_tabs->setDocumentMode(true);
    addChart(new LatencyPlot(LatencyPlot::Chart::RoundTrip, this), tr("Round trip"));
    addChart(new LatencyPlot(LatencyPlot::Chart::Histogram, this), tr("Histogram"));
    addChart(new LatencyPlot(LatencyPlot::Chart::Percentiles, this), tr("Percentiles"));
    addChart(nullptr, tr("Connect"));
    m_tabs->setCornerWidget(buildCorner(), Qt::TopRightCorner);

    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_tabs, 1);
    all->addWidget(buildFoot());

    m_poll.setInterval(pollIntervalMs);
    connect(&m_poll, &QTimer::timeout, this, &LatencyPane::poll);
    m_pinging.setInterval(pingIntervalMs);
    m_pinging.setTimerType(Qt::PreciseTimer);
    connect(&m_pinging, &QTimer::timeout, this, &LatencyPane::ping);
    connect(m_tabs, &QTabWidget::currentChanged, this, &LatencyPane::refresh);
    connect(m_workspace, &Workspace::documentChanged, this, &LatencyPane::changeDocument);
    connect(m_workspace, &Workspace::currentConnectionChanged, this, &LatencyPane::changeScope);
    connect(&Theme::instance(), &Theme::changed, this, &LatencyPane::showLegend);
    changeDocument();
}

LatencyPane::~LatencyPane() = default;

void LatencyPane::addChart(LatencyPlot *plot, const QString &title)
{
    auto *empty = new QLabel(this);
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    empty->setMargin(metrics::space24);
    setRole(empty, "secondary");
    empty->setObjectName(QStringLiteral("latencyEmpty"));
    auto *stack = new QStackedWidget(m_tabs);
    stack->addWidget(empty);
    if (plot) {
        stack->addWidget(plot);
        m_plots.append(plot);
        connect(plot, &LatencyPlot::zoomed, this, [this] { m_stale = true; });
    } else {
        stack->addWidget(m_waterfall);
    }
    m_stacks.append(stack);
    m_empty.append(empty);
    m_tabs->addTab(stack, title);
}

QWidget *LatencyPane::buildCorner()
{
    auto *more = new QToolButton(this);
    more->setObjectName(QStringLiteral("latencyMenu"));
    more->setIcon(Theme::instance().icon(QStringLiteral("more")));
    more->setPopupMode(QToolButton::InstantPopup);
    more->setFocusPolicy(Qt::TabFocus);
    more->setToolTip(tr("Whose round trips, zoom, export"));
    more->setAccessibleName(more->toolTip());
    auto *menu = new QMenu(tr("Latency"), more);
    auto *scopes = new QActionGroup(menu);
    auto *everyone = new QAction(tr("All connections"), this);
    for (QAction *scope : {m_onlyCurrent, everyone}) {
        scope->setCheckable(true);
        scopes->addAction(scope);
        menu->addAction(scope);
    }
    m_onlyCurrent->setChecked(true);
    everyone->setObjectName(QStringLiteral("latencyAll"));
    m_onlyCurrent->setObjectName(QStringLiteral("latencyOnlyCurrent"));
    connect(scopes, &QActionGroup::triggered, this, &LatencyPane::changeScope);
    menu->addSeparator();
    menu->addAction(tr("Show everything (0)"), this, [this] {
        if (LatencyPlot *plot = currentPlot())
            plot->showAll();
    });
    menu->addSeparator();
    menu->addAction(tr("Copy the picture"), this, &LatencyPane::copyImage);
    menu->addAction(tr("Export picture or PDF…"), this, &LatencyPane::exportImage);
    menu->addAction(tr("Export all values as CSV…"), this, &LatencyPane::exportCsv);
    more->setMenu(menu);
    return more;
}

QWidget *LatencyPane::buildFoot()
{
    auto *foot = new QWidget(this);
    m_legend->setObjectName(QStringLiteral("latencyLegend"));
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setWordWrap(true);
    m_pingButton->setObjectName(QStringLiteral("pingEverySecond"));
    m_pingButton->setCheckable(true);
    m_pingButton->setAccessibleName(tr("Ping every second"));
    m_pingButton->setToolTip(tr("Sends a Ping on the selected connection every second and measures until its Pong"));
    connect(m_pingButton, &QPushButton::toggled, this, &LatencyPane::togglePinging);
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(metrics::space12, metrics::space4, metrics::space12, metrics::space8);
    row->setSpacing(metrics::space12);
    row->addWidget(m_legend, 1);
    row->addWidget(m_pingButton);
    return foot;
}

void LatencyPane::focusFirst()
{
    if (LatencyPlot *plot = currentPlot())
        plot->setFocus();
    else
        m_pingButton->setFocus();
}

void LatencyPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_poll.start();
}

void LatencyPane::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_poll.stop();
}

void LatencyPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_pingButton->setText(width() < Theme::instance().scaled(wideEnough) ? tr("Ping 1/s") : tr("Ping every second"));
    showLegend();
}

void LatencyPane::changeDocument()
{
    stopPinging();
    const auto document = m_workspace->document();
    m_reader = document ? std::make_shared<LatencyReader>(document) : nullptr;
    changeScope();
}

void LatencyPane::changeScope()
{
    m_stale = true;
    const auto current = m_workspace->connection(m_workspace->currentConnection());
    for (LatencyPlot *plot : std::as_const(m_plots)) {
        plot->setScope(m_onlyCurrent->isChecked() && current ? m_workspace->nameOf(current->id) : tr("all connections"));
        plot->reset();
    }
    m_snapshot = {};
    refresh();
}

LatencyRequest LatencyPane::request() const
{
    LatencyRequest request;
    const ConnectionId current = m_workspace->currentConnection();
    if (m_onlyCurrent->isChecked())
        request.connection = current;
    request.phasesOf = current;
    const auto [from, to] = m_plots.first()->visibleTimes();
    request.from = from;
    request.to = to;
    // Two points a pixel: the lowest and the highest of what falls on it.
    request.pointsPerKind = static_cast<size_t>(qMax(width(), 200)) * 2;
    return request;
}

void LatencyPane::poll()
{
    if (m_reading || !m_reader)
        return;
    const quint64 received = m_workspace->document()->received();
    const bool tcpDue = ++m_polls % pollsPerTcpRead == 0 && m_workspace->document()->isRecording();
    if (!m_stale && received == m_seen && !tcpDue)
        return;
    m_stale = false;
    m_seen = received;
    m_reading = true;
    // One reading at a time: the reader is used by this worker only, until it has answered.
    m_workspace->scans().run(
        this, [reader = m_reader, request = request()](const std::atomic_bool &cancelled) { return reader->read(request, cancelled); },
        [this, reader = m_reader, asked = request()](const LatencySnapshot &snapshot) {
            m_reading = false;
            // While it was read another connection may have been chosen: the next answer is near.
            const LatencyRequest wanted = request();
            if (reader == m_reader && asked.connection == wanted.connection && asked.phasesOf == wanted.phasesOf)
                take(snapshot);
        });
}

void LatencyPane::take(const LatencySnapshot &snapshot)
{
    m_snapshot = snapshot;
    refresh();
}

void LatencyPane::refresh()
{
    if (LatencyPlot *plot = currentPlot())
        plot->show(m_snapshot);
    m_waterfall->show(m_snapshot.phases, m_snapshot.connectionName);
    for (qsizetype i = 0; i < m_plots.size(); ++i)
        m_stacks.at(i)->setCurrentIndex(m_snapshot.isEmpty() ? 0 : 1);
    m_stacks.last()->setCurrentIndex(m_waterfall->isEmpty() ? 0 : 1);
    showEmptyState();
    showLegend();
}

void LatencyPane::showEmptyState()
{
    const QString noTrips = tr("No round trips yet.\nSend a message to an echo server, or ping.");
    for (QLabel *label : std::as_const(m_empty))
        label->setText(noTrips);
    const bool selected = m_workspace->currentConnection().isValid();
    m_empty.last()->setText(selected ? tr("This connection was opened by the other side: its phases are known there.")
                                     : tr("Select a connection under Endpoints to see how long each phase of connecting took."));
}

void LatencyPane::showLegend()
{
    QStringList parts;
    const Legend legend = width() < Theme::instance().scaled(briefLegend) ? Legend::Brief : Legend::Whole;
    const std::array<std::pair<QString, RoundTripKind>, 3> kinds{{
        {tr("echo"), RoundTripKind::Echo},
        {tr("ping"), RoundTripKind::Ping},
        {tr("TCP"), RoundTripKind::Tcp},
    }};
    for (const auto &[name, kind] : kinds) {
        const stats::Summary &summary = m_snapshot.of(kind).summary;
        if (summary.count > 0)
            parts.append(legendOf(name, kind, summary, legend));
    }
    if (legend == Legend::Brief && !parts.isEmpty())
        parts.prepend(inToken(tr("p50"), Token::TextSecondary));
    if (!m_snapshot.problem.isEmpty())
        parts.append(inToken(Theme::glyph(Meaning::Violation) + u' ' + m_snapshot.problem, Token::Violation));
    m_legend->setText(parts.join(QStringLiteral(" &nbsp; ")));
}

LatencyPlot *LatencyPane::currentPlot() const
{
    const int index = m_tabs->currentIndex();
    return index < m_plots.size() ? m_plots.at(index) : nullptr;
}

void LatencyPane::togglePinging(bool on)
{
    if (!on) {
        m_pinging.stop();
        return;
    }
    m_pings = 0;
    m_pinging.start();
    ping();
}

void LatencyPane::ping()
{
    const auto status = m_workspace->connection(m_workspace->currentConnection());
    session::Workbench *workbench = m_workspace->workbench();
    if (!workbench || !status || status->state != EndpointState::Open) {
        stopPinging();
        Q_EMIT m_workspace->notice({ErrorKind::Usage, tr("There is no open connection to ping."),
                                    tr("Select an open one under Endpoints, then ping."), {}});
        return;
    }
    session::Outgoing outgoing;
    outgoing.kind = session::Outgoing::Kind::Ping;
    // A number of its own each, so that a late Pong is never taken for the answer to another Ping.
    outgoing.payload = "ping " + QByteArray::number(++m_pings);
    workbench->send(status->id, outgoing);
}

void LatencyPane::stopPinging()
{
    m_pinging.stop();
    m_pingButton->setChecked(false);
}

void LatencyPane::askForPath(const QString &title, const QString &filter, const QString &suffix,
                             const std::function<void(const QString &)> &use)
{
    auto *dialog = new QFileDialog(this, title, {}, filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    connect(dialog, &QFileDialog::fileSelected, this, use);
    dialog->open();
}

void LatencyPane::tellWritten(bool written, const QString &path)
{
    if (!written) {
        Q_EMIT m_workspace->notice({ErrorKind::Io, tr("%1 could not be written.").arg(path),
                                    tr("Choose another folder, or make room."), {}});
    }
}

void LatencyPane::copyImage()
{
    LatencyPlot *plot = currentPlot();
    QGuiApplication::clipboard()->setPixmap(plot && plot->hasPlot() ? plot->picture() : m_stacks.at(m_tabs->currentIndex())->grab());
}

void LatencyPane::exportImage()
{
    askForPath(tr("Export the chart"), tr("Picture (*.png);;PDF (*.pdf)"), QStringLiteral("png"), [this](const QString &path) {
        LatencyPlot *plot = currentPlot();
        const bool pdf = path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
        if (plot && plot->hasPlot())
            tellWritten(pdf ? plot->savePdf(path) : plot->savePng(path), path);
        else
            tellWritten(m_stacks.at(m_tabs->currentIndex())->grab().save(path), path);
    });
}

void LatencyPane::exportCsv()
{
    askForPath(tr("Export all values"), tr("Comma-separated values (*.csv)"), QStringLiteral("csv"), [this](const QString &path) {
        const auto document = m_workspace->document();
        if (!document)
            return;
        m_workspace->scans().run(
            this,
            [document, connection = request().connection, path](const std::atomic_bool &cancelled) {
                return writeLatencyCsv(*document, connection, path, cancelled);
            },
            [this](const Result<> &written) {
                if (!written)
                    Q_EMIT m_workspace->notice(written.error());
            });
    });
}

} // namespace wsw::desktop
