#include "net/connector.h"

#include "net/qtconnector.h"

#ifdef Q_OS_LINUX
#include "net/epollconnector.h"
#endif

namespace wsw::net {

std::unique_ptr<Connector> makeConnector(EpollLoop *loop, Connector::Done done)
{
#ifdef Q_OS_LINUX
    if (loop)
        return std::make_unique<EpollConnector>(*loop, std::move(done));
#else
    Q_UNUSED(loop)
#endif
    return std::make_unique<QtConnector>(std::move(done));
}

} // namespace wsw::net
