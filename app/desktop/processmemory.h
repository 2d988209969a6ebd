#pragma once

#include <QtGlobal>

#include <optional>

namespace wsw::desktop {

/// Resident memory of this process in bytes; nothing where the system does not tell.
[[nodiscard]] std::optional<quint64> residentMemory();

} // namespace wsw::desktop
