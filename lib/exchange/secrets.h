#pragma once

#include "capture/record.h"

#include <QHash>
#include <QSet>

#include <functional>
#include <vector>

namespace wsw::capture {
class Document;
}

namespace wsw::exchange {

/// Where a secret stands in some bytes.
struct Range
{
    qsizetype from = 0;
    qsizetype size = 0;
    friend bool operator==(const Range &, const Range &) = default;
};

/// Secrets in text of any kind, found by their look: values of parameters, of JSON members (also of JSON within strings) and of lines
/// with a telling name, Bearer and Basic credentials, JSON Web Tokens, keys with well-known beginnings.
[[nodiscard]] std::vector<Range> secretsInText(QByteArrayView text);
/// Secrets in an HTTP head: the values of Authorization, Cookie and the like, and what secretsInText() finds.
[[nodiscard]] std::vector<Range> secretsInHead(QByteArrayView head);
/// Overwrites each byte of @p ranges with an asterisk: lengths and offsets stay what they are.
void maskRanges(QByteArray &bytes, const std::vector<Range> &ranges);

/// Masks secrets in records that are on their way out. A compressed message in which something was masked, and every later one of that
/// direction (which may refer to it), gets new deflate data, stored blocks: their lengths on the wire are others, and all of them can
/// still be inflated.
class SecretMasker final
{
public:
    /// Looks through the messages of @p document that lie in several frames: a secret may begin in one and end in the next. Asks
    /// @p goesOn before each record; returns false where that has said no.
    bool prepare(const capture::Document &document, const std::function<bool(RecordId)> &goesOn = {});
    /// Whether @p record is another one now. Every record goes through this, in order.
    bool mask(capture::Record &record);
    [[nodiscard]] quint64 masked() const noexcept { return m_masked; }

private:
    [[nodiscard]] std::vector<Range> rangesOf(const capture::Record &record) const;
    bool maskNote(capture::Record &record);

    QHash<RecordId, std::vector<Range>> m_inFragments;  ///< every frame of such a message, also those without a part of its secrets
    QSet<std::pair<ConnectionId, bool>> m_rewritten;    ///< connection, sent: whose compressed messages are
    quint64 m_masked = 0;
};

} // namespace wsw::exchange
