#pragma once

#include <QObject>

namespace wsw::cli {

/// Turns SIGINT and SIGTERM into a Qt signal. One at a time. A second signal ends the program at once: the first asked politely.
class StopSignals final : public QObject
{
    Q_OBJECT
public:
    explicit StopSignals(QObject *parent = nullptr);
    /// Gives both signals back to the system.
    ~StopSignals() override;

Q_SIGNALS:
    void stopRequested();

private:
    void readPipe();
};

} // namespace wsw::cli
