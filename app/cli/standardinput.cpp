#include "standardinput.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

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

void StandardInput::keepPlace()
{
    if (::fcntl(STDIN_FILENO, F_GETFD) >= 0 || errno != EBADF)
        return;
    // open() takes the lowest free number, which this is.
    [[maybe_unused]] const int place = ::open("/dev/null", O_RDONLY);
}

bool StandardInput::canEnd()
{
    struct stat facts = {};
    return ::fstat(STDIN_FILENO, &facts) == 0
        && (S_ISFIFO(facts.st_mode) || S_ISSOCK(facts.st_mode) || S_ISREG(facts.st_mode));
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
    take(bytes);
}

void StandardInput::take(const QByteArray &bytes)
{
    // What is open has no line end: only what is new is searched.
    qsizetype start = 0;
    for (qsizetype end; (end = bytes.indexOf('\n', start)) >= 0; start = end + 1) {
        addToOpen(QByteArrayView(bytes).sliced(start, end - start));
        if (!std::exchange(m_skipping, false))
            Q_EMIT line(std::exchange(m_open, {}));
    }
    addToOpen(QByteArrayView(bytes).sliced(start));
}

void StandardInput::addToOpen(QByteArrayView bytes)
{
    if (m_skipping)
        return;
    if (m_open.size() + bytes.size() <= lineLimit) {
        m_open.append(bytes);
        return;
    }
    m_open = {};
    m_skipping = true;
    Q_EMIT refused({ErrorKind::Usage, u"A line of the input is longer than %1 MiB and was skipped."_s.arg(lineLimit / (1024 * 1024)),
                    u"Break it into shorter lines: each is held in memory until its end has come."_s, {}});
}

} // namespace wsw::cli
