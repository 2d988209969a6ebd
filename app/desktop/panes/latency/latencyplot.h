#pragma once

#include "panes/latency/latencysnapshot.h"
#include "theme/theme.h"

#include <QWidget>

class QCPBars;
class QCPGraph;
class QCustomPlot;

namespace wsw::desktop {

/// One chart of a latency snapshot. The QCustomPlot within is made when there is first something to draw, so that a window that
/// measures nothing does not pay for it.
class LatencyPlot final : public QWidget
{
    Q_OBJECT
public:
    enum class Chart : quint8 { RoundTrip, Histogram, Percentiles };

    explicit LatencyPlot(Chart chart, QWidget *parent = nullptr);

    void show(const LatencySnapshot &snapshot);
    /// Whose round trips these are; stands at the axis.
    void setScope(const QString &name);
    /// Forgets data and zoom; what is drawn next is shown whole.
    void reset();
    /// Zooms back to everything and follows what comes.
    void showAll();
    [[nodiscard]] bool isZoomed() const noexcept { return m_zoomed; }
    /// RoundTrip: the visible range as monotonic time; 0 and 0 while everything is shown.
    [[nodiscard]] std::pair<MonotonicNs, MonotonicNs> visibleTimes() const;
    [[nodiscard]] bool hasPlot() const noexcept { return m_plot != nullptr; }
    [[nodiscard]] QCustomPlot *plot() const noexcept { return m_plot; }

    [[nodiscard]] bool savePng(const QString &path);
    [[nodiscard]] bool savePdf(const QString &path);
    [[nodiscard]] QPixmap picture();
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The user has zoomed or moved: another range is visible.
    void zoomed();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    void buildAxes();
    void labelAxes();
    void applyTheme();
    void drawRoundTrips(const LatencySnapshot &snapshot);
    void drawHistogram(const LatencySnapshot &snapshot);
    void drawPercentiles(const LatencySnapshot &snapshot);
    void fit();
    void zoom(double factor);
    void move(double share);
    void markZoomed();

    Chart m_chart;
    QString m_scope;
    QCustomPlot *m_plot = nullptr;
    std::array<QCPGraph *, stats::allRoundTripKinds.size()> m_graphs{};
    std::array<QCPBars *, stats::allRoundTripKinds.size()> m_bars{};
    MonotonicNs m_origin = 0;
    double m_fullTo = 1;            ///< right end of all data, in axis units
    double m_fullFrom = 0;
    double m_fullTop = 1;
    bool m_zoomed = false;
};

/// The colour of a kind of round trip, as its records have it in the log.
[[nodiscard]] Token tokenOf(stats::RoundTripKind kind);

} // namespace wsw::desktop
