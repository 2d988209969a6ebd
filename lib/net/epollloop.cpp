#include "net/epollloop.h"

#include <QCoreApplication>
#include <QEvent>
#include <QSocketNotifier>

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <unistd.h>

namespace wsw::net {

namespace {

constexpr size_t batchEvents = 256;
/// While a batch was busy, the next one is taken at once, without a turn through Qt's loop; but not for ever, timers wait.
constexpr int batchesPerTurn = 4;
constexpr int busyBatch = 4;

const QEvent::Type wakeEvent = QEvent::Type(QEvent::registerEventType());

} // namespace

struct EpollLoop::Batch
{
    std::array<epoll_event, batchEvents> events;
    size_t count = 0;
};

EpollSource::~EpollSource()
{
    m_loop.forget(this);
}

void EpollSource::wakeAtTurnEnd()
{
    if (m_wakeAt == notWaiting)
        m_loop.wake(this);
}

bool EpollSource::watch(int descriptor, quint32 events)
{
    epoll_event wanted{};
    wanted.events = events;
    wanted.data.ptr = this;
    if (epoll_ctl(m_loop.m_descriptor, m_watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &wanted) != 0)
        return false;
    if (!m_watched)
        ++m_loop.m_count;
    m_watched = true;
    return true;
}

void EpollSource::unwatch(int descriptor)
{
    if (!m_watched)
        return;
    epoll_ctl(m_loop.m_descriptor, EPOLL_CTL_DEL, descriptor, nullptr);
    --m_loop.m_count;
    m_watched = false;
}

std::unique_ptr<EpollLoop> EpollLoop::create()
{
    const int descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0)
        return nullptr;
    return std::unique_ptr<EpollLoop>(new EpollLoop(descriptor));
}

EpollLoop::EpollLoop(int descriptor)
    : m_descriptor(descriptor), m_batch(std::make_unique<Batch>()),
      m_readBuffer(std::make_unique_for_overwrite<char[]>(readBufferBytes)),
      m_notifier(std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read))
{
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &EpollLoop::turn);
}

EpollLoop::~EpollLoop()
{
    Q_ASSERT_X(m_count == 0, "EpollLoop", "destroyed before its sources");
    m_notifier.reset();
    ::close(m_descriptor);
}

bool EpollLoop::event(QEvent *event)
{
    if (event->type() != wakeEvent)
        return QObject::event(event);
    m_wakePosted = false;
    endTurn();
    return true;
}

void EpollLoop::turn()
{
    Q_ASSERT_X(!m_inBatch, "EpollLoop", "a handler runs an event loop of its own");
    for (int batches = 0; batches < batchesPerTurn; ++batches) {
        const int count = handleBatch();
        endTurn();
        if (count < busyBatch)
            break;
    }
}

int EpollLoop::handleBatch()
{
    const int count = epoll_wait(m_descriptor, m_batch->events.data(), batchEvents, 0);
    if (count <= 0)
        return 0;
    m_realtimeOffset = wallNow() - monotonicNow();
    m_batch->count = size_t(count);
    m_inBatch = true;
    for (size_t at = 0; at < m_batch->count; ++at) {
        const epoll_event &now = m_batch->events[at];
        if (now.data.ptr)
            static_cast<EpollSource *>(now.data.ptr)->ready(now.events);
    }
    m_inBatch = false;
    m_batch->count = 0;
    return count;
}

void EpollLoop::endTurn()
{
    // Only those that wait now: one that is written to by a drained() must not keep the loop from its timers.
    const size_t count = m_waiting.size();
    for (size_t at = 0; at < count; ++at) {
        EpollSource *source = std::exchange(m_waiting[at], nullptr);
        if (!source)
            continue;
        source->m_wakeAt = EpollSource::notWaiting;
        source->turnEnded();
    }
    m_waiting.erase(m_waiting.begin(), m_waiting.begin() + qptrdiff(count));
    for (size_t at = 0; at < m_waiting.size(); ++at) {
        if (m_waiting[at])
            m_waiting[at]->m_wakeAt = quint32(at);
    }
}

void EpollLoop::wake(EpollSource *source)
{
    source->m_wakeAt = quint32(m_waiting.size());
    m_waiting.push_back(source);
    if (m_inBatch || m_wakePosted)
        return;
    m_wakePosted = true;
    QCoreApplication::postEvent(this, new QEvent(wakeEvent));
}

void EpollLoop::forget(EpollSource *source)
{
    if (source->m_watched)
        --m_count;
    if (source->m_wakeAt != EpollSource::notWaiting)
        m_waiting[source->m_wakeAt] = nullptr;
    for (Guard *guard = m_guards; guard; guard = guard->m_outer) {
        if (guard->m_source == source)
            guard->m_source = nullptr;
    }
    for (size_t at = 0; at < m_batch->count; ++at) {
        if (m_batch->events[at].data.ptr == source)
            m_batch->events[at].data.ptr = nullptr;
    }
}

} // namespace wsw::net
