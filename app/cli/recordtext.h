#pragma once

#include "capture/record.h"

#include <QString>

namespace wsw::cli {

/// What a record is, in one short line without its number, time and direction: "text, FIN, masked 37fa213d, 13 bytes: Hello server!".
/// @p payload: as it was meant (capture::PayloadForm::Meant).
[[nodiscard]] QString recordSummary(const capture::RecordHeader &header, const QByteArray &payload);

} // namespace wsw::cli
