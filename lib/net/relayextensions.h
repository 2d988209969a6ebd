#pragma once

#include "wire/extensions.h"
#include "wire/head.h"

namespace wsw::net {

// The Sec-WebSocket-Extensions lines of heads that pass a relay.

inline constexpr QByteArrayView extensionsName = "Sec-WebSocket-Extensions";

/// All its lines read as one list (RFC 6455, 9.1); empty where there is none.
[[nodiscard]] wire::ExtensionList extensionsOf(const wire::Head &head);
/// The head's bytes with one line more, the last one.
[[nodiscard]] QByteArray withExtensions(QByteArrayView raw, QByteArrayView value);
/// The head's bytes without such lines, the others as they stood.
[[nodiscard]] QByteArray withoutExtensions(const wire::Head &head);

} // namespace wsw::net
