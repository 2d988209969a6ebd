#include "widgets/fieldcolors.h"

namespace wsw::desktop {

using lesson::HeaderPart;
using lesson::Verdict;

FieldColors fieldColors(HeaderPart part)
{
    const Theme &theme = Theme::instance();
    const auto of = [&theme](Meaning meaning) { return FieldColors{theme.foreground(meaning), theme.background(meaning)}; };
    switch (part) {
    case HeaderPart::Fin: return of(Meaning::Sent);
    case HeaderPart::Rsv1:
    case HeaderPart::Rsv2:
    case HeaderPart::Rsv3: return {theme.color(Token::TextSecondary), theme.color(Token::PanelAlternate)};
    case HeaderPart::Opcode: return of(Meaning::Control);
    case HeaderPart::Mask:
    case HeaderPart::MaskingKey: return of(Meaning::Crafted);
    case HeaderPart::Length:
    case HeaderPart::ExtendedLength: return of(Meaning::Received);
    case HeaderPart::Payload: return {theme.color(Token::Text), theme.color(Token::PanelAlternate)};
    }
    Q_UNREACHABLE();
}

QString verdictGlyph(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Info: return {};
    case Verdict::Right: return QStringLiteral("✓");
    case Verdict::Unusual: return QStringLiteral("!");
    case Verdict::Wrong: return QStringLiteral("⚠");
    }
    Q_UNREACHABLE();
}

QColor verdictColor(Verdict verdict)
{
    const Theme &theme = Theme::instance();
    switch (verdict) {
    case Verdict::Info: return theme.color(Token::TextSecondary);
    case Verdict::Right: return theme.color(Token::Received);
    case Verdict::Unusual: return theme.color(Token::Crafted);
    case Verdict::Wrong: return theme.color(Token::Violation);
    }
    Q_UNREACHABLE();
}

} // namespace wsw::desktop
