#pragma once

#include <linux/capability.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace wsw::test {

/// While it lives this thread may not listen on privileged ports, and there are such ports: whoever runs the tests may be root, or on a
/// machine that has none (a container). Then the thread has a network of its own, in which no address but the wildcard exists.
class Unprivileged final
{
public:
    explicit Unprivileged(int firstUnprivilegedPort)
    {
        if (firstUnprivilegedPort < 2) {
            m_network = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
            m_ownNetwork = m_network >= 0 && ::unshare(CLONE_NEWNET) == 0;
        }
        m_hasPorts = firstUnprivilegedPort >= 2 || m_ownNetwork;
        Sets sets = m_before = read();
        constexpr unsigned bind = CAP_NET_BIND_SERVICE;
        sets.words[bind / 32].effective &= ~(1U << (bind % 32));
        m_dropped = write(sets);
    }
    ~Unprivileged()
    {
        write(m_before);
        if (m_ownNetwork)
            ::setns(m_network, CLONE_NEWNET);
        if (m_network >= 0)
            ::close(m_network);
    }
    Unprivileged(const Unprivileged &) = delete;
    Unprivileged &operator=(const Unprivileged &) = delete;

    /// False: this machine has no privileged ports, and this user may not make it some.
    [[nodiscard]] bool isPossible() const { return m_hasPorts && m_dropped; }
    /// Where to listen meanwhile.
    [[nodiscard]] const char *address() const { return m_ownNetwork ? "0.0.0.0" : "127.0.0.1"; }

private:
    struct Sets
    {
        __user_cap_data_struct words[2]{};
    };
    static __user_cap_header_struct header() { return {_LINUX_CAPABILITY_VERSION_3, 0}; }
    static Sets read()
    {
        Sets sets;
        __user_cap_header_struct which = header();
        ::syscall(SYS_capget, &which, sets.words);
        return sets;
    }
    static bool write(const Sets &sets)
    {
        __user_cap_header_struct which = header();
        return ::syscall(SYS_capset, &which, sets.words) == 0;
    }

    Sets m_before;
    int m_network = -1;
    bool m_ownNetwork = false;
    bool m_hasPorts = false;
    bool m_dropped = false;
};

} // namespace wsw::test
