#include "exchange/csvfields.h"

#include <algorithm>
#include <cstring>

namespace wsw::exchange {

void CsvFields::head()
{
    for (size_t i = 0; i < m_names.size(); ++i) {
        if (i != 0)
            m_to += ',';
        m_to += m_names[i];
    }
    m_to += "\r\n";
}

void CsvFields::end()
{
    m_to.append(static_cast<qsizetype>(m_names.size() - 1 - m_column), ',');
    m_to += "\r\n";
}

void CsvFields::goTo(const char *name)
{
    const auto from = m_names.begin() + static_cast<qptrdiff>(m_column);
    const auto found = std::find_if(from, m_names.end(), [name](const char *column) { return std::strcmp(column, name) == 0; });
    Q_ASSERT(found != m_names.end());
    m_to.append(found - from, ',');
    m_column = static_cast<size_t>(found - m_names.begin());
}

void CsvFields::number(const char *name, qint64 value)
{
    goTo(name);
    m_to += QByteArray::number(value);
}

void CsvFields::count(const char *name, quint64 value)
{
    goTo(name);
    m_to += QByteArray::number(value);
}

void CsvFields::boolean(const char *name, bool value)
{
    goTo(name);
    m_to += value ? "true" : "false";
}

void CsvFields::text(const char *name, QByteArrayView value)
{
    goTo(name);
    const bool plain = !value.isEmpty() && value.front() != ' ' && value.back() != ' '
        && std::ranges::none_of(value, [](char byte) { return byte == '"' || byte == ',' || byte == '\r' || byte == '\n'; });
    if (plain) {
        m_to += value;
        return;
    }
    m_to += '"';
    qsizetype begin = 0;
    for (qsizetype quote; (quote = value.indexOf('"', begin)) >= 0; begin = quote + 1) {
        m_to.append(value.data() + begin, quote + 1 - begin);
        m_to += '"';
    }
    m_to.append(value.data() + begin, value.size() - begin);
    m_to += '"';
}

void CsvFields::word(const char *name, QByteArrayView value)
{
    goTo(name);
    m_to += value;
}

void CsvFields::base64(const char *name, QByteArrayView bytes)
{
    word(name, QByteArray::fromRawData(bytes.data(), bytes.size()).toBase64());
}

} // namespace wsw::exchange
