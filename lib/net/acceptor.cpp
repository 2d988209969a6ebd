#include "net/acceptor.h"

#include "net/qtacceptor.h"

#ifdef Q_OS_LINUX
#include "net/epollacceptor.h"
#endif

namespace wsw::net {

std::unique_ptr<Acceptor> makeAcceptor(EpollLoop *loop, Acceptor::Accepted accepted)
{
#ifdef Q_OS_LINUX
    if (loop)
        return std::make_unique<EpollAcceptor>(*loop, std::move(accepted));
#else
    Q_UNUSED(loop)
#endif
    return std::make_unique<QtAcceptor>(std::move(accepted));
}

} // namespace wsw::net
