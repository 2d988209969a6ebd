#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPalette>
#include <QString>

#include <optional>

class QDBusVariant;
class QWidget;

namespace wsw::desktop {

/// The colour tokens of the look; the only names by which code may ask for a colour.
enum class Token : quint8 {
    Window, Panel, PanelAlternate, Line,
    Text, TextSecondary, TextFaint,
    Accent, OnAccent, Selection,
    Sent, SentBackground, Received, ReceivedBackground, Control, ControlBackground,
    Crafted, CraftedBackground, Violation, ViolationBackground,
    RuleBlue, RuleBlueBackground, RuleOrange, RuleOrangeBackground, RuleGreen, RuleGreenBackground,
    RulePurple, RulePurpleBackground, RuleYellow, RuleYellowBackground, RuleGrey, RuleGreyBackground,
    Count
};

enum class ColorScheme : quint8 { Light, Dark };
enum class SchemeChoice : quint8 { System, Light, Dark };

/// What a colour says; each has a glyph too, so that no meaning rests on colour alone.
enum class Meaning : quint8 { Neutral, Sent, Received, Control, Crafted, Violation };

/// Grid, radii and heights of the look, in device-independent pixels at the default font size.
namespace metrics {
inline constexpr int space4 = 4, space8 = 8, space12 = 12, space16 = 16, space24 = 24;
inline constexpr int radiusChip = 4;
inline constexpr int toolbar = 44, paneHead = 32, button = 28, row = 24, statusBar = 28;
inline constexpr int iconSmall = 16;
}

enum class FontRole : quint8 { Body, Caption, PaneTitle, WindowHeading, Mono, MonoCaption };

/// The one visual system: tokens, fonts, icons, and the application's palette and style sheet made from them. GUI thread only.
class Theme final : public QObject
{
    Q_OBJECT
public:
    /// The theme of this process; made at the first call, after QApplication.
    [[nodiscard]] static Theme &instance();

    /// Sets Fusion, palette, fonts and style sheet on qApp and follows the system where @p choice is System.
    void apply(SchemeChoice choice);
    [[nodiscard]] SchemeChoice choice() const noexcept { return m_choice; }
    [[nodiscard]] ColorScheme scheme() const noexcept { return m_scheme; }

    [[nodiscard]] QColor color(Token token) const;
    /// The same for a given scheme; for tests of contrast.
    [[nodiscard]] static QColor color(Token token, ColorScheme scheme);
    [[nodiscard]] QFont font(FontRole role) const;
    /// Foreground and background of a meaning; Neutral: text on panel.
    [[nodiscard]] QColor foreground(Meaning meaning) const;
    [[nodiscard]] QColor background(Meaning meaning) const;
    /// ↑ ↓ ◆ ✎ ⚠ or nothing.
    [[nodiscard]] static QString glyph(Meaning meaning);
    /// A length of the look (see metrics) at the user's font size.
    [[nodiscard]] int scaled(int length) const;
    /// Of small icons, at the user's font size.
    [[nodiscard]] QSize iconSize() const { return {scaled(metrics::iconSmall), scaled(metrics::iconSmall)}; }
    /// The icon resources/icons/@p name.svg, its strokes tinted with @p token, in all sizes and modes.
    [[nodiscard]] QIcon icon(const QString &name, Token token = Token::TextSecondary) const;

Q_SIGNALS:
    /// Colours or fonts have changed: repaint, ask for icons again.
    void changed();

private Q_SLOTS:
    /// org.freedesktop.portal.Settings: a setting of the desktop has changed.
    void onPortalSetting(const QString &group, const QString &key, const QDBusVariant &value);

private:
    Theme();
    void followPortal();
    void setPortalScheme(quint32 value);
    void applyScheme();
    [[nodiscard]] ColorScheme systemScheme() const;

    SchemeChoice m_choice = SchemeChoice::System;
    ColorScheme m_scheme = ColorScheme::Light;
    ColorScheme m_paletteScheme = ColorScheme::Light;   ///< of the palette that the platform gave at start
    std::optional<ColorScheme> m_portalScheme;          ///< what the desktop portal says, once it has answered
    QFont m_sans;
    QFont m_mono;
    qreal m_scale = 1.0;
    bool m_followsPortal = false;
};

/// The part a widget plays, for the style sheet: "primary", "quiet", "icon", "scope" or "segment" (buttons); "caption", "secondary", "faint", "mono",
/// "heading", "title" or "problem" (labels); "card", "panel", "head" or "bar" (frames); "rows" (trees), "popup" (lists). Set it before the widget is shown.
void setRole(QWidget *widget, const char *role);

} // namespace wsw::desktop
