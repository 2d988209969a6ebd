#pragma once

#include "wire/head.h"

namespace wsw::net {

// The Sec-WebSocket-Extensions lines of heads that pass a relay.

/// The head's bytes with one line more, the last one.
[[nodiscard]] QByteArray withExtensions(QByteArrayView raw, QByteArrayView value);
/// The head's bytes without such lines, the others as they stood.
[[nodiscard]] QByteArray withoutExtensions(const wire::Head &head);

} // namespace wsw::net
