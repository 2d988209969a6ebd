#pragma once

#include "base/result.h"
#include "net/bytestream.h"

#include <functional>
#include <memory>

namespace wsw::net {

class EpollLoop;

/// Who hears from a NearListener; exactly one call, on its thread, not from within listen(). The listener may be deleted in it.
class NearListenerHandler
{
public:
    virtual ~NearListenerHandler() = default;
    /// The speaker has connected and sent its first bytes (they are still to be read). Listening has stopped.
    virtual void nearAccepted(std::unique_ptr<ByteStream> stream) = 0;
};

/// Waits on 127.0.0.1 for one connection, from the one QWebSocket that it was made for. Connections from any other port are cut:
/// another program of this machine must not slip in between. One thread. Deleting it stops listening.
class NearListener final
{
public:
    /// @p speakerPort: the local port of the speaker's socket, 0 as long as it is not known: `[ws] { return ws->localPort(); }`.
    /// It is asked when a connection's first bytes have come; QWebSocket sends none before it knows its port.
    NearListener(EpollLoop *loop, NearListenerHandler &handler, std::function<quint16()> speakerPort);
    ~NearListener();
    NearListener(const NearListener &) = delete;
    NearListener &operator=(const NearListener &) = delete;

    /// @returns the port to give to QWebSocket::open() as ws://127.0.0.1:port/
    [[nodiscard]] Result<quint16> listen();
    [[nodiscard]] bool isListening() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace wsw::net
