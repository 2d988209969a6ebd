#include "wire/extensions.h"

#include "wire/httptext.h"

#include <algorithm>

namespace wsw::wire {

namespace {

bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::ranges::all_of(text, [](char c) { return isTokenByte(static_cast<uchar>(c)); });
}

/// Goes through one value from left to right.
class ExtensionReader final
{
public:
    explicit ExtensionReader(QByteArrayView value) : m_value(value) {}

    ExtensionList read()
    {
        while (m_list.ok()) {
            // RFC 9110, 5.6.1: a recipient ignores empty members of a list.
            while (skip(',')) { }
            if (atEnd())
                break;
            Extension extension;
            if (!readExtension(extension))
                break;
            m_list.extensions.append(std::move(extension));
            if (!atEnd() && !skip(','))
                fail(QStringLiteral("A comma or a semicolon was expected after an extension or a parameter."));
        }
        if (m_list.ok() && m_list.extensions.isEmpty())
            fail(QStringLiteral("The value names no extension."));
        return std::move(m_list);
    }

private:
    bool readExtension(Extension &extension)
    {
        if (!readToken(extension.name, QStringLiteral("The name of an extension was expected.")))
            return false;
        while (skip(';')) {
            ExtensionParameter parameter;
            if (!readParameter(parameter))
                return false;
            extension.parameters.append(std::move(parameter));
        }
        return true;
    }

    bool readParameter(ExtensionParameter &parameter)
    {
        if (!readToken(parameter.name, QStringLiteral("The name of a parameter was expected.")))
            return false;
        if (!skip('='))
            return true;
        skipWhite();
        parameter.value.emplace();
        if (!atEnd() && m_value[m_at] == '"')
            return readQuoted(*parameter.value);
        return readToken(*parameter.value, QStringLiteral("The value of a parameter was expected."));
    }

    bool readToken(QByteArray &token, const QString &otherwise)
    {
        skipWhite();
        const qsizetype start = m_at;
        while (!atEnd() && isTokenByte(static_cast<uchar>(m_value[m_at])))
            ++m_at;
        if (m_at == start)
            return fail(otherwise);
        token = m_value.sliced(start, m_at - start).toByteArray();
        return true;
    }

    /// RFC 6455, 9.1: after the escapes are taken away, the value must be a token all the same.
    bool readQuoted(QByteArray &text)
    {
        for (++m_at; !atEnd() && m_value[m_at] != '"'; ++m_at) {
            if (m_value[m_at] == '\\' && ++m_at == m_value.size())
                break;
            if (!isTokenByte(static_cast<uchar>(m_value[m_at])))
                return fail(QStringLiteral("A quoted value may hold only what a value without quotes may hold."));
            text.append(m_value[m_at]);
        }
        if (atEnd())
            return fail(QStringLiteral("A quoted value is not closed."));
        if (text.isEmpty())
            return fail(QStringLiteral("A quoted value is empty."));
        ++m_at;
        return true;
    }

    bool skip(char mark)
    {
        skipWhite();
        if (atEnd() || m_value[m_at] != mark)
            return false;
        ++m_at;
        return true;
    }

    void skipWhite()
    {
        while (!atEnd() && isWhite(static_cast<uchar>(m_value[m_at])))
            ++m_at;
    }

    [[nodiscard]] bool atEnd() const { return m_at >= m_value.size(); }

    bool fail(const QString &problem)
    {
        m_list.problem = problem;
        m_list.problemOffset = std::min(m_at, m_value.size());
        return false;
    }

    QByteArrayView m_value;
    qsizetype m_at = 0;
    ExtensionList m_list;
};

QByteArray quoted(const QByteArray &value)
{
    QByteArray text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            text.append('\\');
        text.append(c);
    }
    return text + '"';
}

} // namespace

ExtensionList parseExtensions(QByteArrayView value)
{
    return ExtensionReader(value).read();
}

ExtensionList extensionsOf(const Head &head)
{
    const QList<QByteArray> values = head.values(extensionsName);
    return values.isEmpty() ? ExtensionList{} : parseExtensions(values.join(", "));
}

QByteArray composeExtension(const Extension &extension)
{
    QByteArray text = extension.name;
    for (const ExtensionParameter &parameter : extension.parameters) {
        text += "; " + parameter.name;
        if (parameter.value)
            text += '=' + (isToken(*parameter.value) ? *parameter.value : quoted(*parameter.value));
    }
    return text;
}

} // namespace wsw::wire
