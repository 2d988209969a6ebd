#pragma once

#include "exchange/fields.h"

namespace wsw::exchange {

/// Appends @p utf8 as a JSON string, quotes included (RFC 8259, 7).
void appendJsonString(QByteArray &to, QByteArrayView utf8);

/// Writes fields as one JSON object without a line end inside: begin(), the fields, end().
class JsonFields final : public FieldSink
{
public:
    /// Appends to @p to, which must outlive this.
    explicit JsonFields(QByteArray &to) : m_to(to) {}
    void begin();
    void end() { m_to += '}'; }

    void number(const char *name, qint64 value) override;
    void count(const char *name, quint64 value) override;
    void boolean(const char *name, bool value) override;
    void text(const char *name, QByteArrayView value) override;
    void word(const char *name, QByteArrayView value) override;
    void base64(const char *name, QByteArrayView bytes) override;
    void nothing(const char *name) override;

private:
    void name(const char *name);

    QByteArray &m_to;
    bool m_first = true;
};

/// One record as one line of JSON, without a line end.
[[nodiscard]] QByteArray recordToJson(const capture::Record &record, const ClockAnchor &clock);

} // namespace wsw::exchange
