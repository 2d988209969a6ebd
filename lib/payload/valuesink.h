#pragma once

#include <QString>

namespace wsw::payload {

/// As JSON writes it, with a point or an exponent that tells it from a whole number; "NaN", "-Infinity".
[[nodiscard]] QString numberText(double value);

/// Takes the values that stand in a payload, in their order: JSON's, and such as it has no form for, as bytes, NaN, names that are no
/// texts. What becomes of them, a text or a tree, is up to those that derive from it. Every begin has its end, and every member its name.
class ValueSink
{
public:
    virtual ~ValueSink() = default;

    virtual void beginObject() = 0;
    virtual void endObject() = 0;
    virtual void beginArray() = 0;
    virtual void endArray() = 0;
    /// Before the value of an object's member.
    virtual void name(const QString &name) = 0;
    /// A name that is no text, as it stands.
    virtual void plainName(const QString &name) = 0;
    /// Around one value: "1(...)", as CBOR's tags are written.
    virtual void beginTag(const QString &tag) = 0;
    virtual void endTag() = 0;
    virtual void text(const QString &text) = 0;
    /// A number, true, false, null, or anything else that stands without quotes.
    virtual void plain(const QString &value) = 0;
    void number(double value) { plain(numberText(value)); }

    /// More has come than is kept: whoever gives values stops.
    [[nodiscard]] virtual bool isFull() const noexcept = 0;
};

} // namespace wsw::payload
