#include "support/awakeprocessors.h"

#ifdef __linux__
#include <sched.h>
#endif

namespace wsw::bench {

AwakeProcessors::AwakeProcessors()
{
#ifdef __linux__
    for (unsigned at = 0; at < std::thread::hardware_concurrency(); ++at) {
        m_threads.emplace_back([](const std::stop_token &stop) {
            const sched_param none{};
            if (sched_setscheduler(0, SCHED_IDLE, &none) != 0)
                return; // a thread of ordinary priority would compete with what is measured
            while (!stop.stop_requested())
                ;
        });
    }
#endif
}

} // namespace wsw::bench
