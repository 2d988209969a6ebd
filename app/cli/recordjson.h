#pragma once

#include "base/result.h"
#include "capture/record.h"

#include <QJsonObject>

namespace wsw::capture {
class Document;
}

namespace wsw::cli {

enum class PayloadEncoding : quint8 { TextIfPossible, Base64 };
/// Adds "payload" and "encoding" ("text" or "base64"); text only where it gives back the same bytes.
void putPayload(QJsonObject &object, const QByteArray &payload, PayloadEncoding encoding);

/// One record as `wsw show --json` prints it; the fields are listed in app/cli/README.md.
[[nodiscard]] QJsonObject recordToJson(const capture::Record &record, const ClockAnchor &clock);

/// "frame", "request", "response", "body", "raw", "end".
[[nodiscard]] QString kindName(wire::RecordKind kind);
/// Time of day in UTC with nanoseconds: "2026-07-29T10:11:12.123456789Z".
[[nodiscard]] QString isoTime(WallNs time);

/// Calls @p visit with every record of @p document in order, chunked payloads (and what they were inflated to) put together, until it returns false. What is
/// damaged is visited as well, as Document::scan() does, and does not keep the others back: the error comes when all have been.
[[nodiscard]] Result<> forEachRecord(const capture::Document &document,
                                     const std::function<bool(const capture::Record &)> &visit);

} // namespace wsw::cli
