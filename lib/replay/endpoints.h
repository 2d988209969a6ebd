#pragma once

#include "replay/playoptions.h"
#include "replay/script.h"

namespace wsw::replay {

/// How the client's side of @p part connects: what @p options leave open is as recorded.
[[nodiscard]] session::ClientOptions clientOptionsFor(const Part &part, const PlayOptions &options);
/// How the server's side of all @p parts listens. It supports those subprotocols that had been agreed on, so that the same are agreed on
/// again, and compresses where one of them had.
[[nodiscard]] session::HostOptions hostOptionsFor(const std::vector<Part> &parts, const PlayOptions &options);

} // namespace wsw::replay
