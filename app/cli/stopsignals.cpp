#include "stopsignals.h"

#include <QSocketNotifier>

#include <array>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace wsw::cli {

namespace {

constexpr std::array stopping{SIGINT, SIGTERM};

// A signal handler may do next to nothing, but it may write to a pipe; the event loop reads the other end.
std::array<int, 2> wakePipe{-1, -1};

void handleSignal(int)
{
    // From here on all of them have their usual effect again.
    for (const int each : stopping)
        std::signal(each, SIG_DFL);
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = ::write(wakePipe[1], &byte, 1);
}

} // namespace

StopSignals::StopSignals(QObject *parent)
    : QObject(parent)
{
    Q_ASSERT(wakePipe[0] == -1);
    if (::pipe2(wakePipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        qWarning("No pipe for signals: the program can only be killed.");
        return;
    }
    auto *notifier = new QSocketNotifier(wakePipe[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, &StopSignals::readPipe);
    for (const int number : stopping)
        std::signal(number, &handleSignal);
}

StopSignals::~StopSignals()
{
    for (const int number : stopping)
        std::signal(number, SIG_DFL);
    for (int &end : wakePipe) {
        if (end != -1)
            ::close(end);
        end = -1;
    }
}

void StopSignals::readPipe()
{
    std::array<char, 16> bytes;
    if (::read(wakePipe[0], bytes.data(), bytes.size()) > 0)
        Q_EMIT stopRequested();
}

} // namespace wsw::cli
