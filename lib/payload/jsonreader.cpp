#include "payload/jsonreader.h"

#include "payload/jsontext.h"

#include <algorithm>
#include <vector>

namespace wsw::payload {

namespace {

class JsonReader final
{
public:
    JsonReader(QStringView json, ValueSink &sink) : m_json(json), m_sink(sink) {}

    bool read();

private:
    enum class Container : quint8 { Object, Array };

    [[nodiscard]] QChar next();
    bool takes(QChar wanted);
    bool begin(Container container);
    /// Ends what is open, as long as brackets follow.
    bool end();
    bool readValue();
    bool readName();
    bool readText(QString &text);
    bool readEscape(QString &text);
    bool readWord();

    QStringView m_json;
    qsizetype m_at = 0;
    ValueSink &m_sink;
    std::vector<Container> m_open;
};

/// The next character that is no white space, without taking it; null at the end.
QChar JsonReader::next()
{
    while (m_at < m_json.size() && isJsonSpace(m_json[m_at]))
        ++m_at;
    return m_at < m_json.size() ? m_json[m_at] : QChar();
}

bool JsonReader::takes(QChar wanted)
{
    if (next() != wanted)
        return false;
    ++m_at;
    return true;
}

bool JsonReader::begin(Container container)
{
    ++m_at;
    m_open.push_back(container);
    container == Container::Object ? m_sink.beginObject() : m_sink.beginArray();
    return true;
}

bool JsonReader::end()
{
    while (!m_open.empty()) {
        const bool isObject = m_open.back() == Container::Object;
        if (!takes(isObject ? u'}' : u']'))
            return takes(u',');
        m_open.pop_back();
        isObject ? m_sink.endObject() : m_sink.endArray();
    }
    return true;
}

bool JsonReader::readName()
{
    QString text;
    if (next() != u'"' || !readText(text) || !takes(u':'))
        return false;
    m_sink.name(text);
    return true;
}

bool JsonReader::readEscape(QString &text)
{
    constexpr QStringView letters = u"\"\\/bfnrt";
    constexpr QStringView meant = u"\"\\/\b\f\n\r\t";
    if (m_at == m_json.size())
        return false;
    const QChar letter = m_json[m_at++];
    if (letter == u'u') {
        bool isNumber = false;
        const uint code = m_json.sliced(m_at).left(4).toUInt(&isNumber, 16);
        if (m_json.size() - m_at < 4 || !isNumber)
            return false;
        m_at += 4;
        text += QChar(static_cast<char16_t>(code));
        return true;
    }
    // Another letter stands for itself: no JSON, but Qt's reader, which says what is shown as JSON, takes it so as well.
    const qsizetype place = letters.indexOf(letter);
    text += place < 0 ? letter : meant[place];
    return true;
}

bool JsonReader::readText(QString &text)
{
    ++m_at;
    while (m_at < m_json.size()) {
        const qsizetype from = m_at;
        while (m_at < m_json.size() && m_json[m_at] != u'"' && m_json[m_at] != u'\\')
            ++m_at;
        text += m_json.sliced(from, m_at - from);
        if (m_at == m_json.size())
            return false;
        if (m_json[m_at++] == u'"')
            return true;
        if (!readEscape(text))
            return false;
    }
    return false;
}

bool JsonReader::readWord()
{
    const qsizetype from = m_at;
    while (m_at < m_json.size() && (m_json[m_at].isLetterOrNumber() || m_json[m_at] == u'+' || m_json[m_at] == u'-' || m_json[m_at] == u'.'))
        ++m_at;
    const QStringView word = m_json.sliced(from, m_at - from);
    const bool isWord = word == u"true" || word == u"false" || word == u"null";
    const bool isNumber = !word.isEmpty() && (word.front() == u'-' || word.front().isDigit());
    if (isWord || isNumber)
        m_sink.plain(word.toString());
    return isWord || isNumber;
}

bool JsonReader::readValue()
{
    const QChar c = next();
    if (c == u'"') {
        QString text;
        if (!readText(text))
            return false;
        m_sink.text(text);
        return true;
    }
    return readWord();
}

bool JsonReader::read()
{
    // No function here calls itself: JSON may nest more deeply than a stack.
    do {
        if (m_sink.isFull())
            return false;
        const bool isInObject = !m_open.empty() && m_open.back() == Container::Object;
        if (isInObject && !readName())
            return false;
        const QChar c = next();
        if (c == u'{' || c == u'[') {
            begin(c == u'{' ? Container::Object : Container::Array);
            const QChar inside = next();
            if (inside != u'}' && inside != u']')
                continue;
        } else if (m_open.empty() || !readValue()) {
            return false;
        }
        if (!end())
            return false;
    } while (!m_open.empty());
    return next().isNull();
}

} // namespace

bool readJson(QStringView json, ValueSink &sink)
{
    return JsonReader(json, sink).read();
}

} // namespace wsw::payload
