#include "widgets/jsonhighlighter.h"

#include "payload/jsontext.h"
#include "theme/theme.h"
#include "widgets/plaintextview.h"

#include <QTextBlock>

namespace wsw::desktop {

namespace {

/// A line that is shown in pieces is left without colours: no piece can be read by itself.
bool isPiece(const QTextBlock &block)
{
    constexpr qsizetype shortestPiece = PlainTextView::longestLine - 1;
    return block.text().size() >= shortestPiece || block.previous().text().size() >= shortestPiece;
}

Token tokenOf(payload::JsonToken token)
{
    using payload::JsonToken;
    switch (token) {
    case JsonToken::Key: return Token::Sent;
    case JsonToken::String: return Token::Received;
    case JsonToken::Number: return Token::Crafted;
    case JsonToken::Word: return Token::Control;
    case JsonToken::Punctuation: return Token::TextSecondary;
    }
    Q_UNREACHABLE();
}

} // namespace

JsonHighlighter::JsonHighlighter(QTextDocument *document) : QSyntaxHighlighter(document)
{
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        if (m_enabled)
            rehighlight();
    });
}

void JsonHighlighter::setEnabled(bool enabled)
{
    m_enabled = enabled;
}

void JsonHighlighter::highlightBlock(const QString &text)
{
    if (!m_enabled || isPiece(currentBlock()))
        return;
    const Theme &theme = Theme::instance();
    for (const payload::JsonSpan &span : payload::jsonSpans(text))
        setFormat(static_cast<int>(span.start), static_cast<int>(span.length), theme.color(tokenOf(span.token)));
}

} // namespace wsw::desktop
