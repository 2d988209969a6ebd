#pragma once

#include "capture/filter.h"
#include "theme/theme.h"

#include <QList>
#include <QObject>
#include <QString>

#include <optional>

namespace wsw::desktop {

/// The colours that a rule can give. Each has a shape too, so that rows can be told apart without seeing colours.
enum class RuleColor : quint8 { Blue, Orange, Green, Purple, Yellow, Grey };
inline constexpr int ruleColors = 6;

/// Of the shape, and of the row's ground.
[[nodiscard]] Token ruleToken(RuleColor color);
[[nodiscard]] Token ruleBackground(RuleColor color);
/// "Blue, circle", for a choice.
[[nodiscard]] QString ruleColorName(RuleColor color);

/// One rule of the user's: rows that pass the filter are coloured.
struct ColorRule
{
    QString name;
    QString filter;
    RuleColor color = RuleColor::Blue;
    bool isOn = true;

    friend bool operator==(const ColorRule &, const ColorRule &) = default;
};

/// The rules by which rows of all logs are coloured, in order: the first one that a row passes wins. Kept in the settings. GUI thread only.
class ColorRules final : public QObject
{
    Q_OBJECT
public:
    explicit ColorRules(QObject *parent = nullptr);

    [[nodiscard]] const QList<ColorRule> &all() const { return m_rules; }
    void set(const QList<ColorRule> &rules);
    /// Those that come with the program, off until somebody wants them.
    [[nodiscard]] static QList<ColorRule> readyMade();

    /// The filters of rules that are on and can be read, in order, for a worker.
    [[nodiscard]] const QList<capture::Filter> &filters() const { return m_filters; }
    /// The rule to which filters()[@p index] belongs.
    [[nodiscard]] const ColorRule &ruleOf(qsizetype index) const { return m_rules.at(m_indices.at(index)); }
    /// The first of filters() that lets @p record pass, or -1.
    [[nodiscard]] qsizetype match(const capture::RecordView &record) const { return firstMatch(m_filters, record); }
    [[nodiscard]] static qsizetype firstMatch(const QList<capture::Filter> &filters, const capture::RecordView &record);
    /// One of filters() reads payloads: then only a worker should match.
    [[nodiscard]] bool readPayloads() const { return m_readPayloads; }
    /// More than anyone looks through; settings can hold any number.
    static constexpr int mostRules = 1000;

Q_SIGNALS:
    void changed();

private:
    void compile();

    QList<ColorRule> m_rules;
    QList<capture::Filter> m_filters;
    QList<qsizetype> m_indices;
    bool m_readPayloads = false;
};

} // namespace wsw::desktop
