#include "arguments.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

Error usage(const QString &message, const CommandSpec &spec)
{
    return {ErrorKind::Usage, message, u"`wsw %1 --help` shows what there is."_s.arg(spec.name), {}};
}

/// "--tls CERTIFICATE KEY"
QString optionWords(const OptionSpec &option)
{
    QString words = u"--"_s + option.name;
    for (const QString &value : option.values)
        words += u' ' + value;
    return words;
}

} // namespace

Result<Arguments> Arguments::parse(const CommandSpec &spec, const QStringList &words)
{
    Arguments arguments;
    QStringList rest = words;
    bool optionsEnded = false;
    while (!rest.isEmpty()) {
        const QString word = rest.takeFirst();
        if (!optionsEnded && word == u"--"_s) {
            optionsEnded = true;
        } else if (!optionsEnded && (word == u"--help"_s || word == u"-h"_s)) {
            arguments.m_helpWanted = true;
            return arguments;
        } else if (!optionsEnded && word.startsWith(u'-') && word.size() > 1) {
            if (const Result<> taken = arguments.takeOption(spec, word, rest); !taken)
                return taken.error();
        } else {
            arguments.m_operands.append(word);
        }
    }
    if (arguments.m_operands.size() > spec.operands.size()) {
        return usage(u"`wsw %1` has no use for \"%2\"."_s.arg(spec.name, arguments.m_operands.at(spec.operands.size())),
                     spec);
    }
    const auto isNeeded = [](const QString &operand) { return !operand.startsWith(u'['); };
    if (arguments.m_operands.size() < std::count_if(spec.operands.begin(), spec.operands.end(), isNeeded)) {
        return usage(u"`wsw %1` needs %2."_s.arg(spec.name, spec.operands.at(arguments.m_operands.size())), spec);
    }
    return arguments;
}

Result<> Arguments::takeOption(const CommandSpec &spec, const QString &word, QStringList &rest)
{
    const qsizetype equals = word.indexOf(u'=');
    const QString name = word.startsWith(u"--"_s) ? word.mid(2, equals < 0 ? -1 : equals - 2) : QString();
    const auto option = std::find_if(spec.options.begin(), spec.options.end(),
                                     [&name](const OptionSpec &candidate) { return candidate.name == name; });
    if (option == spec.options.end())
        return usage(u"`wsw %1` has no option %2."_s.arg(spec.name, word), spec);

    QStringList values;
    if (equals >= 0)
        values.append(word.mid(equals + 1));
    while (values.size() < option->values.size() && !rest.isEmpty())
        values.append(rest.takeFirst());
    if (values.size() < option->values.size())
        return usage(u"%1 is missing after --%2."_s.arg(option->values.at(values.size()), name), spec);
    if (values.size() > option->values.size())
        return usage(u"--%1 takes no value."_s.arg(name), spec);
    m_options[name].append(values);
    return {};
}

QString Arguments::value(const QString &option, const QString &otherwise) const
{
    const QList<QStringList> uses = m_options.value(option);
    return uses.isEmpty() ? otherwise : uses.last().value(0);
}

QStringList Arguments::values(const QString &option) const
{
    QStringList firsts;
    for (const QStringList &use : all(option))
        firsts.append(use.value(0));
    return firsts;
}

Result<qint64> Arguments::number(const QString &option, qint64 otherwise, qint64 least, qint64 most) const
{
    if (!has(option))
        return otherwise;
    bool isNumber = false;
    const qint64 number = value(option).toLongLong(&isNumber);
    if (isNumber && number >= least && number <= most)
        return number;
    return Error{ErrorKind::Usage, u"--%1 cannot be \"%2\"."_s.arg(option, value(option)),
                 u"Give a whole number from %1 to %2."_s.arg(least).arg(most), {}};
}

QString wrapped(const QString &text, int indent, int width)
{
    const QString margin(indent, u' ');
    QString result;
    for (const QString &paragraph : text.split(u'\n')) {
        QString line;
        for (const QString &word : paragraph.split(u' ', Qt::SkipEmptyParts)) {
            if (!line.isEmpty() && indent + line.size() + 1 + word.size() > width) {
                result += margin + line + u'\n';
                line.clear();
            }
            line += line.isEmpty() ? word : u' ' + word;
        }
        result += line.isEmpty() ? u"\n"_s : margin + line + u'\n';
    }
    return result;
}

QString helpText(const CommandSpec &spec)
{
    QString text = u"Usage: wsw %1"_s.arg(spec.name);
    for (const QString &operand : spec.operands)
        text += u' ' + operand;
    if (!spec.options.isEmpty())
        text += u" [option]..."_s;
    text += u"\n\n"_s + wrapped(spec.purpose, 0);
    if (!spec.notes.isEmpty())
        text += u'\n' + wrapped(spec.notes, 0);
    text += u"\nOptions:\n"_s;
    for (const OptionSpec &option : spec.options)
        text += u"  "_s + optionWords(option) + u'\n' + wrapped(option.help, 8);
    text += u"  --help\n"_s + wrapped(u"Shows this."_s, 8);
    return text;
}

} // namespace wsw::cli
