#pragma once

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>

namespace wsw::cli {

/// Standard input as lines, without waiting for it. Starts paused.
class StandardInput final : public QObject
{
    Q_OBJECT
public:
    explicit StandardInput(QObject *parent = nullptr);

    /// Off: what comes stays in the pipe, and whoever writes it waits.
    void setReading(bool on);
    /// Is it a pipe or socket that somebody may yet close? Not a terminal, a file or /dev/null, nor a pipe that has ended.
    [[nodiscard]] static bool isOpenPipe();
    [[nodiscard]] static bool isTerminal();

Q_SIGNALS:
    /// Without the line end. The last one may have none.
    void line(const QByteArray &text);
    /// Once, after the last line.
    void ended();

private:
    void readSome();

    QSocketNotifier m_notifier;
    QByteArray m_open;      ///< a line whose end has not come
};

} // namespace wsw::cli
