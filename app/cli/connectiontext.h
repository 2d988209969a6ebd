#pragma once

#include "base/clock.h"
#include "capture/connectioninfo.h"

#include <QJsonObject>

namespace wsw::cli {

/// What a capture knows of one connection, as `wsw show --connections` prints it: a line that names it, and indented ones below.
[[nodiscard]] QString connectionText(const capture::ConnectionInfo &connection, const ClockAnchor &clock);
/// The same as an object; its fields are listed in app/cli/README.md.
[[nodiscard]] QJsonObject connectionToJson(const capture::ConnectionInfo &connection, const ClockAnchor &clock);

} // namespace wsw::cli
