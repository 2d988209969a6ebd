#pragma once

#include "wire/traffic.h"

#include <QByteArray>

#include <deque>
#include <mutex>
#include <vector>

namespace wsw::capture {

/// A piece of a large payload, unmasked.
struct PayloadChunk
{
    wire::PayloadKey payload = 0;
    quint64 offset = 0;
    QByteArray bytes;
};

/// Pieces of large payloads on their way to the file; readable until they are in it. Any thread.
class PayloadQueue final
{
public:
    void push(PayloadChunk chunk);
    /// All of them, oldest first; they stay in the queue until pop().
    [[nodiscard]] std::vector<PayloadChunk> all() const;
    /// The @p count oldest ones are in the file.
    void pop(size_t count);
    /// All that wait of one payload, in the order of their offsets.
    [[nodiscard]] std::vector<PayloadChunk> of(wire::PayloadKey payload) const;

private:
    mutable std::mutex m_mutex;
    std::deque<PayloadChunk> m_chunks;
};

} // namespace wsw::capture
