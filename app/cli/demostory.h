#pragma once

#include "base/result.h"

namespace wsw::capture {
class Document;
}

namespace wsw::cli {

/// Prints a conversation of which both ends are in @p document, record by record, each explained where it was sent.
[[nodiscard]] Result<> tellStory(const capture::Document &document);
/// Prints every record of @p document as one line of JSON.
[[nodiscard]] Result<> printRecords(const capture::Document &document);

} // namespace wsw::cli
