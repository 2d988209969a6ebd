#pragma once

#include "panes/latency/latencysnapshot.h"

#include <QWidget>

namespace wsw::desktop {

/// How long each phase of connecting took (name, TCP, TLS, upgrade), one bar below the other, each beginning where the one before
/// ended.
class ConnectWaterfall final : public QWidget
{
    Q_OBJECT
public:
    explicit ConnectWaterfall(QWidget *parent = nullptr);

    void show(const std::vector<ConnectPhase> &phases, const QString &connection);
    [[nodiscard]] bool isEmpty() const noexcept { return m_phases.empty(); }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::vector<ConnectPhase> m_phases;
    QString m_connection;
};

} // namespace wsw::desktop
