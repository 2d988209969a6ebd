#include "theme/stylesheet.h"
#include "theme/theme.h"

#include "recording.h"
#include "support/testmain.h"

#include <QApplication>
#include <QDir>
#include <QImage>
#include <QPainter>
#include <QRegularExpression>
#include <QSignalSpy>

#include <cmath>

using namespace wsw::desktop;

class TestTheme final : public QObject
{
    Q_OBJECT

    /// WCAG 2.1, relative luminance.
    static double luminance(const QColor &color)
    {
        const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
    }

    static double contrast(const QColor &a, const QColor &b)
    {
        const double la = luminance(a);
        const double lb = luminance(b);
        return (qMax(la, lb) + 0.05) / (qMin(la, lb) + 0.05);
    }

    static void addPair(ColorScheme scheme, const char *name, Token foreground, Token background)
    {
        QTest::addRow("%s, %s", name, scheme == ColorScheme::Light ? "light" : "dark") << scheme << foreground << background;
    }

private Q_SLOTS:
    void initTestCase() { wsw::test::useTestFolders("tst_theme"); }
    void init() { wsw::test::failOnWarnings(); }

    void measuresContrastAsPublished()
    {
        // Known values: black on white 21:1, #767676 on white 4.54:1.
        QCOMPARE(qRound(contrast(Qt::black, Qt::white) * 100), 2100);
        QCOMPARE(qRound(contrast(QColor(0x76, 0x76, 0x76), Qt::white) * 100), 454);
    }

    void contrastIsEnough_data()
    {
        QTest::addColumn<ColorScheme>("scheme");
        QTest::addColumn<Token>("foreground");
        QTest::addColumn<Token>("background");
        for (const ColorScheme scheme : {ColorScheme::Light, ColorScheme::Dark}) {
            for (const auto &[ground, on] : {std::pair{Token::Window, "window"}, std::pair{Token::Panel, "panel"},
                                             std::pair{Token::PanelAlternate, "alternate"}, std::pair{Token::Selection, "selection"}}) {
                addPair(scheme, qPrintable(QStringLiteral("text on %1").arg(QLatin1String(on))), Token::Text, ground);
                addPair(scheme, qPrintable(QStringLiteral("secondary on %1").arg(QLatin1String(on))), Token::TextSecondary, ground);
                for (const auto &[token, name] : {std::pair{Token::Accent, "accent"}, std::pair{Token::Sent, "sent"},
                                                  std::pair{Token::Received, "received"}, std::pair{Token::Control, "control"},
                                                  std::pair{Token::Crafted, "crafted"}, std::pair{Token::Violation, "violation"}})
                    addPair(scheme, qPrintable(QStringLiteral("%1 on %2").arg(QLatin1String(name), QLatin1String(on))), token, ground);
                // Faint text is never drawn on a selection: what is selected is drawn as secondary.
                if (ground != Token::Selection)
                    addPair(scheme, qPrintable(QStringLiteral("faint on %1").arg(QLatin1String(on))), Token::TextFaint, ground);
            }
            // What is written on a row that a rule colours.
            for (const Token ground : {Token::RuleBlueBackground, Token::RuleOrangeBackground, Token::RuleGreenBackground, Token::RulePurpleBackground,
                                       Token::RuleYellowBackground, Token::RuleGreyBackground}) {
                for (const auto &[token, name] : {std::pair{Token::Text, "text"}, std::pair{Token::TextSecondary, "secondary"}, std::pair{Token::Received, "round trip"},
                                                  std::pair{Token::Violation, "violation"}})
                    addPair(scheme, qPrintable(QStringLiteral("%1 on rule %2").arg(QLatin1String(name)).arg(static_cast<int>(ground))), token, ground);
            }
            addPair(scheme, "on accent", Token::OnAccent, Token::Accent);
            addPair(scheme, "sent chip", Token::Sent, Token::SentBackground);
            addPair(scheme, "received chip", Token::Received, Token::ReceivedBackground);
            addPair(scheme, "control chip", Token::Control, Token::ControlBackground);
            addPair(scheme, "crafted chip", Token::Crafted, Token::CraftedBackground);
            addPair(scheme, "violation chip", Token::Violation, Token::ViolationBackground);
        }
    }

    void contrastIsEnough()
    {
        QFETCH(ColorScheme, scheme);
        QFETCH(Token, foreground);
        QFETCH(Token, background);
        const double ratio = contrast(Theme::color(foreground, scheme), Theme::color(background, scheme));
        QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("%1:1").arg(ratio, 0, 'f', 2)));
    }

    void schemesDifferInEveryToken()
    {
        for (int i = 0; i < static_cast<int>(Token::Count); ++i)
            QVERIFY(Theme::color(static_cast<Token>(i), ColorScheme::Light) != Theme::color(static_cast<Token>(i), ColorScheme::Dark));
    }

    void appliesTheChosenScheme()
    {
        Theme &theme = Theme::instance();
        QSignalSpy changed(&theme, &Theme::changed);
        theme.apply(SchemeChoice::Dark);
        QCOMPARE(theme.scheme(), ColorScheme::Dark);
        QCOMPARE(QApplication::palette().color(QPalette::Base), theme.color(Token::Panel));
        theme.apply(SchemeChoice::Light);
        QCOMPARE(theme.scheme(), ColorScheme::Light);
        QCOMPARE(changed.count(), 2);
        QCOMPARE(QApplication::palette().color(QPalette::Base), Theme::color(Token::Panel, ColorScheme::Light));
    }

    void styleSheetIsComplete()
    {
        const QString sheet = makeStyleSheet(Theme::instance());
        QVERIFY(sheet.contains(Theme::instance().color(Token::Accent).name()));
        static const QRegularExpression left(QStringLiteral("\\{[a-z0-9.]+\\}"));
        QVERIFY2(!left.match(sheet).hasMatch(), qPrintable(left.match(sheet).captured()));
        // Applying it has Qt parse it; a rule that cannot be read is a warning, and a warning fails the test.
        Theme::instance().apply(SchemeChoice::Light);
    }

    void everyMeaningHasItsGlyph()
    {
        QStringList glyphs;
        for (const Meaning meaning : {Meaning::Sent, Meaning::Received, Meaning::Control, Meaning::Crafted, Meaning::Violation})
            glyphs.append(Theme::glyph(meaning));
        glyphs.removeDuplicates();
        glyphs.removeAll(QString());
        QCOMPARE(glyphs.size(), 5);
    }

    void iconsAreDrawnInTheirToken_data()
    {
        QTest::addColumn<QString>("name");
        Theme::instance().apply(SchemeChoice::Light);
        for (const QString &file : QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")}, QDir::Files))
            QTest::addRow("%s", qPrintable(file)) << file.chopped(4);
    }

    void iconsAreDrawnInTheirToken()
    {
        QFETCH(QString, name);
        Theme::instance().apply(SchemeChoice::Light);
        const QIcon icon = Theme::instance().icon(name, Token::Violation);
        const QColor wanted = Theme::instance().color(Token::Violation);
        for (const int size : {16, 20, 32}) {
            const QImage image = icon.pixmap(QSize(size, size)).toImage().convertToFormat(QImage::Format_ARGB32);
            QCOMPARE(image.width(), size);
            int opaque = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    const QColor pixel = image.pixelColor(x, y);
                    if (pixel.alpha() > 96) {
                        ++opaque;
                        QVERIFY(qAbs(pixel.red() - wanted.red()) < 24 && qAbs(pixel.blue() - wanted.blue()) < 24);
                    }
                }
            }
            QVERIFY2(opaque >= 2, "nothing is drawn");
        }
    }

    void saysWhichIconIsMissing()
    {
        QVERIFY(Theme::instance().icon(QStringLiteral("no-such-icon")).isNull());
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
