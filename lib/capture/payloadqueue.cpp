#include "capture/payloadqueue.h"

#include <algorithm>

namespace wsw::capture {

void PayloadQueue::push(PayloadChunk chunk)
{
    const std::lock_guard lock(m_mutex);
    m_chunks.push_back(std::move(chunk));
}

std::vector<PayloadChunk> PayloadQueue::all() const
{
    const std::lock_guard lock(m_mutex);
    return {m_chunks.begin(), m_chunks.end()};
}

void PayloadQueue::pop(size_t count)
{
    // The pieces are freed outside the lock.
    std::vector<PayloadChunk> gone;
    gone.reserve(count);
    const std::lock_guard lock(m_mutex);
    for (size_t i = 0; i < count; ++i) {
        gone.push_back(std::move(m_chunks.front()));
        m_chunks.pop_front();
    }
}

std::vector<PayloadChunk> PayloadQueue::of(wire::PayloadKey payload) const
{
    std::vector<PayloadChunk> found;
    {
        const std::lock_guard lock(m_mutex);
        std::copy_if(m_chunks.begin(), m_chunks.end(), std::back_inserter(found),
                     [payload](const PayloadChunk &chunk) { return chunk.payload == payload; });
    }
    std::sort(found.begin(), found.end(),
              [](const PayloadChunk &a, const PayloadChunk &b) { return a.offset < b.offset; });
    return found;
}

} // namespace wsw::capture
