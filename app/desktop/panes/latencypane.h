#pragma once

#include "panes/latency/latencysnapshot.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>

class QAction;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace wsw::desktop {

class ConnectWaterfall;
class LatencyPlot;
class LatencyReader;
class Workspace;

/// Round trips over time, as histogram and as percentiles, and the phases of connecting; the kinds (echo, ping, TCP) side by side,
/// never mixed. Reads the document on a worker, at most five times a second, and only while it can be seen.
class LatencyPane final : public QWidget
{
    Q_OBJECT
public:
    explicit LatencyPane(Workspace *workspace, QWidget *parent = nullptr);
    ~LatencyPane() override;

    void focusFirst();
    /// What is shown now.
    [[nodiscard]] const LatencySnapshot &snapshot() const noexcept { return m_snapshot; }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *buildCorner();
    QWidget *buildFoot();
    void addChart(LatencyPlot *plot, const QString &title);
    void changeDocument();
    void changeScope();
    void poll();
    void take(const LatencySnapshot &snapshot);
    void refresh();
    void showLegend();
    void showEmptyState();
    [[nodiscard]] LatencyRequest request() const;
    [[nodiscard]] LatencyPlot *currentPlot() const;
    void togglePinging(bool on);
    void ping();
    void stopPinging();
    void exportImage();
    void exportCsv();
    void copyImage();
    void askForPath(const QString &title, const QString &filter, const QString &suffix, const std::function<void(const QString &)> &use);
    void tellWritten(bool written, const QString &path);

    Workspace *m_workspace;
    QTabWidget *m_tabs;
    QAction *m_onlyCurrent;             ///< checked: of the selected connection, where one is selected
    QList<LatencyPlot *> m_plots;
    QList<QStackedWidget *> m_stacks;   ///< of each tab: the empty state, the chart
    QList<QLabel *> m_empty;
    ConnectWaterfall *m_waterfall;
    QLabel *m_legend;
    QPushButton *m_pingButton;
    QTimer m_poll;
    QTimer m_pinging;
    quint64 m_pings = 0;
    std::shared_ptr<LatencyReader> m_reader;
    bool m_reading = false;
    bool m_stale = true;                ///< something has changed since the last request
    quint64 m_polls = 0;
    quint64 m_seen = 0;                 ///< records of the document when it was last read
    LatencySnapshot m_snapshot;
};

} // namespace wsw::desktop
