#pragma once

#include "wire/handshake.h"

#include <QStringList>

namespace wsw::desktop {

/// What a form remembers between starts, without what is nobody's business but the user's.
namespace formmemory {

/// Would @p name, of a header or of a subprotocol, go with a secret: a login, a cookie, a token, a key?
[[nodiscard]] bool isSecret(const QString &name);

/// Keeps @p headers under @p key, in their order, without those that hold a secret.
void keepHeaders(const QString &key, const wire::HeaderList &headers);
[[nodiscard]] wire::HeaderList headers(const QString &key);
/// The same for subprotocols: some programs put a token into one.
void keepSubprotocols(const QString &key, const QStringList &subprotocols);

} // namespace formmemory
} // namespace wsw::desktop
