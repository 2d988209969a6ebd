#pragma once

#include "capture/filterfield.h"

#include <QByteArray>
#include <QByteArrayMatcher>
#include <QRegularExpression>

#include <memory>
#include <vector>

namespace wsw::capture {

/// One node of a parsed filter. Immutable: any number of threads may ask it.
class FilterNode
{
public:
    virtual ~FilterNode() = default;
    [[nodiscard]] virtual bool matches(const RecordView &record) const = 0;
    /// The answer depends on all bytes of the payload.
    [[nodiscard]] virtual bool readsPayload() const noexcept = 0;
    /// The answer depends on what the user has noted.
    [[nodiscard]] virtual bool readsNotes() const noexcept { return false; }
    /// What can be told of a record of which only so much is known.
    [[nodiscard]] virtual Verdict judge(const RecordView &record, Known known) const { return known == Known::Everything ? verdict(matches(record)) : Verdict::Open; }
    /// Knowing just so much can decide what knowing less could not.
    [[nodiscard]] virtual bool asksFor(Known known) const noexcept { return known == Known::Everything; }

protected:
    [[nodiscard]] static Verdict verdict(bool isMatch) noexcept { return isMatch ? Verdict::Match : Verdict::NoMatch; }
};
using FilterNodePtr = std::unique_ptr<const FilterNode>;

enum class Comparison : quint8 { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };

enum class CaseFolding : quint8 { Exact, Folded };

[[nodiscard]] FilterNodePtr makeAnd(FilterNodePtr left, FilterNodePtr right);
[[nodiscard]] FilterNodePtr makeOr(FilterNodePtr left, FilterNodePtr right);
[[nodiscard]] FilterNodePtr makeNot(FilterNodePtr inner);
/// The record has the field at all; of a Switch: it is true.
[[nodiscard]] FilterNodePtr makePresence(const Field &field);
/// A record that lacks the field matches no comparison, not even !=.
[[nodiscard]] FilterNodePtr makeComparison(const Field &field, Comparison comparison, quint64 value);
[[nodiscard]] FilterNodePtr makeMembership(const Field &field, std::vector<quint64> values);
/// A field of bytes contains @p needle.
[[nodiscard]] FilterNodePtr makeContains(const QByteArray &needle, CaseFolding folding, const Field &field);
/// They are one of @p values.
[[nodiscard]] FilterNodePtr makePayloadIn(std::vector<QByteArray> values, const Field &field);
/// They are there and are not @p value.
[[nodiscard]] FilterNodePtr makePayloadIsNot(const QByteArray &value, const Field &field);
/// They match, read as UTF-8.
[[nodiscard]] FilterNodePtr makeMatches(const QRegularExpression &expression, const Field &field);

} // namespace wsw::capture
