#pragma once

#include <QString>

namespace wsw::net {

/// Certificate and key of a TLS server, PEM files.
struct TlsServerOptions
{
    QString certificateFile;    ///< PEM, the server's certificate first, then the chain
    QString keyFile;            ///< PEM, RSA or elliptic curve, without a pass phrase
};

/// How a TLS client checks and presents itself.
struct TlsClientOptions
{
    QString authorityFile;      ///< PEM with further trusted authorities; empty: the system's only
    QString certificateFile;    ///< client certificate, PEM; empty: none
    QString keyFile;            ///< its key, PEM
    QString serverName;         ///< SNI and name to check; empty: the host that is dialled
    bool ignoreErrors = false;  ///< go on in spite of failed checks (tlsFacts() still lists them)
};

} // namespace wsw::net
