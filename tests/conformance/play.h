#pragma once

#include "cases/case.h"
#include "deflatepeer.h"
#include "rawpeer.h"

#include <QString>

#include <functional>

namespace wsw::test {

/// Plays a dialogue with an endpoint that echoes, and judges it strictly. Returns what was not as it must be; nothing where all was.
/// @p reader: gives the next message or control frame; the peer's own readMessage() where there is none.
using Reader = std::function<std::optional<RawFrame>()>;
[[nodiscard]] QString play(RawPeer &peer, const Case &dialogue, const Reader &reader = {});
/// The same, where permessage-deflate has been agreed: the replies are inflated.
[[nodiscard]] QString playCompressed(RawPeer peer, const DeflateTerms &terms, const Case &dialogue);

} // namespace wsw::test
