#pragma once

#include <QByteArray>
#include <QFile>

#include <linux/capability.h>

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace wsw::test {

/// Moves this process into a network of its own, with a loopback, in which it and the programs that it starts may capture packets. That
/// takes no rights where the system lets users have namespaces, as Debian does. To be called before any thread is started. Returns what
/// was refused; empty: nothing.
[[nodiscard]] inline QByteArray enterOwnNetwork()
{
    const auto refused = [](const char *what) { return QByteArray(what) + ": " + std::strerror(errno); };
    const auto write = [](const char *path, const QByteArray &text) {
        QFile file{QString::fromLatin1(path)};
        return file.open(QIODevice::WriteOnly | QIODevice::Unbuffered) && file.write(text) == text.size();
    };
    const auto itself = [](unsigned id) { return QByteArray::number(id) + ' ' + QByteArray::number(id) + " 1"; };
    const QByteArray user = itself(::getuid());
    const QByteArray group = itself(::getgid());
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return refused("namespaces of its own for users and network");
    if (!write("/proc/self/setgroups", "deny") || !write("/proc/self/uid_map", user) || !write("/proc/self/gid_map", group))
        return refused("its own user in them");

    // Whoever is not root loses capabilities with the next program that is started, unless they are ambient.
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2]{};
    bool given = ::syscall(SYS_capget, &header, sets) == 0;
    for (const unsigned capability : {CAP_NET_RAW, CAP_NET_ADMIN})
        sets[capability / 32].inheritable |= 1U << (capability % 32);
    given = given && ::syscall(SYS_capset, &header, sets) == 0;
    for (const unsigned long capability : {CAP_NET_RAW, CAP_NET_ADMIN})
        given = given && ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0;
    if (!given)
        return refused("capturing in them");

    const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq loopback{};
    std::strcpy(loopback.ifr_name, "lo");
    loopback.ifr_flags = IFF_UP;
    const bool up = any >= 0 && ::ioctl(any, SIOCSIFFLAGS, &loopback) == 0;
    const QByteArray why = up ? QByteArray() : refused("a loopback");
    if (any >= 0)
        ::close(any);
    return why;
}

} // namespace wsw::test
