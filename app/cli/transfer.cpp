#include "transfer.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>

namespace wsw::cli {

namespace {

volatile std::sig_atomic_t stopWanted = 0;

void wantStop(int number)
{
    stopWanted = 1;
    std::signal(number, SIG_DFL);   // the first asked politely
}

} // namespace

Transfer::Transfer(const QString &what) : m_what(what), m_shown(isatty(STDERR_FILENO) != 0)
{
    stopWanted = 0;
    std::signal(SIGINT, wantStop);
    std::signal(SIGTERM, wantStop);
}

Transfer::~Transfer()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    if (m_percent >= 0)
        std::fprintf(stderr, "\r\033[K");
}

bool Transfer::advance(quint64 done, quint64 total)
{
    const int percent = total == 0 ? 0 : static_cast<int>(100.0 * static_cast<double>(done) / static_cast<double>(total));
    if (m_shown && percent != m_percent) {
        m_percent = percent;
        std::fprintf(stderr, "\r%s: %d %%", m_what.toUtf8().constData(), percent);
    }
    return stopWanted == 0;
}

} // namespace wsw::cli
