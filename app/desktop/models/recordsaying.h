#pragma once

#include "capture/record.h"
#include "payload/dialect.h"

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// What the message that begins with @p record says in the dialect of its connection; nothing for what is no beginning of a data message,
/// and where no dialect is recognised. Any thread.
[[nodiscard]] std::optional<payload::Saying> sayingOf(const capture::Document &document, const capture::RecordHeader &header, const QByteArray &meant);

/// The same of a whole message, or of the beginning of one, that came over @p connection.
[[nodiscard]] std::optional<payload::Saying> sayingOf(const capture::Document &document, ConnectionId connection, bool isText, const QByteArray &message);

} // namespace wsw::desktop
