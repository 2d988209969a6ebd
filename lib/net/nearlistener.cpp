#include "net/nearlistener.h"

#include "net/acceptor.h"
#include "net/plainstream.h"

#include <QSocketNotifier>

#include <algorithm>
#include <vector>

#ifdef Q_OS_WIN
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <netinet/in.h>
#include <sys/socket.h>
#endif

namespace wsw::net {

namespace {

/// Strangers that are looked at side by side; more than one is already odd.
constexpr size_t candidatesAtOnce = 8;

quint16 peerPortOf(qintptr descriptor)
{
    sockaddr_in address{};
    socklen_t length = sizeof address;
#ifdef Q_OS_WIN
    const auto socket = SOCKET(descriptor);
#else
    const auto socket = int(descriptor);
#endif
    return ::getpeername(socket, reinterpret_cast<sockaddr *>(&address), &length) == 0 ? ntohs(address.sin_port) : 0;
}

/// Somebody who has connected; whether it is the speaker shows when its first bytes come.
struct Candidate
{
    qintptr descriptor = -1;
    std::unique_ptr<QSocketNotifier> notifier;
};

} // namespace

class NearListener::Private
{
public:
    Private(EpollLoop *theLoop, NearListenerHandler &theHandler, std::function<quint16()> port)
        : loop(theLoop), handler(theHandler), speakerPort(std::move(port))
    {
    }
    ~Private() { stop(); }

    void add(qintptr descriptor);
    void judge(qintptr descriptor);
    void stop();
    qintptr take(qintptr descriptor);

    EpollLoop *loop;
    NearListenerHandler &handler;
    std::function<quint16()> speakerPort;
    std::unique_ptr<Acceptor> acceptor;
    std::vector<Candidate> candidates;
};

void NearListener::Private::add(qintptr descriptor)
{
    if (descriptor < 0)
        return;
    if (candidates.size() >= candidatesAtOnce) {
        closeDescriptor(descriptor);
        return;
    }
    auto notifier = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
    QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(), [this, descriptor] { judge(descriptor); });
    candidates.push_back({descriptor, std::move(notifier)});
}

void NearListener::Private::judge(qintptr descriptor)
{
    // The speaker knows its port before it writes: whoever writes earlier, or ends, is not the speaker.
    const quint16 expected = speakerPort();
    const bool isSpeaker = expected != 0 && peerPortOf(descriptor) == expected;
    take(descriptor);
    if (!isSpeaker) {
        closeDescriptor(descriptor);
        return;
    }
    std::unique_ptr<ByteStream> stream = makePlainStream(loop, descriptor);
    stop();
    if (stream)
        handler.nearAccepted(std::move(stream));
}

qintptr NearListener::Private::take(qintptr descriptor)
{
    const auto found = std::find_if(candidates.begin(), candidates.end(),
                                    [descriptor](const Candidate &one) { return one.descriptor == descriptor; });
    found->notifier->setEnabled(false);
    found->notifier.release()->deleteLater();   // it is the one that is calling
    candidates.erase(found);
    return descriptor;
}

void NearListener::Private::stop()
{
    acceptor.reset();
    for (Candidate &one : candidates) {
        one.notifier.reset();
        closeDescriptor(one.descriptor);
    }
    candidates.clear();
}

NearListener::NearListener(EpollLoop *loop, NearListenerHandler &handler, std::function<quint16()> speakerPort)
    : d(std::make_unique<Private>(loop, handler, std::move(speakerPort)))
{
}

NearListener::~NearListener() = default;

Result<quint16> NearListener::listen()
{
    d->acceptor = makeAcceptor(d->loop, [p = d.get()](qintptr descriptor, const QString &) { p->add(descriptor); });
    const QHostAddress loopback(QHostAddress::LocalHost);
    if (const auto failure = d->acceptor->listen(loopback, 0)) {
        d->acceptor.reset();
        return bindError(failure->why, loopback.toString(), 0, failure->systemText);
    }
    return d->acceptor->port();
}

bool NearListener::isListening() const
{
    return d->acceptor != nullptr;
}

} // namespace wsw::net
