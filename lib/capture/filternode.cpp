#include "capture/filternode.h"

#include <algorithm>
#include <cstring>

namespace wsw::capture {

namespace {

class Both final : public FilterNode
{
public:
    Both(FilterNodePtr left, FilterNodePtr right) : m_left(std::move(left)), m_right(std::move(right)) {}
    bool matches(const RecordView &record) const override { return m_left->matches(record) && m_right->matches(record); }
    bool readsPayload() const noexcept override { return m_left->readsPayload() || m_right->readsPayload(); }
    bool readsNotes() const noexcept override { return m_left->readsNotes() || m_right->readsNotes(); }
    Verdict judge(const RecordView &record, Known known) const override
    {
        const Verdict left = m_left->judge(record, known);
        if (left == Verdict::NoMatch)
            return left;
        const Verdict right = m_right->judge(record, known);
        return right == Verdict::NoMatch || left == Verdict::Match ? right : left;
    }
    bool asksFor(Known known) const noexcept override { return m_left->asksFor(known) || m_right->asksFor(known); }

private:
    FilterNodePtr m_left;
    FilterNodePtr m_right;
};

class Either final : public FilterNode
{
public:
    Either(FilterNodePtr left, FilterNodePtr right) : m_left(std::move(left)), m_right(std::move(right)) {}
    bool matches(const RecordView &record) const override { return m_left->matches(record) || m_right->matches(record); }
    bool readsPayload() const noexcept override { return m_left->readsPayload() || m_right->readsPayload(); }
    bool readsNotes() const noexcept override { return m_left->readsNotes() || m_right->readsNotes(); }
    Verdict judge(const RecordView &record, Known known) const override
    {
        const Verdict left = m_left->judge(record, known);
        if (left == Verdict::Match)
            return left;
        const Verdict right = m_right->judge(record, known);
        return right == Verdict::Match || left == Verdict::NoMatch ? right : left;
    }
    bool asksFor(Known known) const noexcept override { return m_left->asksFor(known) || m_right->asksFor(known); }

private:
    FilterNodePtr m_left;
    FilterNodePtr m_right;
};

class Not final : public FilterNode
{
public:
    explicit Not(FilterNodePtr inner) : m_inner(std::move(inner)) {}
    bool matches(const RecordView &record) const override { return !m_inner->matches(record); }
    bool readsPayload() const noexcept override { return m_inner->readsPayload(); }
    bool readsNotes() const noexcept override { return m_inner->readsNotes(); }
    Verdict judge(const RecordView &record, Known known) const override
    {
        const Verdict inner = m_inner->judge(record, known);
        return inner == Verdict::Open ? inner : verdict(inner == Verdict::NoMatch);
    }
    bool asksFor(Known known) const noexcept override { return m_inner->asksFor(known); }

private:
    FilterNodePtr m_inner;
};

/// Asks one field; @p Node is the class that derives from it. It is asked for each record: what can be known when this is compiled is.
template<class Node>
class FieldNode : public FilterNode
{
public:
    explicit FieldNode(const Field &field) : m_field(field) {}
    bool readsPayload() const noexcept override { return false; }
    bool readsNotes() const noexcept final { return m_field.isNoted; }
    Verdict judge(const RecordView &record, Known known) const final
    {
        const bool isTold = known >= m_field.needs || (m_field.lacks != nullptr && m_field.lacks(record));
        return isTold ? verdict(static_cast<const Node *>(this)->Node::matches(record)) : Verdict::Open;
    }
    bool asksFor(Known known) const noexcept override { return known == m_field.needs; }

protected:
    const Field &m_field;
};

class Presence final : public FieldNode<Presence>
{
public:
    using FieldNode::FieldNode;
    bool matches(const RecordView &record) const override
    {
        if (m_field.value == nullptr) {
            const auto bytes = m_field.bytes(record);
            return bytes && !bytes->isEmpty();
        }
        const auto value = m_field.value(record);
        return value.has_value() && (m_field.type != FieldType::Switch || *value != 0);
    }
};

class Compare final : public FieldNode<Compare>
{
public:
    Compare(const Field &field, Comparison comparison, quint64 value)
        : FieldNode(field)
        , m_comparison(comparison)
        , m_value(value)
    {
    }
    bool matches(const RecordView &record) const override
    {
        const auto value = m_field.value(record);
        if (!value)
            return false;
        switch (m_comparison) {
        case Comparison::Equal: return *value == m_value;
        case Comparison::NotEqual: return *value != m_value;
        case Comparison::Less: return *value < m_value;
        case Comparison::LessOrEqual: return *value <= m_value;
        case Comparison::Greater: return *value > m_value;
        case Comparison::GreaterOrEqual: return *value >= m_value;
        }
        Q_UNREACHABLE();
    }

private:
    Comparison m_comparison;
    quint64 m_value;
};

class Membership final : public FieldNode<Membership>
{
public:
    Membership(const Field &field, std::vector<quint64> values) : FieldNode(field), m_values(std::move(values)) {}
    bool matches(const RecordView &record) const override
    {
        const auto value = m_field.value(record);
        return value && std::find(m_values.begin(), m_values.end(), *value) != m_values.end();
    }

private:
    std::vector<quint64> m_values;
};

/// Asks a field of bytes.
template<class Node>
class BytesNode : public FieldNode<Node>
{
public:
    using FieldNode<Node>::FieldNode;
    bool readsPayload() const noexcept final { return this->m_field.needs == Known::Everything; }

protected:
    [[nodiscard]] Field::Bytes bytesOf(const RecordView &record) const { return this->m_field.bytes(record); }
};

class Contains final : public BytesNode<Contains>
{
public:
    Contains(const QByteArray &needle, const Field &field) : BytesNode(field), m_matcher(needle) {}
    bool matches(const RecordView &record) const override
    {
        const auto bytes = bytesOf(record);
        return bytes && m_matcher.indexIn(*bytes) >= 0;
    }

private:
    QByteArrayMatcher m_matcher;
};

constexpr char folded(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// ASCII letters without regard to case, in bytes: no text has to be decoded for it.
class ContainsFolded final : public BytesNode<ContainsFolded>
{
public:
    ContainsFolded(QByteArray needle, const Field &field) : BytesNode(field), m_needle(std::move(needle))
    {
        std::transform(m_needle.cbegin(), m_needle.cend(), m_needle.begin(), folded);
    }
    bool matches(const RecordView &record) const override
    {
        const auto same = [](char have, char wanted) { return folded(have) == wanted; };
        const auto bytes = bytesOf(record);
        return bytes && std::search(bytes->begin(), bytes->end(), m_needle.cbegin(), m_needle.cend(), same) != bytes->end();
    }

private:
    QByteArray m_needle;
};

/// Any letters without regard to case: the payload has to be decoded.
class ContainsFoldedText final : public BytesNode<ContainsFoldedText>
{
public:
    ContainsFoldedText(QString needle, const Field &field) : BytesNode(field), m_needle(std::move(needle)) {}
    bool matches(const RecordView &record) const override
    {
        const auto bytes = bytesOf(record);
        return bytes && QString::fromUtf8(*bytes).contains(m_needle, Qt::CaseInsensitive);
    }

private:
    QString m_needle;
};

class PayloadIn final : public BytesNode<PayloadIn>
{
public:
    PayloadIn(std::vector<QByteArray> values, const Field &field, bool isWanted) : BytesNode(field), m_values(std::move(values)), m_isWanted(isWanted) {}
    bool matches(const RecordView &record) const override
    {
        const auto bytes = bytesOf(record);
        if (!bytes)
            return false;
        const bool isOne = std::any_of(m_values.begin(), m_values.end(), [bytes](const QByteArray &value) { return *bytes == QByteArrayView(value); });
        return isOne == m_isWanted;
    }

private:
    std::vector<QByteArray> m_values;
    bool m_isWanted;
};

class Matches final : public BytesNode<Matches>
{
public:
    Matches(const QRegularExpression &expression, const Field &field) : BytesNode(field), m_expression(expression) { m_expression.optimize(); }
    bool matches(const RecordView &record) const override
    {
        const auto bytes = bytesOf(record);
        return bytes && m_expression.match(QString::fromUtf8(*bytes)).hasMatch();
    }

private:
    QRegularExpression m_expression;
};

bool isAscii(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uchar>(c) < 0x80; });
}

bool hasLetters(const QByteArray &text)
{
    return std::any_of(text.begin(), text.end(), [](char c) { return folded(c) >= 'a' && folded(c) <= 'z'; });
}

} // namespace

FilterNodePtr makeAnd(FilterNodePtr left, FilterNodePtr right)
{
    return std::make_unique<Both>(std::move(left), std::move(right));
}

FilterNodePtr makeOr(FilterNodePtr left, FilterNodePtr right)
{
    return std::make_unique<Either>(std::move(left), std::move(right));
}

FilterNodePtr makeNot(FilterNodePtr inner)
{
    return std::make_unique<Not>(std::move(inner));
}

FilterNodePtr makePresence(const Field &field)
{
    return std::make_unique<Presence>(field);
}

FilterNodePtr makeComparison(const Field &field, Comparison comparison, quint64 value)
{
    return std::make_unique<Compare>(fieldToCompare(field, value), comparison, value);
}

FilterNodePtr makeMembership(const Field &field, std::vector<quint64> values)
{
    const Field *asked = &field;
    for (const quint64 value : values)
        asked = &fieldToCompare(*asked, value);
    return std::make_unique<Membership>(*asked, std::move(values));
}

FilterNodePtr makeContains(const QByteArray &needle, CaseFolding folding, const Field &field)
{
    if (folding == CaseFolding::Folded && !isAscii(needle))
        return std::make_unique<ContainsFoldedText>(QString::fromUtf8(needle), field);
    if (folding == CaseFolding::Folded && hasLetters(needle))
        return std::make_unique<ContainsFolded>(needle, field);
    return std::make_unique<Contains>(needle, field);
}

FilterNodePtr makePayloadIn(std::vector<QByteArray> values, const Field &field)
{
    return std::make_unique<PayloadIn>(std::move(values), field, true);
}

FilterNodePtr makePayloadIsNot(const QByteArray &value, const Field &field)
{
    return std::make_unique<PayloadIn>(std::vector{value}, field, false);
}

FilterNodePtr makeMatches(const QRegularExpression &expression, const Field &field)
{
    return std::make_unique<Matches>(expression, field);
}

} // namespace wsw::capture
