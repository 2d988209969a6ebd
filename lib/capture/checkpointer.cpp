#include "capture/checkpointer.h"

#include "capture/schema.h"

namespace wsw::capture {

Checkpointer::~Checkpointer()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_changed.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void Checkpointer::start(const QString &path)
{
    const std::lock_guard lock(m_mutex);
    if (m_working)
        return;
    m_wanted = path;
    m_working = true;
    if (!m_thread.joinable())
        m_thread = std::thread(&Checkpointer::run, this);
    m_changed.notify_all();
}

void Checkpointer::wait()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_working; });
}

void Checkpointer::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_stop || !m_wanted.isEmpty(); });
        if (m_wanted.isEmpty())
            return;
        const QString path = std::exchange(m_wanted, {});
        lock.unlock();
        // A connection of its own each time: an idle one would keep the file from being finished (see finishDatabase()).
        if (auto database = Database::open(path, Database::Mode::Write))
            (void)copyLog(database.value());
        lock.lock();
        m_working = false;
        m_changed.notify_all();
    }
}

} // namespace wsw::capture
