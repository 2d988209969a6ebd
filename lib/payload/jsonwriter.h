#pragma once

#include <QString>

#include <vector>

namespace wsw::payload {

/// As JSON writes it, with a point or an exponent that tells it from a whole number; "NaN", "-Infinity".
[[nodiscard]] QString numberText(double value);

/// Writes a tree as JSON is written, with line breaks and indents, and beside JSON's values such as it has no form for: bytes, NaN, names
/// that are no texts. Counts how deep it is.
class JsonWriter final
{
public:
    void beginObject() { begin(u'{'); }
    void endObject() { end(u'}'); }
    void beginArray() { begin(u'['); }
    void endArray() { end(u']'); }
    /// Before the value of an object's member.
    void name(const QString &name);
    /// A name that is no text, as it stands.
    void plainName(const QString &name);
    /// Around one value: "1(...)", as CBOR's tags are written.
    void beginTag(const QString &tag);
    void endTag() { m_text += u')'; }
    void text(const QString &text);
    /// A number, true, false, null, or anything else that stands without quotes.
    void plain(const QString &value);
    void number(double value) { plain(numberText(value)); }

    /// More than mostText has been written: whoever writes stops.
    [[nodiscard]] bool isFull() const noexcept;
    [[nodiscard]] int depth() const noexcept { return static_cast<int>(m_open.size()); }
    [[nodiscard]] QString take() { return std::move(m_text); }

private:
    struct Open
    {
        bool isEmpty = true;
        bool awaitsValue = false;   ///< a name has been written
    };
    void begin(QChar bracket);
    void end(QChar bracket);
    /// What stands between values.
    void separate();
    void newLine();

    QString m_text;
    std::vector<Open> m_open;
};

/// In quotes, with JSON's escapes.
[[nodiscard]] QString jsonQuoted(const QString &text);
/// "h'0102ff'", as CBOR's diagnostic notation writes bytes; long ones are cut, and their number is told.
[[nodiscard]] QString bytesNotation(QByteArrayView bytes);

} // namespace wsw::payload
