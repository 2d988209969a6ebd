#pragma once

#include <thread>
#include <vector>

namespace wsw::bench {

/// While it exists, no processor of this machine halts: a thread of idle priority (SCHED_IDLE) runs on each, and gives way at once to
/// whatever else can run. A virtual processor that has halted takes from 20 to 100 us to wake, and how long depends on what else the
/// machine that carries it is doing; a round trip of one small message costs less work than that. Linux only: elsewhere it does nothing.
class AwakeProcessors final
{
public:
    AwakeProcessors();
    AwakeProcessors(const AwakeProcessors &) = delete;
    AwakeProcessors &operator=(const AwakeProcessors &) = delete;

private:
    std::vector<std::jthread> m_threads;
};

} // namespace wsw::bench
