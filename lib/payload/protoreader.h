#pragma once

#include "payload/valuesink.h"

#include <QByteArrayView>

namespace wsw::payload {

/// How the value of a Protobuf field is written.
enum class WireType : quint8 { Varint = 0, Fixed64 = 1, Bytes = 2, GroupBegin = 3, GroupEnd = 4, Fixed32 = 5 };

/// Goes through the bytes of one Protobuf message, field by field; without a schema it gives each value as the likeliest of what its bytes
/// may mean.
class ProtoReader final
{
public:
    /// @p depth: of messages and groups around this one.
    ProtoReader(QByteArrayView payload, int depth) : m_bytes(payload), m_depth(depth) {}

    /// Fields up to the end, or up to the end of group @p group (0: none). False where it is no message.
    bool readFields(ValueSink *sink, quint64 group = 0);
    /// The number and wire type in front of a field. False, and the offset stays, where there is none that can be.
    bool readTag(quint64 &field, WireType &type);
    /// The value of a field whose tag has been read.
    bool readValue(ValueSink *sink, quint64 field, WireType type);
    bool readVarint(quint64 &value);
    bool readFixed(quint32 &value);
    bool readFixed(quint64 &value);
    /// Bytes with their length in front.
    bool readSized(QByteArrayView &bytes);

    [[nodiscard]] bool atEnd() const noexcept { return m_at == m_bytes.size(); }
    [[nodiscard]] qsizetype offset() const noexcept { return m_at; }
    [[nodiscard]] QByteArrayView rest() const { return m_bytes.sliced(m_at); }
    [[nodiscard]] bool isTooDeep() const noexcept { return m_isTooDeep; }
    /// From now on, printable texts of some length are looked for as well, also those of messages inside.
    void lookForTexts() noexcept { m_looksForTexts = true; }
    [[nodiscard]] bool hasText() const noexcept { return m_hasText; }

private:
    template<class Number>
    bool readNumber(Number &value);
    bool readBytes(ValueSink *sink);
    [[nodiscard]] bool hasTextInside(QByteArrayView bytes) const;

    QByteArrayView m_bytes;
    qsizetype m_at = 0;
    int m_depth;
    bool m_looksForTexts = false;
    bool m_hasText = false;
    bool m_isTooDeep = false;
};

} // namespace wsw::payload
