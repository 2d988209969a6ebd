// Systems without epoll: no loop, so everything in this room uses Qt's sockets.
#include "net/epollloop.h"

#include <QSocketNotifier>

namespace wsw::net {

struct EpollLoop::Batch
{
};

std::unique_ptr<EpollLoop> EpollLoop::create()
{
    return nullptr;
}

EpollLoop::~EpollLoop() = default;

bool EpollLoop::event(QEvent *event)
{
    return QObject::event(event);
}

} // namespace wsw::net
