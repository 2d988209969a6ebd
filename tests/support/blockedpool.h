#pragma once

#include <QSemaphore>
#include <QThreadPool>

#include <memory>

namespace wsw::test {

/// Keeps every thread of a pool busy until it is let go: what is given to the pool meanwhile waits.
class BlockedPool final
{
public:
    explicit BlockedPool(QThreadPool *pool) : m_threads(pool->maxThreadCount())
    {
        for (int i = 0; i < m_threads; ++i)
            pool->start([goOn = m_goOn] { goOn->acquire(); });
    }
    ~BlockedPool() { letGo(); }
    BlockedPool(const BlockedPool &) = delete;
    BlockedPool &operator=(const BlockedPool &) = delete;

    void letGo()
    {
        m_goOn->release(m_threads);
        m_threads = 0;
    }

private:
    const std::shared_ptr<QSemaphore> m_goOn = std::make_shared<QSemaphore>();
    int m_threads;
};

} // namespace wsw::test
