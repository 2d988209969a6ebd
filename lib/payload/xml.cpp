#include "payload/formats.h"

#include <QXmlStreamReader>

#include <algorithm>
#include <vector>

// The reader says what is well formed and where each token ends; what is written is the text of the tokens as they came, with other white
// space between those elements that hold no text. Nothing is resolved, completed or put into another order.

namespace wsw::payload {

namespace {

/// To the reader each attribute of a tag costs as much as those before it.
constexpr qsizetype mostTagBytes = 64 * 1024;
constexpr int xmlIndent = 2;

struct Token
{
    QXmlStreamReader::TokenType type;
    QStringView source;     ///< empty: the end of an element that ends with its own tag
    qsizetype parent;       ///< the start of the element that it stands in; -1: none
};

/// The tokens of one document, and which elements hold text.
class Tokens final
{
public:
    explicit Tokens(const QString &text) : m_text(text), m_reader(text) {}

    /// False where it is no XML, or none that is read; see error().
    bool read();
    [[nodiscard]] const Error &error() const noexcept { return m_error; }
    /// Nothing where it would be too long.
    [[nodiscard]] std::optional<QString> laidOut() const;

private:
    bool take(qsizetype from, qsizetype to);
    [[nodiscard]] bool standsAlone(const Token &token) const { return token.parent < 0 || !m_holdsText[static_cast<size_t>(token.parent)]; }

    const QString &m_text;
    QXmlStreamReader m_reader;
    std::vector<Token> m_tokens;
    std::vector<bool> m_holdsText;      ///< for each token: an element with text of its own, beside that of elements in it
    std::vector<qsizetype> m_open;
    Error m_error{};
};

bool Tokens::read()
{
    qsizetype from = 0;
    while (!m_reader.atEnd()) {
        m_reader.readNext();
        const auto to = static_cast<qsizetype>(m_reader.characterOffset());
        if (m_reader.hasError())
            break;
        // To see that there is no declaration, the reader has looked into what comes first.
        if (m_reader.isStartDocument() && m_reader.documentVersion().isEmpty())
            continue;
        if (!take(from, std::min(to, m_text.size())))
            return false;
        from = to;
    }
    if (!m_reader.hasError())
        return true;
    const auto at = std::clamp<qsizetype>(static_cast<qsizetype>(m_reader.characterOffset()), 0, m_text.size());
    m_error = isNone(Format::Xml, QStringView(m_text).first(at).toUtf8().size());
    m_error.detail = m_reader.errorString();
    return false;
}

bool Tokens::take(qsizetype from, qsizetype to)
{
    using enum QXmlStreamReader::TokenType;
    const QXmlStreamReader::TokenType type = m_reader.tokenType();
    if (type == DTD) {
        m_error = {ErrorKind::Usage, QStringLiteral("XML with a document type is not laid out."), QStringLiteral("Read it as it is."), {}};
        return false;
    }
    const qsizetype parent = m_open.empty() ? -1 : m_open.back();
    const bool isText = (type == Characters && !m_reader.isWhitespace()) || type == EntityReference;
    if (isText && parent >= 0)
        m_holdsText[static_cast<size_t>(parent)] = true;
    if (type == EndElement) {
        const qsizetype start = m_open.back();
        m_open.pop_back();
        m_tokens.push_back({type, QStringView(m_text).sliced(from, to - from), start});
        m_holdsText.push_back(false);
        return true;
    }
    m_tokens.push_back({type, QStringView(m_text).sliced(from, to - from), parent});
    m_holdsText.push_back(false);
    if (type == StartElement)
        m_open.push_back(static_cast<qsizetype>(m_tokens.size()) - 1);
    if (static_cast<int>(m_open.size()) > mostDepth) {
        m_error = tooDeep(Format::Xml);
        return false;
    }
    return true;
}

std::optional<QString> Tokens::laidOut() const
{
    using enum QXmlStreamReader::TokenType;
    QString text;
    int depth = 0;
    bool isAfterStart = false;
    for (const Token &token : m_tokens) {
        if (text.size() > mostText)
            return std::nullopt;
        depth -= token.type == EndElement ? 1 : 0;
        const QStringView source = token.type == Characters ? token.source : token.source.trimmed();
        const bool isSpace = token.type == Characters && source.trimmed().isEmpty();
        const bool isEmptyElement = token.type == EndElement && isAfterStart;
        // An element without anything in it stays on its line.
        if (standsAlone(token) && !source.isEmpty() && !isSpace && !isEmptyElement && !text.isEmpty())
            text += u'\n' + QString(depth * xmlIndent, u' ');
        if (!isSpace || !standsAlone(token))
            text += source;
        depth += token.type == StartElement ? 1 : 0;
        isAfterStart = token.type == StartElement;
    }
    return text;
}

bool hasLongTag(QByteArrayView payload)
{
    for (qsizetype at = payload.indexOf('<'); at >= 0;) {
        const qsizetype end = payload.indexOf('>', at);
        if ((end < 0 ? payload.size() : end) - at > mostTagBytes)
            return true;
        at = end < 0 ? -1 : payload.indexOf('<', end);
    }
    return false;
}

} // namespace

Result<QString> layOutXml(QByteArrayView payload)
{
    if (hasLongTag(payload)) {
        return Error{ErrorKind::Limit, QStringLiteral("XML with a tag of more than %1 bytes is not laid out.").arg(mostTagBytes), QStringLiteral("Read it as it is."), {}};
    }
    const QString text = QString::fromUtf8(payload);
    Tokens tokens(text);
    if (!tokens.read())
        return tokens.error();
    auto laidOut = tokens.laidOut();
    return laidOut ? Result<QString>(*laidOut) : tooLong(Format::Xml);
}

} // namespace wsw::payload
