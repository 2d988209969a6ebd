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
/// The payload contains @p needle. With CaseFolding::Folded it is what was meant that is searched.
[[nodiscard]] FilterNodePtr makeContains(const QByteArray &needle, CaseFolding folding, PayloadForm form = PayloadForm::Meant);
/// The payload is one of @p values.
[[nodiscard]] FilterNodePtr makePayloadIn(std::vector<QByteArray> values, PayloadForm form = PayloadForm::Meant);
/// The payload, what was meant by it, read as UTF-8, matches.
[[nodiscard]] FilterNodePtr makeMatches(const QRegularExpression &expression);

} // namespace wsw::capture
