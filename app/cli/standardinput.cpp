#include "standardinput.h"

#include <cerrno>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wsw::cli {

StandardInput::StandardInput(QObject *parent)
    : QObject(parent)
    , m_notifier(STDIN_FILENO, QSocketNotifier::Read)
{
    m_notifier.setEnabled(false);
    connect(&m_notifier, &QSocketNotifier::activated, this, &StandardInput::readSome);
}

void StandardInput::setReading(bool on)
{
    m_notifier.setEnabled(on);
}

bool StandardInput::isOpenPipe()
{
    struct stat facts = {};
    if (::fstat(STDIN_FILENO, &facts) != 0 || !(S_ISFIFO(facts.st_mode) || S_ISSOCK(facts.st_mode)))
        return false;
    pollfd poll = {STDIN_FILENO, POLLIN, 0};
    return ::poll(&poll, 1, 0) >= 0 && (poll.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
}

bool StandardInput::isTerminal()
{
    return ::isatty(STDIN_FILENO) != 0;
}

void StandardInput::readSome()
{
    QByteArray bytes(64 * 1024, Qt::Uninitialized);
    const ssize_t n = ::read(STDIN_FILENO, bytes.data(), static_cast<size_t>(bytes.size()));
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        m_notifier.setEnabled(false);
        if (!m_open.isEmpty())
            Q_EMIT line(std::exchange(m_open, {}));
        Q_EMIT ended();
        return;
    }
    bytes.truncate(n);
    m_open += bytes;
    qsizetype start = 0;
    for (qsizetype end; (end = m_open.indexOf('\n', start)) >= 0; start = end + 1)
        Q_EMIT line(m_open.mid(start, end - start));
    m_open.remove(0, start);
}

} // namespace wsw::cli
