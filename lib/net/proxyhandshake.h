#pragma once

#include "net/proxytalk.h"

#include <QObject>

#include <functional>
#include <memory>

class QSslSocket;

namespace wsw::net {

/// Asks an outgoing proxy, on a connected socket, for a connection to its target. Deleting it cuts the connection without a call.
class ProxyHandshake final : public QObject
{
    Q_OBJECT
public:
    /// The socket, from now on connected to the target, or why it is not (the socket is null then). One call, from the event loop; the
    /// handshake may be deleted in it.
    using Done = std::function<void(std::unique_ptr<QSslSocket> socket, const std::optional<Error> &error)>;

    ProxyHandshake(std::unique_ptr<QSslSocket> socket, const OutgoingProxy &proxy, const HostPort &target, Done done);
    ~ProxyHandshake() override;

    /// The time is over: why, in words.
    [[nodiscard]] Error timedOut(int ms);

private:
    void read();
    void onEnded();
    void follow(const ProxyTalk::Step &step);
    void finish(const std::optional<Error> &error);

    std::unique_ptr<QSslSocket> m_socket;
    ProxyTalk m_talk;
    Done m_done;
    bool m_finished = false;
};

} // namespace wsw::net
