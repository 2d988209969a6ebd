#include "net/dialler.h"

#include "net/addresstext.h"
#include "net/connector.h"
#include "net/namelookup.h"
#include "net/proxyhandshake.h"
#include "net/qtbytestream.h"
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

} // namespace

class Dialler::Private final : public QObject
{
public:
    Private(EpollLoop *theLoop, DiallerHandler &theHandler) : loop(theLoop), handler(theHandler) {}
    ~Private() override { stopAll(); }

    void dial(const DialOptions &theOptions);
    void fail(const Error &error);

private:
    enum class Phase : quint8 { Idle, Looking, Connecting, Passing, Securing, Done };

    /// One address that was tried.
    struct Attempt
    {
        std::unique_ptr<Connector> connector;   ///< null: it has failed
        QString text;
    };

    void lookUp();
    void onLookedUp(const QHostInfo &info);
    void connectAll(const QList<QHostAddress> &found);
    void tryNext();
    Connector::Done whenDone();
    void onConnectorDone(Connector &connector, const std::optional<ConnectFailure> &failure);
    void onConnected(std::unique_ptr<Connector> connector);
    void pass(std::unique_ptr<QSslSocket> socket);
    void secure(std::unique_ptr<QSslSocket> socket);
    void succeed(std::unique_ptr<ByteStream> stream);
    void onTimeout();
    void stopAll();
    void begin(Phase begun, DialPhase told);
    void measure();
    [[nodiscard]] Error connectError() const;
    [[nodiscard]] Error timeoutError() const;
    [[nodiscard]] QString target() const { return hostPortText(to.host, to.port); }
    /// What TCP goes to, as a sentence has it: the target, or the proxy before it.
    [[nodiscard]] QString hop() const { return options.proxy ? QStringLiteral("the proxy %1").arg(proxyText(*options.proxy)) : target(); }
    /// The same at the beginning of a sentence; a host is written as the user wrote it.
    [[nodiscard]] QString hopFirst() const { return options.proxy ? QStringLiteral("The proxy %1").arg(proxyText(*options.proxy)) : target(); }
    [[nodiscard]] HostPort hopAddress() const { return options.proxy ? HostPort{options.proxy->host, options.proxy->port} : to; }

    EpollLoop *loop;
    DiallerHandler &handler;
    DialOptions options;
    HostPort to;                ///< what is really connected to, by us or by the proxy
    QSslConfiguration tls;
    Phase phase = Phase::Idle;
    std::unique_ptr<NameLookup> lookup;
    MonotonicNs phaseStart = 0;
    DialTimes times;
    QList<QHostAddress> addresses;      ///< still to be tried
    std::vector<Attempt> attempts;
    ConnectFailure lastFailure;
    QStringList failures;               ///< one line each, for the detail
    std::unique_ptr<ProxyHandshake> passage;
    std::unique_ptr<TlsHandshake> handshake;
    QTimer total;
    QTimer next;
};

void Dialler::Private::dial(const DialOptions &theOptions)
{
    Q_ASSERT_X(phase == Phase::Idle, "Dialler", "dials once");
    options = theOptions;
    to = {options.host, options.port};
    begin(Phase::Looking, DialPhase::Name);
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
    lookUp();
}

void Dialler::Private::begin(Phase begun, DialPhase told)
{
    phase = begun;
    phaseStart = monotonicNow();
    times.last = told;
}

void Dialler::Private::measure()
{
    const qint64 taken = monotonicNow() - phaseStart;
    switch (phase) {
    case Phase::Looking:
        times.dnsNs = taken;
        return;
    case Phase::Connecting:
        times.tcpNs = taken;
        return;
    case Phase::Passing:
        times.proxyNs = taken;
        return;
    case Phase::Securing:
        times.tlsNs = taken;
        return;
    case Phase::Idle:
    case Phase::Done:
        return;
    }
}

void Dialler::Private::lookUp()
{
    phaseStart = monotonicNow(); // certificate files have been read meanwhile
    const QString host = hopAddress().host;
    QHostAddress numeric;
    if (numeric.setAddress(host)) {
        connectAll({numeric});
        return;
    }
    lookup = std::make_unique<NameLookup>(host, [this](const QHostInfo &info) { onLookedUp(info); });
}

void Dialler::Private::onLookedUp(const QHostInfo &info)
{
    lookup.release()->deleteLater();    // it is the one that is calling
    if (phase != Phase::Looking)
        return;
    measure();
    if (info.error() == QHostInfo::NoError && !info.addresses().isEmpty()) {
        connectAll(interleaved(info.addresses()));
        return;
    }
    const QString name = hopAddress().host;
    fail({ErrorKind::NotFound,
          (options.proxy ? QStringLiteral("The name of the proxy, %1, was not found.") : QStringLiteral("The name %1 was not found.")).arg(name),
          QStringLiteral("Check the spelling, and that this machine can look up names."), info.errorString()});
}

void Dialler::Private::connectAll(const QList<QHostAddress> &found)
{
    begin(Phase::Connecting, DialPhase::Tcp);
    addresses = found;
    tryNext();
}

void Dialler::Private::tryNext()
{
    if (addresses.isEmpty())
        return;
    const QHostAddress address = addresses.takeFirst();
    const quint16 port = hopAddress().port;
    auto connector = makeConnector(loop, whenDone());
    Connector &started = *connector;
    attempts.push_back({std::move(connector), addressText(address, port)});
    started.start(address, port);
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
        return {ErrorKind::Refused, QStringLiteral("%1 refused the connection.").arg(hopFirst()),
                options.proxy ? QStringLiteral("Is the proxy running there, on this port?") : QStringLiteral("Is a server running there, on this port?"),
                detail};
    case ConnectFailure::Why::Unreachable:
        return {ErrorKind::Io, QStringLiteral("There is no way to %1 from this machine: %2.").arg(hop(), lastFailure.systemText),
                QStringLiteral("Check the address and the network."), detail};
    case ConnectFailure::Why::TimedOut:
        return {ErrorKind::TimedOut, QStringLiteral("%1 did not answer: the system gave up.").arg(hopFirst()),
                QStringLiteral("Check the address; a firewall may be dropping the packets."), detail};
    case ConnectFailure::Why::Other:
        break;
    }
    return {ErrorKind::Io, QStringLiteral("Connecting to %1 failed: %2.").arg(hop(), lastFailure.systemText),
            QStringLiteral("Check the address and the network."), detail};
}

void Dialler::Private::onConnected(std::unique_ptr<Connector> connector)
{
    measure();
    next.stop();
    addresses.clear();
    attempts.clear();
    if (options.proxy)
        pass(connector->takeTlsSocket());
    else if (options.tls)
        secure(connector->takeTlsSocket());
    else
        succeed(connector->takeStream());
}

void Dialler::Private::pass(std::unique_ptr<QSslSocket> socket)
{
    begin(Phase::Passing, DialPhase::Proxy);
    if (!socket) {
        fail({ErrorKind::Io, QStringLiteral("%1 cut the connection at once.").arg(hopFirst()), {}, {}});
        return;
    }
    passage = std::make_unique<ProxyHandshake>(
        std::move(socket), *options.proxy, to, [this](std::unique_ptr<QSslSocket> passed, const std::optional<Error> &error) {
            passage.release()->deleteLater();   // it is the one that is calling
            if (phase != Phase::Passing)
                return;
            measure();
            if (error)
                fail(*error);
            else if (options.tls)
                secure(std::move(passed));
            else
                succeed(std::make_unique<QtByteStream>(std::move(passed)));
        });
}

void Dialler::Private::secure(std::unique_ptr<QSslSocket> socket)
{
    begin(Phase::Securing, DialPhase::Tls);
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
            measure();
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
    measure();
    phase = Phase::Done;
    QMetaObject::invokeMethod(this, [this, error] {
        stopAll();
        const DialTimes taken = times;
        handler.dialFailed(error, taken);
    }, Qt::QueuedConnection);
}

void Dialler::Private::onTimeout()
{
    fail(phase == Phase::Passing ? passage->timedOut(options.timeoutMs) : timeoutError());
}

Error Dialler::Private::timeoutError() const
{
    const QString within = secondsText(options.timeoutMs);
    if (phase == Phase::Looking) {
        return {ErrorKind::TimedOut, QStringLiteral("The name %1 was not found within %2 s.").arg(hopAddress().host, within),
                QStringLiteral("Check that this machine can look up names, or allow more time."), {}};
    }
    if (phase == Phase::Securing) {
        return {ErrorKind::TimedOut, QStringLiteral("%1 accepted the connection, but did not finish the TLS handshake within %2 s.").arg(target(), within),
                QStringLiteral("Check that this port speaks TLS (wss); for a plain server use ws."), {}};
    }
    return {ErrorKind::TimedOut, QStringLiteral("%1 did not answer within %2 s.").arg(hopFirst(), within),
            QStringLiteral("Check the address; a firewall may be dropping the packets. Or allow more time."), failures.join(QLatin1Char('\n'))};
}

void Dialler::Private::stopAll()
{
    total.stop();
    next.stop();
    lookup.reset();
    attempts.clear();
    passage.reset();
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
