#pragma once

#include "net/bytestream.h"

#include <optional>

namespace wsw::net {

/// TCP_INFO of a connected socket; empty where the system has none or refuses.
[[nodiscard]] std::optional<TcpInfo> readTcpInfo(qintptr descriptor);

} // namespace wsw::net
