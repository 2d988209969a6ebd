#pragma once

#include "deflatepeer.h"

#include <QByteArrayList>
#include <QString>

namespace wsw::test {

/// Every offer of permessage-deflate that a client can make: both takeover parameters, and both windows from 9 to 15 bits.
[[nodiscard]] QByteArrayList everyOffer();
/// Every lawful answer to @p offer.
[[nodiscard]] QByteArrayList everyAnswer(const QByteArray &offer);

/// Text and binary messages of 16 B to 128 KiB there and back, in one frame and in several, most of them compressed, then closes.
/// @p messages: of each size and kind; 0: as many as keep the whole grid within a minute. Sizes beyond @p largest bytes are left out.
/// What was not as it must be, or nothing.
[[nodiscard]] QString exchange(DeflatePeer &peer, int messages, qsizetype largest);

} // namespace wsw::test
