#pragma once

#include "base/result.h"
#include "net/tlsoptions.h"

#include <QSslConfiguration>

namespace wsw::net {

/// Reads the files. Errors: NotFound, Permission or Io (a file that cannot be read), Tls (no PEM, key of another certificate, key with a
/// pass phrase, a Qt without TLS).
[[nodiscard]] Result<QSslConfiguration> serverConfiguration(const TlsServerOptions &options);
[[nodiscard]] Result<QSslConfiguration> clientConfiguration(const TlsClientOptions &options);

} // namespace wsw::net
