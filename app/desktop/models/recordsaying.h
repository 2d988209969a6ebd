#pragma once

#include "capture/record.h"
#include "payload/dialect.h"

#include <QHash>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// What is spoken on each connection of a document, asked for once. Not thread-safe.
class Dialects final
{
public:
    [[nodiscard]] std::optional<payload::Dialect> of(const capture::Document &document, ConnectionId connection);
    /// More may be known by now, or it is another document.
    void forget() { m_known.clear(); }

private:
    QHash<ConnectionId, std::optional<payload::Dialect>> m_known;
};

/// What the message that begins with the record says in @p dialect; nothing for what is no beginning of a data message, and where no dialect
/// is recognised. Any thread.
[[nodiscard]] std::optional<payload::Saying> sayingOf(const capture::RecordHeader &header, const QByteArray &meant, std::optional<payload::Dialect> dialect);

} // namespace wsw::desktop
