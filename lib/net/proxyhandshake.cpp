#include "net/proxyhandshake.h"

#include <QSslSocket>

#include <utility>

namespace wsw::net {

ProxyHandshake::ProxyHandshake(std::unique_ptr<QSslSocket> socket, const OutgoingProxy &proxy, const HostPort &target, Done done)
    : m_socket(std::move(socket)), m_talk(proxy, target), m_done(std::move(done))
{
    connect(m_socket.get(), &QSslSocket::readyRead, this, &ProxyHandshake::read);
    connect(m_socket.get(), &QSslSocket::disconnected, this, &ProxyHandshake::onEnded);
    follow(m_talk.start());
    if (m_socket->state() != QAbstractSocket::ConnectedState)
        onEnded();
}

ProxyHandshake::~ProxyHandshake()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket.release()->deleteLater();  // we may be inside one of its signals
}

Error ProxyHandshake::timedOut(int ms)
{
    std::ignore = m_talk.timedOut(ms);
    return m_talk.error();
}

void ProxyHandshake::read()
{
    while (!m_finished && m_socket->bytesAvailable() > 0)
        follow(m_talk.take(m_socket->read(m_talk.wanted())));
}

void ProxyHandshake::onEnded()
{
    read();
    if (!m_finished)
        follow(m_talk.ended(m_socket->errorString()));
}

void ProxyHandshake::follow(const ProxyTalk::Step &step)
{
    switch (step.outcome) {
    case ProxyTalk::Outcome::NeedMore:
        if (!step.toProxy.isEmpty())
            m_socket->write(step.toProxy);
        return;
    case ProxyTalk::Outcome::Connected:
        finish(std::nullopt);
        return;
    case ProxyTalk::Outcome::Failed:
        finish(m_talk.error());
        return;
    }
}

void ProxyHandshake::finish(const std::optional<Error> &error)
{
    if (std::exchange(m_finished, true))
        return;
    m_socket->disconnect(this);
    // Not from within the socket's own signal: who gets the socket may delete it.
    QMetaObject::invokeMethod(this, [this, error] {
        const Done done = std::move(m_done);
        if (error)
            done(nullptr, error);
        else
            done(std::move(m_socket), std::nullopt);
    }, Qt::QueuedConnection);
}

} // namespace wsw::net
