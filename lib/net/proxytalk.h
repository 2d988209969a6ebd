#pragma once

#include "base/result.h"
#include "net/addresstext.h"
#include "net/outgoingproxy.h"
#include "wire/body.h"

#include <QByteArray>

#include <optional>

namespace wsw::net {

/// What is said to an outgoing proxy before a connection through it stands: HTTP CONNECT (RFC 9110, 9.3.6) or SOCKS5 (RFC 1928 and
/// 1929). The proxy looks up the name. Sans-I/O: bytes in, bytes out; it asks for no byte behind the proxy's last one.
class ProxyTalk final
{
public:
    /// @p target: what the proxy is to connect to.
    ProxyTalk(OutgoingProxy proxy, HostPort target);

    enum class Outcome : quint8 { NeedMore, Connected, Failed };
    struct Step
    {
        Outcome outcome = Outcome::NeedMore;
        QByteArray toProxy;
    };
    [[nodiscard]] Step start();
    /// How many bytes may be read from the proxy now: those behind its answer are the target's.
    [[nodiscard]] qsizetype wanted() const;
    /// @p bytes: no more than wanted().
    [[nodiscard]] Step take(QByteArrayView bytes);
    /// The proxy has ended the connection. @p why: the system's words, may be empty.
    [[nodiscard]] Step ended(const QString &why);
    [[nodiscard]] Step timedOut(int ms);

    /// Failed: why.
    [[nodiscard]] const Error &error() const { return *m_error; }

private:
    enum class Phase : quint8 { Head, Body, Method, Login, Reply };

    [[nodiscard]] QByteArray connectRequest() const;
    [[nodiscard]] QByteArray socksGreeting() const;
    [[nodiscard]] QByteArray socksLogin() const;
    [[nodiscard]] QByteArray socksRequest() const;
    [[nodiscard]] Step takeHttp(QByteArrayView bytes);
    [[nodiscard]] Step takeSocks();
    [[nodiscard]] Step methodChosen(int method);
    [[nodiscard]] Step fail(ErrorKind kind, const QString &message, const QString &remedy, const QString &detail = {});
    [[nodiscard]] Step refused();
    [[nodiscard]] Step loginRefused();
    [[nodiscard]] Step notConnected(int reply);
    [[nodiscard]] QString name() const;
    [[nodiscard]] QString targetText() const;

    OutgoingProxy m_proxy;
    HostPort m_target;
    Phase m_phase;
    wire::HeadParser m_head{wire::Head::Kind::Response};
    std::optional<wire::BodyReader> m_body;     ///< of a refusal
    QByteArray m_in;                            ///< Socks5: the reply so far
    std::optional<Error> m_error;
};

} // namespace wsw::net
