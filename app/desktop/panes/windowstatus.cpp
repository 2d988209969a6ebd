#include "panes/windowstatus.h"

#include "capture/document.h"
#include "models/framelogmodel.h"
#include "models/recordtext.h"
#include "processmemory.h"
#include "theme/theme.h"
#include "workspace.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>

namespace wsw::desktop {

namespace {

constexpr int longestName = 200;    // pixels of a capture's name
constexpr int countersIntervalMs = 100;
constexpr int secondMs = 1000;
constexpr quint64 bytesPerMegabyte = 1'000'000;

QLabel *makeItem(const char *name, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setTextFormat(Qt::RichText);
    setRole(label, "caption");
    return label;
}

/// "received <b>2 331</b>": the figure stands out, the word stays quiet.
QString item(const QString &before, const QString &figure, const QString &after = {})
{
    const QString color = Theme::instance().color(Token::Text).name();
    return QStringLiteral("%1 <span style='color:%2; font-weight:600'>%3</span> %4")
        .arg(before.toHtmlEscaped(), color, figure.toHtmlEscaped(), after.toHtmlEscaped())
        .trimmed();
}

void setIfChanged(QLabel *label, const QString &text)
{
    if (label->text() != text)
        label->setText(text);
}

} // namespace

WindowStatus::WindowStatus(Workspace *workspace, const FrameLogModel *log, QWidget *parent)
    : QStatusBar(parent), m_workspace(workspace), m_log(log), m_received(makeItem("statusReceived", this)),
      m_stored(makeItem("statusStored", this)), m_shown(makeItem("statusShown", this)), m_lost(makeItem("statusLost", this)),
      m_busyText(makeItem("statusBusy", this)), m_busy(new QProgressBar(this)), m_rate(makeItem("statusRate", this)),
      m_lag(makeItem("statusLag", this)), m_memory(makeItem("statusMemory", this)), m_target(makeItem("statusTarget", this))
{
    setSizeGripEnabled(false);
    setContentsMargins(0, 0, 0, 0);
    auto *body = new QWidget(this);
    body->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto *row = m_row = new QHBoxLayout(body);
    row->setContentsMargins(metrics::space12, 0, metrics::space12, 0);
    row->setSpacing(metrics::space16 + metrics::space4);
    row->setSizeConstraint(QLayout::SetNoConstraint);
    for (QLabel *label : {m_received, m_stored, m_shown, m_lost})
        row->addWidget(label);
    row->addStretch(1);
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setFixedWidth(Theme::instance().scaled(80));
    row->addWidget(m_busyText);
    row->addWidget(m_busy);
    for (QLabel *label : {m_rate, m_lag, m_memory, m_target})
        row->addWidget(label);
    addWidget(body, 1);
    setBusy({});

    m_received->setToolTip(tr("Records taken from the wire"));
    m_stored->setToolTip(tr("Records that are safe in the capture file, even if this program is killed"));
    m_shown->setToolTip(tr("Rows in the frame log"));
    m_lost->setToolTip(tr("Records that were taken but could not be stored before recording ended"));
    m_lag->setToolTip(tr("The longest time within the last second in which this window could not react"));

    m_counters.setInterval(countersIntervalMs);
    m_second.setInterval(secondMs);
    connect(&m_counters, &QTimer::timeout, this, &WindowStatus::tickCounters);
    connect(&m_second, &QTimer::timeout, this, &WindowStatus::tickSecond);
    const auto setStopped = [this](bool stopped) {
        m_stopped = stopped;
        updateTarget();
    };
    connect(workspace, &Workspace::recordingFailed, this, [setStopped] { setStopped(true); });
    connect(workspace, &Workspace::recordingResumed, this, [setStopped] { setStopped(false); });
    connect(workspace, &Workspace::documentChanged, this, [this] {
        m_stopped = false;
        m_throughput = stats::Throughput();
        m_lastReceived = m_workspace->document()->received();
        tickCounters();
        updateTarget();
    });
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        tickCounters();
        updateTarget();
    });
    if (const auto document = workspace->document())
        m_lastReceived = document->received();
    m_counters.start();
    m_second.start();
    tickSecond();
    tickCounters();
}

void WindowStatus::setBusy(const QString &what)
{
    m_busyText->setText(what);
    m_busyText->setVisible(!what.isEmpty());
    m_busy->setVisible(!what.isEmpty());
    fit();
}

void WindowStatus::tickCounters()
{
    const auto document = m_workspace->document();
    const quint64 stored = document ? document->stored() : 0;
    const quint64 received = document ? document->received() : 0;
    // Nothing is dropped while recording goes on: the sockets wait. What had been taken and is not stored when it ends is lost.
    const quint64 lost = document && !document->isRecording() && received > stored ? received - stored : 0;
    m_throughput.add(monotonicNow(), received - qMin(received, m_lastReceived), 0);
    m_lastReceived = received;
    setIfChanged(m_received, item(tr("received"), groupedNumber(received)));
    setIfChanged(m_stored, item(tr("stored"), groupedNumber(stored)));
    setIfChanged(m_shown, item(tr("shown"), groupedNumber(static_cast<quint64>(m_log->rowCount()))));
    setIfChanged(m_lost, item({}, groupedNumber(lost), tr("lost")));
    fit();
}

void WindowStatus::tickSecond()
{
    m_rate->setText(tr("%1 frames/s").arg(groupedNumber(static_cast<quint64>(qRound64(m_throughput.rate(monotonicNow()).eventsPerSecond)))));
    m_lag->setText(item(tr("window lag"), tr("%1 ms").arg(m_heartbeat.takeMaxLag() / nsPerMs)));
    const auto memory = residentMemory();
    m_knowsMemory = memory.has_value();
    if (memory)
        m_memory->setText(item(tr("memory"), tr("%1 MB").arg(*memory / bytesPerMegabyte)));
    updateTarget();
    fit();
}

void WindowStatus::updateTarget()
{
    const auto document = m_workspace->document();
    if (!document) {
        m_target->clear();
        return;
    }
    const QString name = document->isAutomatic() ? tr("untitled") : QFileInfo(document->path()).completeBaseName();
    if (m_stopped) {
        const QString color = Theme::instance().color(Token::Violation).name();
        setIfChanged(m_target, QStringLiteral("<span style='color:%1'>⚠ %2</span>").arg(color, tr("recording has stopped")));
    } else {
        const QString shown = m_target->fontMetrics().elidedText(name, Qt::ElideMiddle, Theme::instance().scaled(longestName));
        setIfChanged(m_target, item(document->isRecording() ? tr("recording to") : tr("reading"), shown));
    }
    m_target->setToolTip(document->path());
}

void WindowStatus::resizeEvent(QResizeEvent *event)
{
    QStatusBar::resizeEvent(event);
    fit();
}

void WindowStatus::fit()
{
    const auto needed = [this](const QWidget *item) { return item->sizeHint().width() + m_row->spacing(); };
    int room = width() - 2 * metrics::space12;
    for (const QLabel *label : {m_received, m_stored, m_shown, m_lost, m_target})
        room -= needed(label);
    if (!m_busy->isHidden())
        room -= needed(m_busyText) + needed(m_busy);
    for (QLabel *label : {m_rate, m_lag, m_memory}) {
        room -= needed(label);
        const bool isShown = room >= 0 && (label != m_memory || m_knowsMemory);
        if (label->isHidden() == isShown)
            label->setVisible(isShown);
    }
}

} // namespace wsw::desktop
