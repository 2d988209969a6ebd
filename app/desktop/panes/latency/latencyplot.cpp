#include "panes/latency/latencyplot.h"

#include "panes/latency/durationticker.h"

#include <QKeyEvent>
#include <QVBoxLayout>

#include <cmath>

namespace wsw::desktop {

using stats::RoundTripKind;

namespace {

/// Up to so many values are drawn as discs, too.
constexpr qsizetype fewPoints = 40;

/// A lower plot has no titles at its axes.
constexpr int lowPlot = 120;
constexpr int lowestPlot = 72;
constexpr int heightPerTick = 30;
constexpr int mostTicks = 4;

/// Where p lies on the percentile axis.
double percentilePlace(double percent)
{
    return -std::log10(1 - percent / 100);
}

template<class Container, class Data>
QSharedPointer<Container> makeData(const QVector<Data> &points)
{
    QSharedPointer<Container> data(new Container);
    data->set(points, true);
    return data;
}

} // namespace

Token tokenOf(RoundTripKind kind)
{
    switch (kind) {
    case RoundTripKind::Echo: return Token::Received;
    case RoundTripKind::Ping: return Token::Control;
    case RoundTripKind::Tcp: return Token::TextSecondary;
    }
    Q_UNREACHABLE();
}

LatencyPlot::LatencyPlot(Chart chart, QWidget *parent)
    : QWidget(parent)
    , m_chart(chart)
{
    setFocusPolicy(Qt::StrongFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
}

void LatencyPlot::build()
{
    m_plot = new QCustomPlot(this);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setNoAntialiasingOnDrag(true);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    layout()->addWidget(m_plot);
    buildAxes();
    for (const RoundTripKind kind : stats::allRoundTripKinds) {
        const auto index = static_cast<size_t>(kind);
        if (m_chart == Chart::Histogram) {
            m_bars[index] = new QCPBars(m_plot->xAxis, m_plot->yAxis);
            m_bars[index]->setWidthType(QCPBars::wtPlotCoords);
        } else {
            m_graphs[index] = m_plot->addGraph();
            m_graphs[index]->setAdaptiveSampling(true);
            if (m_chart == Chart::Percentiles)
                m_graphs[index]->setLineStyle(QCPGraph::lsStepLeft);
        }
    }
    applyTheme();
    connect(&Theme::instance(), &Theme::changed, this, &LatencyPlot::applyTheme);
    connect(m_plot, &QCustomPlot::mouseWheel, this, &LatencyPlot::markZoomed);
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent *event) {
        if (event->buttons() & Qt::LeftButton)
            markZoomed();
    });
    connect(m_plot, &QCustomPlot::mousePress, this, [this] { setFocus(Qt::MouseFocusReason); });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this] { showAll(); });
}

void LatencyPlot::buildAxes()
{
    switch (m_chart) {
    case Chart::RoundTrip:
        m_plot->xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new ElapsedTicker));
        m_plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new DurationTicker));
        m_plot->axisRect()->setRangeDrag(Qt::Horizontal);
        m_plot->axisRect()->setRangeZoom(Qt::Horizontal);
        break;
    case Chart::Histogram:
        m_plot->xAxis->setScaleType(QCPAxis::stLogarithmic);
        m_plot->xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new LogDurationTicker));
        m_plot->yAxis->ticker()->setTickStepStrategy(QCPAxisTicker::tssReadability);
        break;
    case Chart::Percentiles:
        m_plot->xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new PercentileTicker));
        m_plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new DurationTicker));
        break;
    }
    labelAxes();
}

void LatencyPlot::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (m_plot)
        labelAxes();
}

QSize LatencyPlot::minimumSizeHint() const
{
    return {Theme::instance().scaled(lowestPlot), Theme::instance().scaled(lowestPlot)};
}

void LatencyPlot::labelAxes()
{
    QString along;
    switch (m_chart) {
    case Chart::RoundTrip: along = tr("time since the first round trip"); break;
    case Chart::Histogram: along = tr("round trip"); break;
    case Chart::Percentiles: along = tr("share that is not slower"); break;
    }
    // In a low pane the curve needs the room more than what the tab says as well.
    const Theme &theme = Theme::instance();
    const bool isLow = height() < theme.scaled(lowPlot);
    m_plot->xAxis->setLabel(isLow ? QString() : QStringLiteral("%1 · %2").arg(along, m_scope));
    m_plot->yAxis->setLabel(isLow ? QString() : m_chart == Chart::Histogram ? tr("count") : tr("round trip"));
    m_plot->yAxis->ticker()->setTickCount(qBound(2, height() / theme.scaled(heightPerTick), mostTicks));
}

void LatencyPlot::applyTheme()
{
    if (!m_plot)
        return;
    const Theme &theme = Theme::instance();
    m_plot->setBackground(QBrush(theme.color(Token::Panel)));
    for (QCPAxis *axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setTickLabelFont(theme.font(FontRole::MonoCaption));
        axis->setLabelFont(theme.font(FontRole::Caption));
        axis->setTickLabelColor(theme.color(Token::TextSecondary));
        axis->setLabelColor(theme.color(Token::TextSecondary));
        axis->setBasePen(QPen(theme.color(Token::Line)));
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->grid()->setPen(QPen(theme.color(Token::Line)));
        axis->grid()->setZeroLinePen(QPen(theme.color(Token::Line)));
    }
    m_plot->xAxis->grid()->setVisible(false);
    // Half of a label at the end of an axis stands beyond it.
    const QFontMetrics labels(theme.font(FontRole::MonoCaption));
    const int beyond = metrics::space8 + labels.horizontalAdvance(QStringLiteral("00:00 min")) / 2;
    m_plot->axisRect()->setMinimumMargins(QMargins(metrics::space8, metrics::space8 + labels.height() / 2, beyond, metrics::space4));
    for (const RoundTripKind kind : stats::allRoundTripKinds) {
        const QColor color = theme.color(tokenOf(kind));
        const auto index = static_cast<size_t>(kind);
        if (m_graphs[index])
            m_graphs[index]->setPen(QPen(color, 1.5));
        if (m_bars[index]) {
            QColor fill = color;
            fill.setAlphaF(0.55F);
            m_bars[index]->setPen(QPen(color));
            m_bars[index]->setBrush(fill);
        }
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void LatencyPlot::show(const LatencySnapshot &snapshot)
{
    if (snapshot.isEmpty() && !m_plot)
        return;
    if (!m_plot)
        build();
    m_origin = snapshot.origin;
    switch (m_chart) {
    case Chart::RoundTrip: drawRoundTrips(snapshot); break;
    case Chart::Histogram: drawHistogram(snapshot); break;
    case Chart::Percentiles: drawPercentiles(snapshot); break;
    }
    if (!m_zoomed)
        fit();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void LatencyPlot::drawRoundTrips(const LatencySnapshot &snapshot)
{
    double last = 0;
    qint64 highest = 0;
    for (const RoundTripKind kind : stats::allRoundTripKinds) {
        QVector<QCPGraphData> points;
        for (const stats::SeriesPoint &point : snapshot.of(kind).points) {
            const auto at = static_cast<double>(point.time - m_origin);
            points.append({at, static_cast<double>(point.value)});
            last = std::max(last, at);
            highest = std::max(highest, point.value);
        }
        QCPGraph *graph = m_graphs[static_cast<size_t>(kind)];
        // One value makes no line, and a few are seen better as what they are: single measurements. A line between values of
        // different connections would say something that nobody measured.
        const bool several = snapshot.of(kind).several;
        const bool few = points.size() <= fewPoints;
        graph->setLineStyle(several ? QCPGraph::lsNone : QCPGraph::lsLine);
        graph->setScatterStyle(few || several ? QCPScatterStyle(QCPScatterStyle::ssDisc, few ? 5 : 3) : QCPScatterStyle());
        graph->setData(makeData<QCPGraphDataContainer>(points));
    }
    if (!m_zoomed) {
        m_fullTo = std::max(last, static_cast<double>(nsPerSecond));
        m_fullFrom = -m_fullTo / 100; // room for the disc of the first value
        m_fullTo *= 1.01;
    }
    m_fullTop = std::max(static_cast<double>(highest) * 1.08, 1000.0);
    // The height always fits what is visible.
    m_plot->yAxis->setRange(0, m_fullTop);
}

void LatencyPlot::drawHistogram(const LatencySnapshot &snapshot)
{
    double lowest = 1e18;
    double highest = 0;
    quint64 most = 0;
    for (const RoundTripKind kind : stats::allRoundTripKinds) {
        QVector<QCPBarsData> bars;
        QCPBars *plottable = m_bars[static_cast<size_t>(kind)];
        for (const LatencyBar &bar : snapshot.of(kind).bars) {
            bars.append({std::sqrt(bar.from * bar.to), static_cast<double>(bar.count)});
            lowest = std::min(lowest, bar.from);
            highest = std::max(highest, bar.to);
            most = std::max(most, bar.count);
        }
        plottable->setData(makeData<QCPBarsDataContainer>(bars));
    }
    // Bars of one width in pixels: equal steps of a logarithmic axis.
    if (highest > 0) {
        m_fullFrom = lowest / 1.5;
        m_fullTo = highest * 1.5;
        m_fullTop = static_cast<double>(most) * 1.08;
    }
}

void LatencyPlot::drawPercentiles(const LatencySnapshot &snapshot)
{
    m_fullFrom = 0;
    m_fullTo = 1;
    m_fullTop = 1000;
    for (const RoundTripKind kind : stats::allRoundTripKinds) {
        QVector<QCPGraphData> points;
        double place = 0;
        for (const stats::PercentilePoint &point : snapshot.of(kind).curve) {
            // 100 % lies infinitely far; the maximum is drawn a little beyond the last step.
            place = point.percent < 100 ? percentilePlace(point.percent) : place + 0.1;
            points.append({place, static_cast<double>(point.value)});
            m_fullTop = std::max(m_fullTop, static_cast<double>(point.value) * 1.08);
        }
        m_fullTo = std::max(m_fullTo, place);
        m_graphs[static_cast<size_t>(kind)]->setData(makeData<QCPGraphDataContainer>(points));
    }
}

void LatencyPlot::fit()
{
    m_plot->xAxis->setRange(m_fullFrom, m_fullTo);
    m_plot->yAxis->setRange(0, m_fullTop);
    if (m_chart != Chart::Histogram)
        return;
    // QCPBars knows no width that grows along a logarithmic axis: it is taken in pixels.
    constexpr double barsPerDecade = 20;
    const double decades = std::log10(m_fullTo / m_fullFrom);
    const double width = m_plot->axisRect()->width() / std::max(decades * barsPerDecade, 1.0);
    for (QCPBars *bars : m_bars) {
        bars->setWidthType(QCPBars::wtAbsolute);
        bars->setWidth(std::max(width - 1, 1.0));
    }
}

void LatencyPlot::setScope(const QString &name)
{
    m_scope = name;
    if (m_plot)
        labelAxes();
}

void LatencyPlot::reset()
{
    m_zoomed = false;
    m_fullFrom = 0;
    m_fullTo = 1;
    if (m_plot)
        show(LatencySnapshot{});
}

void LatencyPlot::showAll()
{
    m_zoomed = false;
    if (m_plot) {
        fit();
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    }
    Q_EMIT zoomed();
}

std::pair<MonotonicNs, MonotonicNs> LatencyPlot::visibleTimes() const
{
    if (!m_zoomed || !m_plot || m_chart != Chart::RoundTrip)
        return {0, 0};
    const QCPRange range = m_plot->xAxis->range();
    return {m_origin + static_cast<MonotonicNs>(range.lower), m_origin + static_cast<MonotonicNs>(range.upper)};
}

void LatencyPlot::keyPressEvent(QKeyEvent *event)
{
    constexpr double step = 0.2;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoom(0.7); return;
    case Qt::Key_Minus: zoom(1 / 0.7); return;
    case Qt::Key_Left: move(-step); return;
    case Qt::Key_Right: move(step); return;
    case Qt::Key_0:
    case Qt::Key_Home: showAll(); return;
    default: QWidget::keyPressEvent(event);
    }
}

void LatencyPlot::zoom(double factor)
{
    if (!m_plot)
        return;
    m_plot->xAxis->scaleRange(factor);
    markZoomed();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void LatencyPlot::move(double share)
{
    if (!m_plot)
        return;
    const QCPRange range = m_plot->xAxis->range();
    if (m_plot->xAxis->scaleType() == QCPAxis::stLogarithmic) {
        const double factor = std::pow(range.upper / range.lower, share);
        m_plot->xAxis->setRange(range.lower * factor, range.upper * factor);
    } else {
        m_plot->xAxis->moveRange(range.size() * share);
    }
    markZoomed();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void LatencyPlot::markZoomed()
{
    m_zoomed = true;
    Q_EMIT zoomed();
}

bool LatencyPlot::savePng(const QString &path)
{
    constexpr double sharp = 2;
    return m_plot && m_plot->savePng(path, 0, 0, sharp);
}

bool LatencyPlot::savePdf(const QString &path)
{
    return m_plot && m_plot->savePdf(path, 0, 0, QCP::epNoCosmetic, tr("WebSocket Workbench"), tr("Round trips"));
}

QPixmap LatencyPlot::picture()
{
    return m_plot ? m_plot->toPixmap(0, 0, 2) : QPixmap();
}

} // namespace wsw::desktop
