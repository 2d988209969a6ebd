#pragma once

#include "base/result.h"
#include "capture/record.h"

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// Writes every byte of the message that @p frame belongs to, however few are shown. An error also where something of it could not be read:
/// what is there is written. For workers.
[[nodiscard]] Result<> writeMessage(const capture::Document &document, const capture::RecordHeader &frame, const QString &path);

} // namespace wsw::desktop
