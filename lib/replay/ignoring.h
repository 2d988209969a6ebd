#pragma once

#include "base/result.h"
#include "replay/jsonvalue.h"
#include "replay/messagelist.h"

#include <QRegularExpression>

#include <compare>

namespace wsw::replay {

/// What stands for a message when it is compared: 128 bits, equal where the messages are, but for what is ignored.
struct Fingerprint
{
    quint64 high = 0;
    quint64 low = 0;
    friend auto operator<=>(const Fingerprint &, const Fingerprint &) = default;
};

/// A message's fingerprint, and one that it shares with those that say something of the same kind.
struct Fingerprints
{
    Fingerprint whole;
    Fingerprint shape;
};

/// What is left out when two messages are compared: what matches a pattern, and values at places in JSON. Cheap to copy; any thread.
class Ignoring final
{
public:
    /// Nothing is ignored.
    Ignoring() = default;
    /// @p patterns: regular expressions (PCRE); @p pointers: JSON pointers, "*" for every member or element. Errors: Usage, naming the one
    /// that cannot be read.
    [[nodiscard]] static Result<Ignoring> make(const QStringList &patterns, const QStringList &pointers);

    /// Objects and arrays of JSON are compared as values: neither white space, nor the order of members, nor the spelling of numbers
    /// counts. All else is compared byte by byte.
    [[nodiscard]] Fingerprints of(MessageKind kind, const QByteArray &payload) const;
    /// Where what is left of two messages first differs, in a few words: "/price: 17 | 18". Empty where nothing differs.
    [[nodiscard]] QString difference(MessageKind leftKind, const QByteArray &left, MessageKind rightKind, const QByteArray &right) const;

private:
    /// @p payload with U+FFFC in place of what matches a pattern, of a Close in its reason; as it is where it is no text.
    [[nodiscard]] QByteArray masked(MessageKind kind, const QByteArray &payload) const;
    [[nodiscard]] std::optional<JsonValue> jsonOf(const QByteArray &maskedPayload) const;

    QList<QRegularExpression> m_patterns;
    QList<JsonPointer> m_pointers;
};

} // namespace wsw::replay
