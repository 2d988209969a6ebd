#include "net/listener.h"

#include "net/acceptor.h"
#include "net/addresstext.h"
#include "net/plainstream.h"
#include "net/qtbytestream.h"
#include "net/tlsconfiguration.h"
#include "net/tlshandshake.h"

#include <QSslSocket>

#include <algorithm>
#include <vector>

namespace wsw::net {

namespace {

/// With port 0 and both loopbacks, the port that IPv4 got may be taken on IPv6: then another one is tried.
constexpr int triesForBothLoopbacks = 16;

} // namespace

class Listener::Private
{
public:
    Private(EpollLoop *theLoop, ListenerHandler &theHandler) : loop(theLoop), handler(theHandler) {}

    /// @returns nothing on success.
    std::optional<Acceptor::Failure> add(const QHostAddress &address, quint16 port);
    std::optional<Acceptor::Failure> addBothLoopbacks(quint16 port);
    void onAccepted(qintptr descriptor, const QString &systemText);
    void startTls(qintptr descriptor);
    void onTlsDone(TlsHandshake *handshake, const QString &peer, std::unique_ptr<QSslSocket> socket,
                   const std::optional<Error> &error);

    EpollLoop *loop;
    ListenerHandler &handler;
    bool stalled = false;   ///< the handler knows that connections wait
    std::vector<std::unique_ptr<Acceptor>> acceptors;
    std::optional<QSslConfiguration> tls;
    int tlsTimeoutMs = 0;
    std::vector<std::unique_ptr<TlsHandshake>> handshakes;
};

std::optional<Acceptor::Failure> Listener::Private::add(const QHostAddress &address, quint16 port)
{
    auto acceptor = makeAcceptor(loop, [this](qintptr descriptor, const QString &systemText) {
        onAccepted(descriptor, systemText);
    });
    auto failure = acceptor->listen(address, port);
    if (!failure)
        acceptors.push_back(std::move(acceptor));
    return failure;
}

std::optional<Acceptor::Failure> Listener::Private::addBothLoopbacks(quint16 port)
{
    std::optional<Acceptor::Failure> failure;
    for (int tries = 0; tries < triesForBothLoopbacks; ++tries) {
        failure = add(QHostAddress(QHostAddress::LocalHost), port);
        if (failure)
            return failure;
        failure = add(QHostAddress(QHostAddress::LocalHostIPv6), acceptors.front()->port());
        // A machine without IPv6 has one loopback only.
        if (!failure || failure->why == BindFailure::NotLocal)
            return std::nullopt;
        acceptors.clear();
        if (port != 0 || failure->why != BindFailure::InUse)
            return failure;
    }
    return failure;
}

void Listener::Private::onAccepted(qintptr descriptor, const QString &systemText)
{
    if (descriptor < 0) {
        if (!std::exchange(stalled, true)) {
            handler.acceptStalled(Error{ErrorKind::Limit,
                                        QStringLiteral("Connections wait: the system gives no more descriptors (%1).").arg(systemText),
                                        QStringLiteral("Close connections, or raise the limit of open files (ulimit -n)."), {}});
        }
        return;
    }
    if (std::exchange(stalled, false))
        handler.acceptStalled(std::nullopt);
    if (tls) {
        startTls(descriptor);
        return;
    }
    if (auto stream = makePlainStream(loop, descriptor))
        handler.accepted(std::move(stream));
}

void Listener::Private::startTls(qintptr descriptor)
{
    auto socket = std::make_unique<QSslSocket>();
    if (!socket->setSocketDescriptor(descriptor)) {
        closeDescriptor(descriptor);
        return;
    }
    const QString peer = addressText(socket->peerAddress(), socket->peerPort());
    TlsTerms terms{Role::Server, *tls, {}, peer, false, tlsTimeoutMs};
    auto own = std::make_shared<TlsHandshake *>(nullptr);
    handshakes.push_back(std::make_unique<TlsHandshake>(
        std::move(socket), std::move(terms),
        [this, own, peer](std::unique_ptr<QSslSocket> secured, const std::optional<Error> &error) {
            onTlsDone(*own, peer, std::move(secured), error);
        }));
    *own = handshakes.back().get();
}

void Listener::Private::onTlsDone(TlsHandshake *handshake, const QString &peer, std::unique_ptr<QSslSocket> socket,
                                  const std::optional<Error> &error)
{
    const auto found = std::find_if(handshakes.begin(), handshakes.end(),
                                    [handshake](const auto &one) { return one.get() == handshake; });
    found->release()->deleteLater();    // it is the one that is calling
    handshakes.erase(found);
    if (error)
        handler.acceptFailed(peer, *error);
    else
        handler.accepted(std::make_unique<QtByteStream>(std::move(socket)));
}

Listener::Listener(EpollLoop *loop, ListenerHandler &handler) : d(std::make_unique<Private>(loop, handler)) {}

Listener::~Listener() = default;

Result<quint16> Listener::listen(const ListenOptions &options)
{
    close();
    d->tls.reset();
    d->tlsTimeoutMs = options.tlsTimeoutMs;
    if (options.tls) {
        const auto configuration = serverConfiguration(*options.tls);
        if (!configuration)
            return configuration.error();
        d->tls = *configuration;
    }
    std::optional<Acceptor::Failure> failure;
    QHostAddress address;
    if (options.address == QLatin1String("localhost"))
        failure = d->addBothLoopbacks(options.port);
    else if (address.setAddress(options.address))
        failure = d->add(address, options.port);
    else
        failure = Acceptor::Failure{BindFailure::BadAddress, {}};
    if (failure)
        return bindError(failure->why, options.address, options.port, failure->systemText);
    return port();
}

void Listener::close()
{
    d->acceptors.clear();
    d->handshakes.clear();
}

bool Listener::isListening() const
{
    return !d->acceptors.empty();
}

quint16 Listener::port() const
{
    return d->acceptors.empty() ? 0 : d->acceptors.front()->port();
}

QStringList Listener::addresses() const
{
    QStringList texts;
    for (const auto &acceptor : d->acceptors)
        texts.append(addressText(acceptor->address(), acceptor->port()));
    return texts;
}

} // namespace wsw::net
