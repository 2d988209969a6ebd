#include "net/plainstream.h"

#include "net/qtbytestream.h"

#include <QTcpSocket>

#ifdef Q_OS_LINUX
#include "net/epollbytestream.h"

#include <fcntl.h>
#endif
#ifdef Q_OS_WIN
#include <winsock2.h>
#else
#include <unistd.h>
#endif

namespace wsw::net {

std::unique_ptr<ByteStream> makePlainStream(EpollLoop *loop, qintptr descriptor)
{
#ifdef Q_OS_LINUX
    if (loop) {
        const int flags = ::fcntl(int(descriptor), F_GETFL);
        ::fcntl(int(descriptor), F_SETFL, flags | O_NONBLOCK);
        return std::make_unique<EpollByteStream>(*loop, int(descriptor));
    }
#else
    Q_UNUSED(loop)
#endif
    auto socket = std::make_unique<QTcpSocket>();
    if (!socket->setSocketDescriptor(descriptor)) {
        closeDescriptor(descriptor);
        return nullptr;
    }
    return std::make_unique<QtByteStream>(std::move(socket));
}

void closeDescriptor(qintptr descriptor)
{
#ifdef Q_OS_WIN
    ::closesocket(SOCKET(descriptor));
#else
    ::close(int(descriptor));
#endif
}

} // namespace wsw::net
