#pragma once

#include <QString>

namespace wsw::net {

/// A proxy that connections are made through.
struct OutgoingProxy
{
    enum class Kind : quint8 { Http, Socks5 };
    Kind kind = Kind::Http;
    QString host;               ///< name or numeric address, without brackets
    quint16 port = 0;
    QString user;               ///< empty: none is given
    QString password;
};

/// "http://127.0.0.1:3128", "socks5://[::1]:1080"; user and password are left out.
[[nodiscard]] QString proxyText(const OutgoingProxy &proxy);

} // namespace wsw::net
