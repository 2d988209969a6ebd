#pragma once

#include "base/result.h"

#include <QHash>
#include <QList>
#include <QStringList>

namespace wsw::cli {

/// One option of a verb.
struct OptionSpec
{
    QString name;           ///< without dashes: "port"
    QStringList values;     ///< what follows it, in the words of the help: {"PORT"}; empty: a switch
    QString help;           ///< what it does, with its default
};

/// One verb: all that its help says, and all that its command line may hold.
struct CommandSpec
{
    QString name;
    QString purpose;        ///< one sentence
    QStringList operands;   ///< each must be given: {"URL"}; but for those in brackets at the end: {"[URL]"}
    QList<OptionSpec> options;
    QString notes;          ///< further sentences for the help; may be empty
};

/// The words of one command line, read by a CommandSpec. An option may be given several times.
class Arguments final
{
public:
    /// Reads what follows the verb. The Error (Usage) names the word that is wrong.
    [[nodiscard]] static Result<Arguments> parse(const CommandSpec &spec, const QStringList &words);

    [[nodiscard]] bool helpWanted() const noexcept { return m_helpWanted; }
    [[nodiscard]] bool has(const QString &option) const { return m_options.contains(option); }
    /// The (last) value of an option with one value, or @p otherwise.
    [[nodiscard]] QString value(const QString &option, const QString &otherwise = {}) const;
    /// The values of every use of an option, in order.
    [[nodiscard]] QList<QStringList> all(const QString &option) const { return m_options.value(option); }
    /// The first value of every use of an option, in order.
    [[nodiscard]] QStringList values(const QString &option) const;
    /// An option's value as a whole number within @p least and @p most, both included.
    [[nodiscard]] Result<qint64> number(const QString &option, qint64 otherwise, qint64 least, qint64 most) const;
    [[nodiscard]] QString operand(qsizetype index) const { return m_operands.value(index); }

private:
    [[nodiscard]] Result<> takeOption(const CommandSpec &spec, const QString &word, QStringList &rest);

    QHash<QString, QList<QStringList>> m_options;
    QStringList m_operands;
    bool m_helpWanted = false;
};

/// "Usage: wsw serve [options]" and what follows, wrapped to 80 columns.
[[nodiscard]] QString helpText(const CommandSpec &spec);
/// @p text broken into lines of at most @p width characters, each behind @p indent spaces.
[[nodiscard]] QString wrapped(const QString &text, int indent, int width = 80);

} // namespace wsw::cli
