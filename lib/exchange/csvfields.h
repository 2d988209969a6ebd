#pragma once

#include "exchange/fields.h"

namespace wsw::exchange {

/// Writes fields as rows of a table (RFC 4180): begin(), the fields in the order of the columns, end(). What a row does not have is an
/// empty cell.
class CsvFields final : public FieldSink
{
public:
    /// Appends to @p to, which must outlive this, as the names must.
    CsvFields(QByteArray &to, std::span<const char *const> names) : m_to(to), m_names(names) {}
    /// The first line.
    void head();
    void begin() { m_column = 0; }
    void end();

    void number(const char *name, qint64 value) override;
    void count(const char *name, quint64 value) override;
    void boolean(const char *name, bool value) override;
    void text(const char *name, QByteArrayView value) override;
    void word(const char *name, QByteArrayView value) override;
    void base64(const char *name, QByteArrayView bytes) override;
    void nothing(const char *) override {}

private:
    void goTo(const char *name);

    QByteArray &m_to;
    std::span<const char *const> m_names;
    size_t m_column = 0;    ///< commas written in this row
};

} // namespace wsw::exchange
