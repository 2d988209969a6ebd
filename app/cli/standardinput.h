#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>

namespace wsw::cli {

/// Standard input as lines, without waiting for it. Starts paused.
class StandardInput final : public QObject
{
    Q_OBJECT
public:
    /// A line is held in memory until its end has come: a longer one is no message that somebody meant to send as a line, and input
    /// without any line end must not take all there is.
    static constexpr qsizetype lineLimit = 16 * 1024 * 1024;

    explicit StandardInput(QObject *parent = nullptr);

    /// Off: what comes stays in the pipe, and whoever writes it waits.
    void setReading(bool on);
    /// Puts /dev/null in its place where it was closed from the start, so that no file or socket of the program gets its number.
    /// Before anything is opened.
    static void keepPlace();
    /// Does its end mean that whoever started the program is done? So with a pipe, a socket or a file, whether it has ended yet or
    /// not; not with a terminal, nor with /dev/null, which is what a service has in place of any input.
    [[nodiscard]] static bool canEnd();
    [[nodiscard]] static bool isTerminal();

Q_SIGNALS:
    /// Without the line end. The last one may have none.
    void line(const QByteArray &text);
    /// A line above lineLimit, once: it is skipped, and what follows is read.
    void refused(const wsw::Error &error);
    /// Once, after the last line.
    void ended();

private:
    void readSome();
    void take(const QByteArray &bytes);
    void addToOpen(QByteArrayView bytes);

    QSocketNotifier m_notifier;
    QByteArray m_open;      ///< a line whose end has not come
    bool m_skipping = false;    ///< within a line that is too long
};

} // namespace wsw::cli
