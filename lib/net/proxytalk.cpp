#include "net/proxytalk.h"

#include "net/addresstext.h"
#include "net/relayerrors.h"

#include <QHostAddress>
#include <QtEndian>

#include <algorithm>

namespace wsw::net {

namespace {

// RFC 1928 and 1929.
constexpr char socksVersion = 5;
constexpr char loginVersion = 1;
constexpr char withoutLogin = 0;
constexpr char withLogin = 2;
constexpr int noMethod = 0xff;
constexpr char connectCommand = 1;
constexpr char ipv4 = 1;
constexpr char domainName = 3;
constexpr char ipv6 = 4;
constexpr qsizetype longestPart = 255;  // of a name, a user, a password: their length is one byte

/// The page with which a proxy refuses is read up to this, to be shown.
constexpr qsizetype refusalBytes = 4 * 1024;

constexpr int proxyLoginWanted = 407;
constexpr int loginWanted = 401;            ///< meant for servers; tinyproxy gives it for a wrong password

QString socksReplyText(int reply)
{
    switch (reply) {
    case 1: return QStringLiteral("it has failed, and does not say why (reply 1)");
    case 2: return QStringLiteral("its rules do not allow it (reply 2)");
    case 3: return QStringLiteral("it finds no way to that network (reply 3)");
    case 4: return QStringLiteral("it finds no way to that host, or not its name (reply 4)");
    case 5: return QStringLiteral("the server refused the connection (reply 5)");
    case 6: return QStringLiteral("the server did not answer it in time (reply 6)");
    case 7: return QStringLiteral("it does not know how to connect for others (reply 7)");
    case 8: return QStringLiteral("it cannot do this sort of address (reply 8)");
    default: return QStringLiteral("it answered with the unknown reply %1").arg(reply);
    }
}

QString remedyForStatus(int status)
{
    if (status == 403)
        return QStringLiteral("Its rules do not allow this address or port; many proxies allow 443 only, for wss://.");
    if (status == 502 || status == 503 || status == 504)
        return QStringLiteral("Check that the server runs, and that the proxy can reach it by this name.");
    if (status == 400 || status == 404 || status == 405 || status == 501)
        return QStringLiteral("Check the proxy's address: what answers there may be a web server, or a proxy that makes no connections (CONNECT).");
    return QStringLiteral("Ask whoever runs the proxy, or look into its log.");
}

bool offersBasic(const wire::Head &response)
{
    const QList<QByteArray> offers = response.values("Proxy-Authenticate");
    return offers.isEmpty() || std::ranges::any_of(offers, [](const QByteArray &offer) { return offer.trimmed().toLower().startsWith("basic"); });
}

} // namespace

QString proxyText(const OutgoingProxy &proxy)
{
    const QString scheme = proxy.kind == OutgoingProxy::Kind::Http ? QStringLiteral("http") : QStringLiteral("socks5");
    return scheme + QStringLiteral("://") + hostPortText(proxy.host, proxy.port);
}

ProxyTalk::ProxyTalk(OutgoingProxy proxy, HostPort target)
    : m_proxy(std::move(proxy)), m_target(std::move(target)),
      m_phase(m_proxy.kind == OutgoingProxy::Kind::Http ? Phase::Head : Phase::Method)
{
}

QString ProxyTalk::name() const
{
    return QStringLiteral("The proxy %1").arg(proxyText(m_proxy));
}

QString ProxyTalk::targetText() const
{
    return hostPortText(m_target.host, m_target.port);
}

ProxyTalk::Step ProxyTalk::start()
{
    if (m_proxy.kind == OutgoingProxy::Kind::Http)
        return {Outcome::NeedMore, connectRequest()};
    for (const QString &part : {m_target.host, m_proxy.user, m_proxy.password}) {
        if (part.toUtf8().size() > longestPart) {
            return fail(ErrorKind::Usage, QStringLiteral("A SOCKS5 proxy can be given names, users and passwords of at most 255 bytes."),
                        QStringLiteral("Shorten what is longer, or use an HTTP proxy."));
        }
    }
    return {Outcome::NeedMore, socksGreeting()};
}

QByteArray ProxyTalk::connectRequest() const
{
    const QByteArray target = targetText().toUtf8();
    QByteArray request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
    // RFC 7617, 2
    if (!m_proxy.user.isEmpty())
        request += "Proxy-Authorization: Basic " + (m_proxy.user + QLatin1Char(':') + m_proxy.password).toUtf8().toBase64() + "\r\n";
    return request + "\r\n";
}

QByteArray ProxyTalk::socksGreeting() const
{
    if (m_proxy.user.isEmpty())
        return QByteArray{}.append(socksVersion).append(char(1)).append(withoutLogin);
    return QByteArray{}.append(socksVersion).append(char(2)).append(withoutLogin).append(withLogin);
}

QByteArray ProxyTalk::socksLogin() const
{
    const QByteArray user = m_proxy.user.toUtf8();
    const QByteArray password = m_proxy.password.toUtf8();
    return QByteArray{}.append(loginVersion).append(char(user.size())).append(user).append(char(password.size())).append(password);
}

QByteArray ProxyTalk::socksRequest() const
{
    QByteArray request = QByteArray{}.append(socksVersion).append(connectCommand).append('\0');
    const QHostAddress address(m_target.host);
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        QByteArray bytes(4, Qt::Uninitialized);
        qToBigEndian(address.toIPv4Address(), bytes.data());
        request.append(ipv4).append(bytes);
    } else if (address.protocol() == QAbstractSocket::IPv6Protocol) {
        const Q_IPV6ADDR bytes = address.toIPv6Address();
        request.append(ipv6).append(reinterpret_cast<const char *>(bytes.c), sizeof bytes.c);
    } else {
        const QByteArray host = m_target.host.toUtf8();
        request.append(domainName).append(char(host.size())).append(host);
    }
    QByteArray port(2, Qt::Uninitialized);
    qToBigEndian(m_target.port, port.data());
    return request + port;
}

qsizetype ProxyTalk::wanted() const
{
    constexpr qsizetype choice = 2;         // version, method; or version, status
    constexpr qsizetype replyStart = 5;     // version, reply, reserved, sort of address, its first byte
    constexpr qsizetype replyHead = 4;
    constexpr qsizetype portBytes = 2;
    switch (m_phase) {
    case Phase::Head:
        return 1;
    case Phase::Body:
        return refusalBytes;
    case Phase::Method:
    case Phase::Login:
        return choice - m_in.size();
    case Phase::Reply:
        break;
    }
    if (m_in.size() < replyStart)
        return replyStart - m_in.size();
    const qsizetype address = m_in[3] == ipv4 ? 4 : m_in[3] == ipv6 ? 16 : 1 + qsizetype(uchar(m_in[4]));
    return replyHead + address + portBytes - m_in.size();
}

ProxyTalk::Step ProxyTalk::take(QByteArrayView bytes)
{
    if (m_proxy.kind == OutgoingProxy::Kind::Http)
        return takeHttp(bytes);
    m_in.append(bytes);
    return takeSocks();
}

ProxyTalk::Step ProxyTalk::takeHttp(QByteArrayView bytes)
{
    if (m_phase == Phase::Body) {
        m_body->feed(bytes);
        return m_body->isComplete() || m_body->taken() >= quint64{refusalBytes} ? refused() : Step{};
    }
    m_head.feed(bytes);
    switch (m_head.status()) {
    case wire::HeadStatus::NeedMore:
        return {};
    case wire::HeadStatus::Malformed:
    case wire::HeadStatus::TooLarge:
        return fail(ErrorKind::Protocol, QStringLiteral("What %1 answered is no HTTP. %2").arg(proxyText(m_proxy), m_head.problem()),
                    QStringLiteral("Check the proxy's address and its sort: a SOCKS5 proxy is written socks5://%1.").arg(hostPortText(m_proxy.host, m_proxy.port)),
                    excerpt(m_head.head().raw, refusalBytes));
    case wire::HeadStatus::Complete:
        break;
    }
    const wire::Head &response = m_head.head();
    if (response.status >= 200 && response.status < 300)
        return {Outcome::Connected, {}};
    m_body.emplace("GET", response, refusalBytes);
    m_phase = Phase::Body;
    return m_body->isComplete() ? refused() : Step{};
}

ProxyTalk::Step ProxyTalk::refused()
{
    const wire::Head &response = m_head.head();
    QString detail = excerpt(response.raw, refusalBytes).trimmed();
    if (!m_body->content().isEmpty())
        detail += QStringLiteral("\n\n") + excerpt(m_body->content(), refusalBytes).trimmed();
    const QString status = statusText(response);
    if (response.status != proxyLoginWanted && response.status != loginWanted) {
        return fail(ErrorKind::Refused, QStringLiteral("%1 did not connect to %2: it answered %3.").arg(name(), targetText(), status),
                    remedyForStatus(response.status), detail);
    }
    if (!offersBasic(response)) {
        return fail(ErrorKind::Refused, QStringLiteral("%1 wants a login that this program cannot do (%2).").arg(name(), status),
                    QStringLiteral("It can do Basic only: let the proxy accept that, or use another."), detail);
    }
    if (m_proxy.user.isEmpty()) {
        return fail(ErrorKind::Refused, QStringLiteral("%1 wants a user and a password (%2).").arg(name(), status),
                    QStringLiteral("Write them into its address: http://user:password@%1.").arg(hostPortText(m_proxy.host, m_proxy.port)), detail);
    }
    return fail(ErrorKind::Refused, QStringLiteral("%1 does not accept the user %2 with this password (%3).").arg(name(), m_proxy.user, status),
                QStringLiteral("Check both; in the proxy's address, write @ as %40 and : as %3A."), detail);
}

ProxyTalk::Step ProxyTalk::takeSocks()
{
    if (m_in[0] != (m_phase == Phase::Login ? loginVersion : socksVersion)) {
        return fail(ErrorKind::Protocol, QStringLiteral("What %1 answered is no SOCKS5.").arg(proxyText(m_proxy)),
                    QStringLiteral("Check the proxy's address and its sort: an HTTP proxy is written http://%1.").arg(hostPortText(m_proxy.host, m_proxy.port)),
                    excerpt(m_in, refusalBytes));
    }
    if (wanted() > 0)
        return {};
    const int answer = uchar(m_in[1]);
    switch (m_phase) {
    case Phase::Method:
        m_in.clear();
        return methodChosen(answer);
    case Phase::Login:
        m_in.clear();
        if (answer != 0)
            return loginRefused();
        m_phase = Phase::Reply;
        return {Outcome::NeedMore, socksRequest()};
    case Phase::Reply:
        if (answer != 0)
            return notConnected(answer);
        return {Outcome::Connected, {}};
    case Phase::Head:
    case Phase::Body:
        break;
    }
    return {};
}

ProxyTalk::Step ProxyTalk::methodChosen(int method)
{
    if (method == withoutLogin) {
        m_phase = Phase::Reply;
        return {Outcome::NeedMore, socksRequest()};
    }
    if (method == withLogin && !m_proxy.user.isEmpty()) {
        m_phase = Phase::Login;
        return {Outcome::NeedMore, socksLogin()};
    }
    if (method == noMethod && m_proxy.user.isEmpty()) {
        return fail(ErrorKind::Refused, QStringLiteral("%1 wants a user and a password.").arg(name()),
                    QStringLiteral("Write them into its address: socks5://user:password@%1.").arg(hostPortText(m_proxy.host, m_proxy.port)));
    }
    return fail(ErrorKind::Refused, QStringLiteral("%1 wants a login that this program cannot do.").arg(name()),
                QStringLiteral("It can do user and password, or none: let the proxy accept that, or use another."));
}

ProxyTalk::Step ProxyTalk::loginRefused()
{
    return fail(ErrorKind::Refused, QStringLiteral("%1 does not accept the user %2 with this password.").arg(name(), m_proxy.user),
                QStringLiteral("Check both; in the proxy's address, write @ as %40 and : as %3A."));
}

ProxyTalk::Step ProxyTalk::notConnected(int reply)
{
    constexpr int notAllowed = 2;
    return fail(ErrorKind::Refused, QStringLiteral("%1 did not connect to %2: %3.").arg(name(), targetText(), socksReplyText(reply)),
                reply == notAllowed ? QStringLiteral("Ask whoever runs the proxy to allow this address and port.")
                                    : QStringLiteral("Check that the server runs, and that the proxy can reach it by this name."));
}

ProxyTalk::Step ProxyTalk::ended(const QString &why)
{
    if (m_phase == Phase::Body)
        return refused();
    const bool silent = m_in.isEmpty() && m_head.head().raw.isEmpty() && m_phase != Phase::Login && m_phase != Phase::Reply;
    return fail(ErrorKind::Protocol,
                silent ? QStringLiteral("%1 closed the connection without an answer.").arg(name())
                       : QStringLiteral("%1 closed the connection before that to %2 stood.").arg(name(), targetText()),
                QStringLiteral("Check the proxy's address and its sort (http:// or socks5://), and look into its log."), why);
}

ProxyTalk::Step ProxyTalk::timedOut(int ms)
{
    if (m_phase == Phase::Body)
        return refused();
    return fail(ErrorKind::TimedOut,
                QStringLiteral("%1 took the connection, but that to %2 did not stand within %3 s.").arg(name(), targetText()).arg(ms / 1000.0),
                QStringLiteral("Check that the server can be reached from the proxy, and the proxy's sort (http:// or socks5://); or allow more time."));
}

ProxyTalk::Step ProxyTalk::fail(ErrorKind kind, const QString &message, const QString &remedy, const QString &detail)
{
    m_error = Error{kind, message, remedy, detail};
    return {Outcome::Failed, {}};
}

} // namespace wsw::net
