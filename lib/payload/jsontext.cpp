#include "payload/jsontext.h"

#include <QJsonDocument>
#include <QStringView>

#include <limits>

namespace wsw::payload {

namespace {

constexpr int indentColumns = 2;

/// One past the string that begins at @p start with a quotation mark; the end of @p text where it is not closed.
qsizetype stringEnd(QStringView text, qsizetype start)
{
    for (qsizetype i = start + 1; i < text.size(); ++i) {
        if (text.at(i) == QLatin1Char('\\'))
            ++i;
        else if (text.at(i) == QLatin1Char('"'))
            return i + 1;
    }
    return text.size();
}

/// Writes valid JSON out again, token by token.
class Layout final
{
public:
    explicit Layout(const QString &json, qsizetype most = std::numeric_limits<qsizetype>::max()) : m_in(json), m_most(most) { m_out.reserve(json.size() * 2); }

    QString run()
    {
        for (m_at = 0; m_at < m_in.size() && m_out.size() <= m_most;) {
            const QChar c = m_in.at(m_at);
            if (c == QLatin1Char('"')) {
                const qsizetype end = stringEnd(m_in, m_at);
                m_out += QStringView(m_in).sliced(m_at, end - m_at);
                m_at = end;
                continue;
            }
            ++m_at;
            take(c);
        }
        return m_out;
    }

private:
    void take(QChar c)
    {
        if (isJsonSpace(c))
            return;
        if (c == QLatin1Char('{') || c == QLatin1Char('[')) {
            m_out += c;
            if (takeEmpty())
                return;
            ++m_depth;
            newLine();
        } else if (c == QLatin1Char('}') || c == QLatin1Char(']')) {
            --m_depth;
            newLine();
            m_out += c;
        } else if (c == QLatin1Char(',')) {
            m_out += c;
            newLine();
        } else if (c == QLatin1Char(':')) {
            m_out += QLatin1String(": ");
        } else {
            m_out += c;
        }
    }

    /// An empty object or array stays on its line.
    bool takeEmpty()
    {
        qsizetype next = m_at;
        while (next < m_in.size() && isJsonSpace(m_in.at(next)))
            ++next;
        if (next >= m_in.size() || (m_in.at(next) != QLatin1Char('}') && m_in.at(next) != QLatin1Char(']')))
            return false;
        m_out += m_in.at(next);
        m_at = next + 1;
        return true;
    }

    void newLine()
    {
        m_out += QLatin1Char('\n');
        m_out.resize(m_out.size() + m_depth * indentColumns, QLatin1Char(' '));
    }

    const QString m_in;
    const qsizetype m_most;
    QString m_out;
    qsizetype m_at = 0;
    int m_depth = 0;
};

bool isWordCharacter(QChar c)
{
    return c.isLetterOrNumber() || c == QLatin1Char('+') || c == QLatin1Char('-') || c == QLatin1Char('.');
}

} // namespace

QString laidOutJson(const QString &json)
{
    return Layout(json).run();
}

std::optional<QString> laidOutJson(const QString &json, qsizetype most)
{
    QString text = Layout(json, most).run();
    return text.size() <= most ? std::optional(std::move(text)) : std::nullopt;
}

QString compactJson(const QString &json)
{
    QString out;
    for (qsizetype at = 0; at < json.size();) {
        const qsizetype end = json.at(at) == QLatin1Char('"') ? stringEnd(json, at) : at + 1;
        if (!isJsonSpace(json.at(at)))
            out += QStringView(json).sliced(at, end - at);
        at = end;
    }
    return out;
}

bool isJson(QByteArrayView bytes)
{
    QJsonParseError error{};
    const auto document = QJsonDocument::fromJson(QByteArray::fromRawData(bytes.data(), bytes.size()), &error);
    return error.error == QJsonParseError::NoError && !document.isNull();
}

QList<JsonSpan> jsonSpans(const QString &line)
{
    QList<JsonSpan> spans;
    for (qsizetype i = 0; i < line.size();) {
        const QChar c = line.at(i);
        if (isJsonSpace(c)) {
            ++i;
            continue;
        }
        qsizetype end = i + 1;
        JsonToken token = JsonToken::Punctuation;
        if (c == QLatin1Char('"')) {
            end = stringEnd(line, i);
            qsizetype next = end;
            while (next < line.size() && isJsonSpace(line.at(next)))
                ++next;
            token = next < line.size() && line.at(next) == QLatin1Char(':') ? JsonToken::Key : JsonToken::String;
        } else if (isWordCharacter(c)) {
            while (end < line.size() && isWordCharacter(line.at(end)))
                ++end;
            token = c.isLetter() ? JsonToken::Word : JsonToken::Number;
        }
        spans.append({i, end - i, token});
        i = end;
    }
    return spans;
}

} // namespace wsw::payload
