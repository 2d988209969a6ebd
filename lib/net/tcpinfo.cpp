#include "net/tcpinfo.h"

#ifdef Q_OS_LINUX
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

namespace wsw::net {

std::optional<TcpInfo> readTcpInfo(qintptr descriptor)
{
#ifdef Q_OS_LINUX
    tcp_info facts{};
    socklen_t length = sizeof facts;
    if (descriptor < 0 || ::getsockopt(int(descriptor), IPPROTO_TCP, TCP_INFO, &facts, &length) != 0)
        return std::nullopt;
    return TcpInfo{qint64(facts.tcpi_rtt) * nsPerUs, qint64(facts.tcpi_rttvar) * nsPerUs, facts.tcpi_total_retrans};
#else
    Q_UNUSED(descriptor)
    return std::nullopt;
#endif
}

} // namespace wsw::net
