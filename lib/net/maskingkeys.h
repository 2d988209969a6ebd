#pragma once

#include "wire/frame.h"

namespace wsw::net {

/// A fresh unpredictable key for a frame (RFC 6455, 5.3), never 0: a key of 0 changes nothing, and Qt takes it for "not masked".
[[nodiscard]] wire::MaskingKey randomMaskingKey();

} // namespace wsw::net
