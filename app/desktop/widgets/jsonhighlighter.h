#pragma once

#include <QSyntaxHighlighter>

namespace wsw::desktop {

/// Colours JSON by the theme's tokens. Off by default: text that is no JSON stays as it is.
class JsonHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT
public:
    explicit JsonHighlighter(QTextDocument *document);
    void setEnabled(bool enabled);

protected:
    void highlightBlock(const QString &text) override;

private:
    bool m_enabled = false;
};

} // namespace wsw::desktop
