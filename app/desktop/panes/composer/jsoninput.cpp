#include "panes/composer/jsoninput.h"

#include "payload/jsontext.h"

#include <QCoreApplication>

namespace wsw::desktop {

namespace {

constexpr int deepest = 1000;

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

bool isHexDigit(QChar c)
{
    return isDigit(c) || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
}

/// Recursive descent over the grammar of RFC 8259; each function leaves m_at behind what it read or sets the problem.
class Checker final
{
public:
    explicit Checker(const QString &text) : m_text(text) {}

    JsonProblem run()
    {
        skipSpace();
        if (atEnd())
            fail(tr("a value is missing"));
        else if (value(0)) {
            skipSpace();
            if (!atEnd())
                fail(tr("nothing may follow the value"));
        }
        return m_problem;
    }

private:
    static QString tr(const char *text) { return QCoreApplication::translate("JsonInput", text); }
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] QChar here() const { return atEnd() ? QChar() : m_text[m_at]; }
    void skipSpace()
    {
        while (!atEnd() && payload::isJsonSpace(m_text[m_at]))
            ++m_at;
    }
    bool fail(const QString &message)
    {
        m_problem.message = message;
        m_problem.position = m_at;
        const QString before = m_text.left(m_at);
        m_problem.line = static_cast<int>(before.count(u'\n')) + 1;
        m_problem.column = static_cast<int>(m_at - (before.lastIndexOf(u'\n') + 1)) + 1;
        return false;
    }

    bool value(int depth)
    {
        if (depth > deepest)
            return fail(tr("nested deeper than %1 levels").arg(deepest));
        const QChar c = here();
        if (c == u'{')
            return object(depth);
        if (c == u'[')
            return array(depth);
        if (c == u'"')
            return string();
        if (c == u'-' || isDigit(c))
            return number();
        for (const char16_t *word : {u"true", u"false", u"null"}) {
            const auto wanted = QStringView(word);
            if (QStringView(m_text).sliced(m_at).startsWith(wanted)) {
                m_at += wanted.size();
                return true;
            }
        }
        if (atEnd())
            return fail(tr("the text ends where a value should stand"));
        return fail(c == u'\'' ? tr("text stands in double quotes") : tr("“%1” begins no value").arg(c));
    }

    bool object(int depth)
    {
        ++m_at;
        skipSpace();
        if (here() == u'}')
            return ++m_at, true;
        for (;;) {
            if (here() != u'"')
                return fail(here() == u'}' ? tr("a member should follow the comma") : tr("a name in double quotes should stand here"));
            if (!string())
                return false;
            skipSpace();
            if (here() != u':')
                return fail(tr("a colon should follow the name"));
            ++m_at;
            skipSpace();
            if (!value(depth + 1))
                return false;
            skipSpace();
            if (here() == u'}')
                return ++m_at, true;
            if (here() != u',')
                return fail(tr("a comma or } should stand here"));
            ++m_at;
            skipSpace();
        }
    }

    bool array(int depth)
    {
        ++m_at;
        skipSpace();
        if (here() == u']')
            return ++m_at, true;
        for (;;) {
            if (here() == u']')
                return fail(tr("a value should follow the comma"));
            if (!value(depth + 1))
                return false;
            skipSpace();
            if (here() == u']')
                return ++m_at, true;
            if (here() != u',')
                return fail(tr("a comma or ] should stand here"));
            ++m_at;
            skipSpace();
        }
    }

    bool string()
    {
        ++m_at;
        for (; !atEnd(); ++m_at) {
            const QChar c = here();
            if (c == u'"')
                return ++m_at, true;
            if (c.unicode() < 0x20)
                return fail(c == u'\n' ? tr("the text's closing quote is missing") : tr("a control character must be written as \\u%1")
                                                                                       .arg(c.unicode(), 4, 16, QLatin1Char('0')));
            if (c == u'\\' && !escape())
                return false;
        }
        return fail(tr("the text's closing quote is missing"));
    }

    /// Leaves m_at on the escape's last character.
    bool escape()
    {
        ++m_at;
        if (here() == u'u') {
            for (int i = 0; i < 4; ++i) {
                ++m_at;
                if (!isHexDigit(here()))
                    return fail(tr("\\u takes four hex digits"));
            }
            return true;
        }
        if (atEnd() || !QStringView(u"\"\\/bfnrt").contains(here()))
            return fail(tr("after \\ stands one of \" \\ / b f n r t u"));
        return true;
    }

    bool digits(const QString &missing)
    {
        if (!isDigit(here()))
            return fail(missing);
        while (isDigit(here()))
            ++m_at;
        return true;
    }

    bool number()
    {
        if (here() == u'-')
            ++m_at;
        if (here() == u'0') {
            ++m_at;
            if (isDigit(here()))
                return fail(tr("a number does not begin with 0"));
        } else if (!digits(tr("a digit should stand here"))) {
            return false;
        }
        if (here() == u'.') {
            ++m_at;
            if (!digits(tr("a digit should follow the point")))
                return false;
        }
        if (here() == u'e' || here() == u'E') {
            ++m_at;
            if (here() == u'+' || here() == u'-')
                ++m_at;
            return digits(tr("a digit should stand in the exponent"));
        }
        return true;
    }

    const QString &m_text;
    qsizetype m_at = 0;
    JsonProblem m_problem;
};

} // namespace

JsonProblem checkJson(const QString &text)
{
    return Checker(text).run();
}

} // namespace wsw::desktop
