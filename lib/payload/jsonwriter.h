#pragma once

#include "payload/valuesink.h"

#include <QByteArrayView>
#include <QString>

#include <vector>

namespace wsw::payload {

/// Writes values as JSON is written, with line breaks and indents; full with more than mostText characters.
class JsonWriter final : public ValueSink
{
public:
    void beginObject() override { begin(u'{'); }
    void endObject() override { end(u'}'); }
    void beginArray() override { begin(u'['); }
    void endArray() override { end(u']'); }
    void name(const QString &name) override;
    void plainName(const QString &name) override;
    void beginTag(const QString &tag) override;
    void endTag() override { m_text += u')'; }
    void text(const QString &text) override;
    void plain(const QString &value) override;
    [[nodiscard]] bool isFull() const noexcept override;

    [[nodiscard]] QString take() { return std::move(m_text); }
    /// Without line breaks and indents: as the name of a member.
    [[nodiscard]] QString takeOnOneLine();

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
