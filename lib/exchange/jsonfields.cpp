#include "exchange/jsonfields.h"

namespace wsw::exchange {

void appendJsonString(QByteArray &to, QByteArrayView utf8)
{
    constexpr char hex[] = "0123456789abcdef";
    to += '"';
    qsizetype begin = 0;    // of what needs no escape and has not been appended yet
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<uchar>(utf8[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7f)
            continue;
        to.append(utf8.data() + begin, i - begin);
        begin = i + 1;
        switch (byte) {
        case '"': to += "\\\""; break;
        case '\\': to += "\\\\"; break;
        case '\n': to += "\\n"; break;
        case '\r': to += "\\r"; break;
        case '\t': to += "\\t"; break;
        default:
            to += "\\u00";
            to += hex[byte >> 4];
            to += hex[byte & 0xf];
        }
    }
    to.append(utf8.data() + begin, utf8.size() - begin);
    to += '"';
}

void JsonFields::begin()
{
    m_to += '{';
    m_first = true;
}

void JsonFields::name(const char *name)
{
    m_to += std::exchange(m_first, false) ? "\"" : ",\"";
    m_to += name;
    m_to += "\":";
}

void JsonFields::number(const char *field, qint64 value)
{
    name(field);
    m_to += QByteArray::number(value);
}

void JsonFields::count(const char *field, quint64 value)
{
    name(field);
    m_to += QByteArray::number(value);
}

void JsonFields::boolean(const char *field, bool value)
{
    name(field);
    m_to += value ? "true" : "false";
}

void JsonFields::text(const char *field, QByteArrayView value)
{
    name(field);
    appendJsonString(m_to, value);
}

void JsonFields::word(const char *field, QByteArrayView value)
{
    name(field);
    m_to += '"';
    m_to += value;
    m_to += '"';
}

void JsonFields::base64(const char *field, QByteArrayView bytes)
{
    word(field, QByteArray::fromRawData(bytes.data(), bytes.size()).toBase64());
}

void JsonFields::nothing(const char *field)
{
    name(field);
    m_to += "null";
}

QByteArray recordToJson(const capture::Record &record, const ClockAnchor &clock)
{
    QByteArray line;
    JsonFields fields(line);
    fields.begin();
    putRecord(fields, record, clock);
    fields.end();
    return line;
}

} // namespace wsw::exchange
