#include "theme/theme.h"

#include "theme/iconengine.h"
#include "theme/stylesheet.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QFontDatabase>
#include <QFontInfo>
#include <QStyle>
#include <QStyleFactory>
#include <QTimer>
#include <QWidget>

#include <array>

/// Resources of a static library are linked in by being named; the macro wants the global namespace.
static void initResources()
{
    Q_INIT_RESOURCE(resources);
}

namespace wsw::desktop {

namespace {

/// The only colour literals of the program, in the order of Token: light, dark.
constexpr std::array<std::array<QRgb, 2>, static_cast<size_t>(Token::Count)> colors{{
    {0xfff4f5f7, 0xff15181c}, // Window
    {0xffffffff, 0xff1c2025}, // Panel
    {0xfffafbfc, 0xff20252b}, // PanelAlternate
    {0xffdde1e6, 0xff30363e}, // Line
    {0xff1b1f24, 0xffe4e8ec}, // Text
    {0xff5b6570, 0xffa0aab5}, // TextSecondary
    {0xff646e79, 0xff8d97a2}, // TextFaint; the light one is darker than drawn, for 4.5:1 on Window
    {0xff2563c9, 0xff79a8ff}, // Accent
    {0xffffffff, 0xff10151c}, // OnAccent
    {0xffe2edfe, 0xff263a5a}, // Selection; a light one lighter than drawn, for 4.5:1 under Received
    {0xff0b63a5, 0xff66b8f0}, // Sent
    {0xffe3f0fa, 0xff16303f}, // SentBackground
    {0xff0a7a58, 0xff45c99a}, // Received
    {0xffe1f4ed, 0xff143229}, // ReceivedBackground
    {0xff8a3d78, 0xffd995c4}, // Control
    {0xfff7e8f3, 0xff362232}, // ControlBackground
    {0xff8a5800, 0xffeab54d}, // Crafted
    {0xfffdf0d6, 0xff3a2e14}, // CraftedBackground
    {0xffb8390e, 0xffff8a5e}, // Violation
    {0xfffde6dd, 0xff412318}, // ViolationBackground
    // The user's rules: colours that stay apart for eyes that lack one of the three cones.
    {0xff0058d0, 0xff6fb2ff}, // RuleBlue
    {0xffe2f0fb, 0xff17303f}, // RuleBlueBackground
    {0xffbb7a00, 0xfff07a28}, // RuleOrange
    {0xfffdeed3, 0xff3d2d12}, // RuleOrangeBackground
    {0xff39926a, 0xff22c08a}, // RuleGreen
    {0xffddf4ec, 0xff12322a}, // RuleGreenBackground
    {0xffa82a80, 0xffd66fc8}, // RulePurple
    {0xfff8e8f2, 0xff37222f}, // RulePurpleBackground
    {0xff5e5000, 0xfff2d23c}, // RuleYellow
    {0xfff7f3c2, 0xff34320f}, // RuleYellowBackground
    {0xff1f252b, 0xffe8ecf0}, // RuleGrey
    {0xffeaedf0, 0xff30363d}, // RuleGreyBackground
}};

ColorScheme schemeOf(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness()
               ? ColorScheme::Dark
               : ColorScheme::Light;
}

/// True where the platform named no font of the user's choice, only a class of fonts.
bool isGeneric(const QString &family)
{
    const QStringList generic{QStringLiteral("sans serif"), QStringLiteral("sans"),      QStringLiteral("sans-serif"),
                              QStringLiteral("monospace"),  QStringLiteral("helvetica"), QStringLiteral("fixed")};
    return family.isEmpty() || generic.contains(family.toLower());
}

QFont preferring(QFont font, const QStringList &families)
{
    if (isGeneric(font.family()))
        font.setFamilies(families);
    return font;
}

QPalette makePalette(const Theme &theme)
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, Token token) { palette.setColor(role, theme.color(token)); };
    set(QPalette::Window, Token::Window);
    set(QPalette::WindowText, Token::Text);
    set(QPalette::Base, Token::Panel);
    set(QPalette::AlternateBase, Token::PanelAlternate);
    set(QPalette::Text, Token::Text);
    set(QPalette::PlaceholderText, Token::TextFaint);
    set(QPalette::Button, Token::Panel);
    set(QPalette::ButtonText, Token::Text);
    set(QPalette::BrightText, Token::Violation);
    set(QPalette::Highlight, Token::Selection);
    set(QPalette::HighlightedText, Token::Text);
    set(QPalette::ToolTipBase, Token::PanelAlternate);
    set(QPalette::ToolTipText, Token::Text);
    set(QPalette::Link, Token::Accent);
    set(QPalette::LinkVisited, Token::Accent);
    set(QPalette::Light, Token::Panel);
    set(QPalette::Midlight, Token::PanelAlternate);
    set(QPalette::Mid, Token::Line);
    set(QPalette::Dark, Token::Line);
    set(QPalette::Shadow, Token::Line);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, theme.color(Token::TextFaint));
    return palette;
}

constexpr auto portalService = "org.freedesktop.portal.Desktop";
constexpr auto portalPath = "/org/freedesktop/portal/desktop";
constexpr auto portalInterface = "org.freedesktop.portal.Settings";
constexpr auto appearanceGroup = "org.freedesktop.appearance";
constexpr auto schemeKey = "color-scheme";

/// The portal wraps a value in one or two variants, depending on the call and its version.
QVariant unwrapped(QVariant value)
{
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value;
}

} // namespace

Theme &Theme::instance()
{
    // Owned by the application, so that it goes before the fonts and D-Bus do.
    static Theme *const theme = new Theme;
    return *theme;
}

Theme::Theme() : QObject(qApp)
{
    initResources();
    m_paletteScheme = schemeOf(QGuiApplication::palette());

    const QFont general = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    m_sans = preferring(general, {QStringLiteral("Inter"), QStringLiteral("Noto Sans"), QStringLiteral("Cantarell"),
                                  QStringLiteral("DejaVu Sans"), QStringLiteral("Sans Serif")});
    m_mono = preferring(fixed, {QStringLiteral("JetBrains Mono"), QStringLiteral("Noto Sans Mono"),
                                QStringLiteral("DejaVu Sans Mono"), QStringLiteral("Monospace")});
    m_mono.setStyleHint(QFont::Monospace);
    // The look is drawn for 10 points, 13 pixels at 96 dpi; larger system fonts enlarge everything, none shrink it.
    if (general.pointSizeF() > 10.0)
        m_scale = general.pointSizeF() / 10.0;
}

void Theme::apply(SchemeChoice choice)
{
    m_choice = choice;
    if (choice == SchemeChoice::System)
        followPortal();
    m_scheme = choice == SchemeChoice::Light  ? ColorScheme::Light
               : choice == SchemeChoice::Dark ? ColorScheme::Dark
                                              : systemScheme();
    applyScheme();
}

ColorScheme Theme::systemScheme() const
{
    return m_portalScheme.value_or(m_paletteScheme);
}

void Theme::applyScheme()
{
    if (qApp->style()->objectName().compare(QLatin1String("fusion"), Qt::CaseInsensitive) != 0)
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setFont(font(FontRole::Body));
    QApplication::setPalette(makePalette(*this));
    qApp->setStyleSheet(makeStyleSheet(*this));
    Q_EMIT changed();
}

void Theme::followPortal()
{
    if (m_followsPortal)
        return;
    m_followsPortal = true;
    // Once events run, so that the first paint never waits for the message bus.
    QTimer::singleShot(0, this, [this] {
        QDBusConnection bus = QDBusConnection::sessionBus();
        if (!bus.isConnected())
            return;
        bus.connect(QLatin1String(portalService), QLatin1String(portalPath), QLatin1String(portalInterface),
                    QStringLiteral("SettingChanged"), this, SLOT(onPortalSetting(QString, QString, QDBusVariant)));
        QDBusMessage read = QDBusMessage::createMethodCall(QLatin1String(portalService), QLatin1String(portalPath),
                                                           QLatin1String(portalInterface), QStringLiteral("Read"));
        read << QLatin1String(appearanceGroup) << QLatin1String(schemeKey);
        auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(read), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *done) {
            const QDBusPendingReply<QDBusVariant> reply = *done;
            if (!reply.isError())
                setPortalScheme(unwrapped(reply.value().variant()).toUInt());
            done->deleteLater();
        });
    });
}

void Theme::onPortalSetting(const QString &group, const QString &key, const QDBusVariant &value)
{
    if (group == QLatin1String(appearanceGroup) && key == QLatin1String(schemeKey))
        setPortalScheme(unwrapped(value.variant()).toUInt());
}

void Theme::setPortalScheme(quint32 value)
{
    // 0: no preference, 1: dark, 2: light.
    m_portalScheme = value == 1   ? std::optional(ColorScheme::Dark)
                     : value == 2 ? std::optional(ColorScheme::Light)
                                  : std::nullopt;
    if (m_choice == SchemeChoice::System && m_scheme != systemScheme()) {
        m_scheme = systemScheme();
        applyScheme();
    }
}

QColor Theme::color(Token token) const
{
    return color(token, m_scheme);
}

QColor Theme::color(Token token, ColorScheme scheme)
{
    Q_ASSERT(token < Token::Count);
    return QColor::fromRgb(colors[static_cast<size_t>(token)][static_cast<size_t>(scheme)]);
}

int Theme::scaled(int length) const
{
    return qRound(length * m_scale);
}

QFont Theme::font(FontRole role) const
{
    const bool mono = role == FontRole::Mono || role == FontRole::MonoCaption;
    QFont font = mono ? m_mono : m_sans;
    switch (role) {
    case FontRole::Body: font.setPixelSize(scaled(13)); break;
    case FontRole::Caption: font.setPixelSize(scaled(11)); break;
    case FontRole::PaneTitle: font.setPixelSize(scaled(13)); font.setWeight(QFont::DemiBold); break;
    case FontRole::WindowHeading: font.setPixelSize(scaled(16)); font.setWeight(QFont::DemiBold); break;
    case FontRole::Mono: font.setPixelSize(scaled(12)); break;
    case FontRole::MonoCaption: font.setPixelSize(scaled(11)); break;
    }
    return font;
}

QColor Theme::foreground(Meaning meaning) const
{
    switch (meaning) {
    case Meaning::Neutral: return color(Token::Text);
    case Meaning::Sent: return color(Token::Sent);
    case Meaning::Received: return color(Token::Received);
    case Meaning::Control: return color(Token::Control);
    case Meaning::Crafted: return color(Token::Crafted);
    case Meaning::Violation: return color(Token::Violation);
    }
    Q_UNREACHABLE();
}

QColor Theme::background(Meaning meaning) const
{
    switch (meaning) {
    case Meaning::Neutral: return color(Token::Panel);
    case Meaning::Sent: return color(Token::SentBackground);
    case Meaning::Received: return color(Token::ReceivedBackground);
    case Meaning::Control: return color(Token::ControlBackground);
    case Meaning::Crafted: return color(Token::CraftedBackground);
    case Meaning::Violation: return color(Token::ViolationBackground);
    }
    Q_UNREACHABLE();
}

QString Theme::glyph(Meaning meaning)
{
    switch (meaning) {
    case Meaning::Neutral: return {};
    case Meaning::Sent: return QStringLiteral("↑");
    case Meaning::Received: return QStringLiteral("↓");
    case Meaning::Control: return QStringLiteral("◆");
    case Meaning::Crafted: return QStringLiteral("✎");
    case Meaning::Violation: return QStringLiteral("⚠");
    }
    Q_UNREACHABLE();
}

QIcon Theme::icon(const QString &name, Token token) const
{
    return QIcon(new SvgIconEngine(name, token));
}

void setRole(QWidget *widget, const char *role)
{
    widget->setProperty("role", QString::fromLatin1(role));
    // The style sheet has looked at it already: a button box has its buttons polished as they are made.
    if (widget->testAttribute(Qt::WA_WState_Polished)) {
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
    }
}

} // namespace wsw::desktop
