#include "net/dialler.h"

#include "net/addresstext.h"
#include "net/connector.h"
#include "net/namelookup.h"
#include "net/qtbytestream.h"
#include "net/qtconnector.h"
#include "net/tlsconfiguration.h"
#include "net/tlshandshake.h"

#include <QSslSocket>
#include <QTimer>

#include <algorithm>
#include <vector>

namespace wsw::net {

namespace {

/// RFC 8305, 5: how long an address may be silent before the next one is tried beside it.
constexpr int nextAddressMs = 250;

/// RFC 8305, 4: the families take turns, the resolver's first choice first.
QList<QHostAddress> interleaved(const QList<QHostAddress> &addresses)
{
    QList<QHostAddress> same;
    QList<QHostAddress> rest;
    for (const QHostAddress &address : addresses)
        (address.protocol() == addresses.first().protocol() ? same : rest).append(address);
    QList<QHostAddress> ordered;
    for (qsizetype at = 0; at < std::max(same.size(), rest.size()); ++at) {
        if (at < same.size())
            ordered.append(same[at]);
        if (at < rest.size())
            ordered.append(rest[at]);
    }
    return ordered;
}

QString secondsText(int ms)
{
    return QString::number(ms / 1000.0);
}

QString hostPortText(const QString &host, quint16 port)
{
    return (host.contains(QLatin1Char(':')) ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2")).arg(host).arg(port);
}

} // namespace

class Dialler::Private final : public QObject
{
public:
    Private(EpollLoop *theLoop, DiallerHandler &theHandler) : loop(theLoop), handler(theHandler) {}
    ~Private() override { stopAll(); }

    void dial(const DialOptions &theOptions);
    void fail(const Error &error);

private:
    enum class Phase : quint8 { Idle, Looking, Connecting, Securing, Done };

    /// One address that was tried.
    struct Attempt
    {
        std::unique_ptr<Connector> connector;   ///< null: it has failed
        QString text;
    };

    void lookUp();
    void onLookedUp(const QHostInfo &info);
    void connectAll(const QList<QHostAddress> &found);
    void connectThroughProxy();
    void tryNext();
    Connector::Done whenDone();
    void onConnectorDone(Connector &connector, const std::optional<ConnectFailure> &failure);
    void onConnected(std::unique_ptr<Connector> connector);
    void secure(std::unique_ptr<QSslSocket> socket);
    void succeed(std::unique_ptr<ByteStream> stream);
    void onTimeout();
    void stopAll();
    [[nodiscard]] Error connectError() const;
    [[nodiscard]] QString target() const { return hostPortText(to.host, to.port); }

    EpollLoop *loop;
    DiallerHandler &handler;
    DialOptions options;
    HostPort to;                ///< what is really connected to
    QSslConfiguration tls;
    Phase phase = Phase::Idle;
    std::unique_ptr<NameLookup> lookup;
    MonotonicNs phaseStart = 0;
    DialTimes times;
    QList<QHostAddress> addresses;      ///< still to be tried
    std::vector<Attempt> attempts;
    ConnectFailure lastFailure;
    QStringList failures;               ///< one line each, for the detail
    std::unique_ptr<TlsHandshake> handshake;
    QTimer total;
    QTimer next;
};

void Dialler::Private::dial(const DialOptions &theOptions)
{
    Q_ASSERT_X(phase == Phase::Idle, "Dialler", "dials once");
    options = theOptions;
    to = {options.host, options.port};
    phaseStart = monotonicNow();
    phase = Phase::Looking;
    connect(&total, &QTimer::timeout, this, &Private::onTimeout);
    connect(&next, &QTimer::timeout, this, &Private::tryNext);
    next.setSingleShot(true);
    total.setSingleShot(true);
    total.start(options.timeoutMs);
    if (!options.dialAddress.isEmpty()) {
        to = parseHostPort(options.dialAddress, options.port);
        if (to.host.isEmpty()) {
            fail({ErrorKind::Usage, QStringLiteral("\"%1\" is not an address to connect to.").arg(options.dialAddress),
                  QStringLiteral("Write host, host:port or [IPv6]:port."), {}});
            return;
        }
    }
    if (options.tls) {
        const auto configuration = clientConfiguration(*options.tls);
        if (!configuration) {
            fail(configuration.error());
            return;
        }
        tls = *configuration;
    }
    if (options.proxy && options.proxy->type() != QNetworkProxy::NoProxy)
        connectThroughProxy();
    else
        lookUp();
}

void Dialler::Private::lookUp()
{
    QHostAddress numeric;
    if (numeric.setAddress(to.host)) {
        connectAll({numeric});
        return;
    }
    lookup = std::make_unique<NameLookup>(to.host, [this](const QHostInfo &info) { onLookedUp(info); });
}

void Dialler::Private::onLookedUp(const QHostInfo &info)
{
    lookup.release()->deleteLater();    // it is the one that is calling
    if (phase != Phase::Looking)
        return;
    times.dnsNs = monotonicNow() - phaseStart;
    if (info.error() == QHostInfo::NoError && !info.addresses().isEmpty()) {
        connectAll(interleaved(info.addresses()));
        return;
    }
    fail({ErrorKind::NotFound, QStringLiteral("The name %1 was not found.").arg(to.host),
          QStringLiteral("Check the spelling, and that this machine can look up names."), info.errorString()});
}

void Dialler::Private::connectAll(const QList<QHostAddress> &found)
{
    phase = Phase::Connecting;
    phaseStart = monotonicNow();
    addresses = found;
    tryNext();
}

void Dialler::Private::connectThroughProxy()
{
    phase = Phase::Connecting;
    phaseStart = monotonicNow();
    auto connector = std::make_unique<QtConnector>(whenDone());
    QtConnector &started = *connector;
    attempts.push_back({std::move(connector), QStringLiteral("%1 through %2")
                                                  .arg(target(), hostPortText(options.proxy->hostName(), options.proxy->port()))});
    started.startThroughProxy(*options.proxy, to.host, to.port);
}

void Dialler::Private::tryNext()
{
    if (addresses.isEmpty())
        return;
    const QHostAddress address = addresses.takeFirst();
    auto connector = makeConnector(loop, whenDone());
    Connector &started = *connector;
    attempts.push_back({std::move(connector), addressText(address, to.port)});
    started.start(address, to.port);
    if (!addresses.isEmpty())
        next.start(nextAddressMs);
}

Connector::Done Dialler::Private::whenDone()
{
    return [this](Connector &connector, const std::optional<ConnectFailure> &failure) { onConnectorDone(connector, failure); };
}

void Dialler::Private::onConnectorDone(Connector &connector, const std::optional<ConnectFailure> &failure)
{
    if (phase != Phase::Connecting)
        return;
    const auto attempt = std::find_if(attempts.begin(), attempts.end(),
                                      [&connector](const Attempt &one) { return one.connector.get() == &connector; });
    std::unique_ptr<Connector> own = std::move(attempt->connector);
    if (!failure) {
        onConnected(std::move(own));
        return;
    }
    failures.append(QStringLiteral("%1: %2").arg(attempt->text, failure->systemText));
    lastFailure = *failure;
    if (!addresses.isEmpty()) {
        tryNext();
        return;
    }
    const bool underWay = std::any_of(attempts.begin(), attempts.end(), [](const Attempt &one) { return one.connector != nullptr; });
    if (!underWay)
        fail(connectError());
}

Error Dialler::Private::connectError() const
{
    const QString detail = failures.join(QLatin1Char('\n'));
    switch (lastFailure.why) {
    case ConnectFailure::Why::Refused:
        return {ErrorKind::Refused, QStringLiteral("%1 refused the connection.").arg(target()),
                QStringLiteral("Is a server running there, on this port?"), detail};
    case ConnectFailure::Why::Unreachable:
        return {ErrorKind::Io, QStringLiteral("There is no way to %1 from this machine: %2.").arg(target(), lastFailure.systemText),
                QStringLiteral("Check the address and the network."), detail};
    case ConnectFailure::Why::TimedOut:
        return {ErrorKind::TimedOut, QStringLiteral("%1 did not answer: the system gave up.").arg(target()),
                QStringLiteral("Check the address; a firewall may be dropping the packets."), detail};
    case ConnectFailure::Why::NameNotFound:
        return {ErrorKind::NotFound, QStringLiteral("The name %1 was not found.").arg(to.host),
                QStringLiteral("Check the spelling, and that the proxy can look up names."), detail};
    case ConnectFailure::Why::Proxy:
        return {ErrorKind::Refused, QStringLiteral("The proxy did not connect to %1: %2.").arg(target(), lastFailure.systemText),
                QStringLiteral("Check the proxy's address, user and password."), detail};
    case ConnectFailure::Why::Other:
        break;
    }
    return {ErrorKind::Io, QStringLiteral("Connecting to %1 failed: %2.").arg(target(), lastFailure.systemText),
            QStringLiteral("Check the address and the network."), detail};
}

void Dialler::Private::onConnected(std::unique_ptr<Connector> connector)
{
    times.tcpNs = monotonicNow() - phaseStart;
    next.stop();
    addresses.clear();
    attempts.clear();
    if (options.tls)
        secure(connector->takeTlsSocket());
    else
        succeed(connector->takeStream());
}

void Dialler::Private::secure(std::unique_ptr<QSslSocket> socket)
{
    phase = Phase::Securing;
    phaseStart = monotonicNow();
    if (!socket) {
        fail({ErrorKind::Io, QStringLiteral("The connection to %1 was cut at once.").arg(target()), {}, {}});
        return;
    }
    const QString name = options.tls->serverName.isEmpty() ? options.host : options.tls->serverName;
    TlsTerms terms{Role::Client, tls, name, target(), options.tls->ignoreErrors, 0};
    handshake = std::make_unique<TlsHandshake>(
        std::move(socket), std::move(terms), [this](std::unique_ptr<QSslSocket> secured, const std::optional<Error> &error) {
            handshake.release()->deleteLater();     // it is the one that is calling
            if (phase != Phase::Securing)
                return;
            times.tlsNs = monotonicNow() - phaseStart;
            if (error)
                fail(*error);
            else
                succeed(std::make_unique<QtByteStream>(std::move(secured)));
        });
}

void Dialler::Private::succeed(std::unique_ptr<ByteStream> stream)
{
    if (!stream) {
        fail({ErrorKind::Io, QStringLiteral("The connection to %1 was cut at once.").arg(target()), {}, {}});
        return;
    }
    phase = Phase::Done;
    stopAll();
    const DialTimes taken = times;
    handler.dialled(std::move(stream), taken);
}

void Dialler::Private::fail(const Error &error)
{
    if (phase == Phase::Done)
        return;
    phase = Phase::Done;
    QMetaObject::invokeMethod(this, [this, error] {
        stopAll();
        const DialTimes taken = times;
        handler.dialFailed(error, taken);
    }, Qt::QueuedConnection);
}

void Dialler::Private::onTimeout()
{
    const QString within = secondsText(options.timeoutMs);
    switch (phase) {
    case Phase::Looking:
        fail({ErrorKind::TimedOut, QStringLiteral("The name %1 was not found within %2 s.").arg(to.host, within),
              QStringLiteral("Check that this machine can look up names, or allow more time."), {}});
        return;
    case Phase::Connecting:
        fail({ErrorKind::TimedOut, QStringLiteral("%1 did not answer within %2 s.").arg(target(), within),
              QStringLiteral("Check the address; a firewall may be dropping the packets. Or allow more time."), failures.join(QLatin1Char('\n'))});
        return;
    case Phase::Securing:
        fail({ErrorKind::TimedOut, QStringLiteral("%1 accepted the connection, but did not finish the TLS handshake within %2 s.").arg(target(), within),
              QStringLiteral("Check that this port speaks TLS (wss); for a plain server use ws."), {}});
        return;
    case Phase::Idle:
    case Phase::Done:
        return;
    }
}

void Dialler::Private::stopAll()
{
    total.stop();
    next.stop();
    lookup.reset();
    attempts.clear();
    handshake.reset();
}

Dialler::Dialler(EpollLoop *loop, DiallerHandler &handler) : d(std::make_unique<Private>(loop, handler)) {}

Dialler::~Dialler() = default;

void Dialler::dial(const DialOptions &options)
{
    d->dial(options);
}

void Dialler::cancel()
{
    d->fail({ErrorKind::Cancelled, QStringLiteral("Connecting was cancelled."), {}, {}});
}

} // namespace wsw::net
