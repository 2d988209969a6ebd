#pragma once

#include "base/result.h"
#include "capture/record.h"

#include <functional>

namespace wsw::capture {
class Document;
}

namespace wsw::exchange {

/// Calls @p visit with every record of @p document in order, chunked payloads (and what they were inflated to) put together, until it
/// returns false. What is damaged is visited as well, as Document::scan() does, and does not keep the others back: the error comes when
/// all have been.
[[nodiscard]] Result<> forEachRecord(const capture::Document &document, const std::function<bool(const capture::Record &)> &visit);

/// All bytes of one form, at most @p most, read piece by piece: what a damaged file says of their number is not believed.
[[nodiscard]] Result<QByteArray> readWhole(const capture::Document &document, const capture::RecordHeader &header, capture::PayloadForm form,
                                           quint64 most = ~quint64{0});

/// "frame", "request", "response", "body", "raw", "end".
[[nodiscard]] QString kindName(wire::RecordKind kind);
/// Time of day in UTC with nanoseconds: "2026-07-29T10:11:12.123456789Z".
[[nodiscard]] QString isoTime(WallNs time);
void appendIsoTime(QByteArray &to, WallNs time);

} // namespace wsw::exchange
