#include "models/colorrule.h"

#include <QSettings>

#include <algorithm>
#include <array>

namespace wsw::desktop {

namespace {

const auto settingsKey = QStringLiteral("log/rules");

struct Look
{
    Token token;
    Token background;
    const char *word;   ///< in the settings
    const char *name;
};

/// In the order of RuleColor.
constexpr std::array<Look, ruleColors> looks{{
    {Token::RuleBlue, Token::RuleBlueBackground, "blue", QT_TRANSLATE_NOOP("ColorRules", "Blue, circle")},
    {Token::RuleOrange, Token::RuleOrangeBackground, "orange", QT_TRANSLATE_NOOP("ColorRules", "Orange, triangle")},
    {Token::RuleGreen, Token::RuleGreenBackground, "green", QT_TRANSLATE_NOOP("ColorRules", "Green, square")},
    {Token::RulePurple, Token::RulePurpleBackground, "purple", QT_TRANSLATE_NOOP("ColorRules", "Purple, diamond")},
    {Token::RuleYellow, Token::RuleYellowBackground, "yellow", QT_TRANSLATE_NOOP("ColorRules", "Yellow, cross")},
    {Token::RuleGrey, Token::RuleGreyBackground, "grey", QT_TRANSLATE_NOOP("ColorRules", "Grey, ring")},
}};

const Look &lookOf(RuleColor color)
{
    return looks[static_cast<size_t>(color)];
}

RuleColor colorFromWord(const QString &word)
{
    const auto at = std::find_if(looks.begin(), looks.end(), [&word](const Look &look) { return word == QLatin1String(look.word); });
    return at == looks.end() ? RuleColor::Blue : static_cast<RuleColor>(at - looks.begin());
}

QList<ColorRule> stored()
{
    QSettings settings;
    if (!settings.contains(settingsKey + QStringLiteral("/size")))
        return ColorRules::readyMade();
    QList<ColorRule> rules;
    const int count = qMin(settings.beginReadArray(settingsKey), ColorRules::mostRules);
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        rules.append({settings.value(QStringLiteral("name")).toString(), settings.value(QStringLiteral("filter")).toString(),
                      colorFromWord(settings.value(QStringLiteral("color")).toString()), settings.value(QStringLiteral("on")).toBool()});
    }
    settings.endArray();
    return rules;
}

void store(const QList<ColorRule> &rules)
{
    QSettings settings;
    settings.remove(settingsKey);
    settings.beginWriteArray(settingsKey, static_cast<int>(rules.size()));
    for (qsizetype i = 0; i < rules.size(); ++i) {
        settings.setArrayIndex(static_cast<int>(i));
        settings.setValue(QStringLiteral("name"), rules.at(i).name);
        settings.setValue(QStringLiteral("filter"), rules.at(i).filter);
        settings.setValue(QStringLiteral("color"), QLatin1String(lookOf(rules.at(i).color).word));
        settings.setValue(QStringLiteral("on"), rules.at(i).isOn);
    }
    settings.endArray();
}

} // namespace

Token ruleToken(RuleColor color)
{
    return lookOf(color).token;
}

Token ruleBackground(RuleColor color)
{
    return lookOf(color).background;
}

QString ruleColorName(RuleColor color)
{
    return ColorRules::tr(lookOf(color).name);
}

ColorRules::ColorRules(QObject *parent) : QObject(parent), m_rules(stored())
{
    compile();
}

void ColorRules::set(const QList<ColorRule> &rules)
{
    if (rules == m_rules)
        return;
    m_rules = rules;
    store(m_rules);
    compile();
    Q_EMIT changed();
}

QList<ColorRule> ColorRules::readyMade()
{
    return {{tr("Breaks a rule"), QStringLiteral("violation"), RuleColor::Orange, false},
            {tr("Closes with a failure"), QStringLiteral("close.code >= 1002 && close.code < 3000"), RuleColor::Purple, false},
            {tr("Slow answer"), QStringLiteral("rtt > 100ms"), RuleColor::Yellow, false},
            {tr("Large"), QStringLiteral("length > 64KiB"), RuleColor::Blue, false},
            {tr("Crafted by hand"), QStringLiteral("crafted"), RuleColor::Green, false},
            {tr("Ping and Pong"), QStringLiteral("opcode == ping || opcode == pong"), RuleColor::Grey, false}};
}

void ColorRules::compile()
{
    m_filters.clear();
    m_indices.clear();
    m_readPayloads = false;
    for (qsizetype i = 0; i < m_rules.size(); ++i) {
        const ColorRule &rule = m_rules.at(i);
        // An empty filter would colour everything: a rule that is being written colours nothing yet.
        const auto filter = rule.isOn && !rule.filter.trimmed().isEmpty() ? capture::Filter::parse(rule.filter, nullptr) : std::nullopt;
        if (!filter)
            continue;
        m_filters.append(*filter);
        m_indices.append(i);
        m_readPayloads = m_readPayloads || filter->readsPayload();
    }
}

qsizetype ColorRules::firstMatch(const QList<capture::Filter> &filters, const capture::RecordView &record)
{
    const auto passed = std::find_if(filters.cbegin(), filters.cend(), [&record](const capture::Filter &filter) { return filter.matches(record); });
    return passed == filters.cend() ? -1 : passed - filters.cbegin();
}

} // namespace wsw::desktop
