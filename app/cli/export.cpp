#include "console.h"
#include "exchange/exporter.h"
#include "filterargument.h"
#include "lesson/report.h"
#include "readable.h"
#include "transfer.h"
#include "verbs.h"

#include <QFile>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

QString formatNames()
{
    QStringList names;
    for (const exchange::FormatInfo &info : exchange::formats())
        names += QLatin1String(info.name);
    const QString last = names.takeLast();
    return names.join(u", "_s) + u" or "_s + last;
}

Error usage(const QString &message, const QString &remedy)
{
    return {ErrorKind::Usage, message, remedy, {}};
}

Result<exchange::Format> readFormat(const Arguments &arguments, const QString &to)
{
    if (arguments.has(u"format"_s)) {
        if (const auto format = exchange::formatNamed(arguments.value(u"format"_s)))
            return *format;
        return usage(u"There is no format \"%1\"."_s.arg(arguments.value(u"format"_s)), u"Give %1."_s.arg(formatNames()));
    }
    if (const auto format = exchange::formatOfFile(to))
        return *format;
    return usage(u"The name \"%1\" does not say what to write."_s.arg(to), u"Give --format %1."_s.arg(formatNames()));
}

Result<exchange::ExportOptions> readOptions(const Arguments &arguments)
{
    const QString to = arguments.value(u"to"_s);
    if (to.isEmpty())
        return usage(u"Where to write is missing."_s, u"Give --to FILE, or --to - for standard output."_s);
    exchange::ExportOptions options;
    const Result<exchange::Format> format = readFormat(arguments, to);
    if (!format)
        return format.error();
    options.format = *format;
    const Result<capture::Filter> filter = readFilter(arguments.value(u"filter"_s));
    if (!filter)
        return filter.error();
    options.filter = *filter;
    options.secrets = arguments.has(u"mask-secrets"_s) ? exchange::Secrets::Masked : exchange::Secrets::Kept;
    if (arguments.has(u"messages"_s)) {
        if (exchange::formatInfo(options.format).units != exchange::FormatInfo::Units::Either) {
            return usage(u"--messages says nothing about %1."_s.arg(QLatin1String(exchange::formatInfo(options.format).name)),
                         u"Leave it out."_s);
        }
        options.unit = exchange::Unit::Messages;
    }
    return options;
}

Result<exchange::ExportSummary> write(const capture::Document &document, const Arguments &arguments, const exchange::ExportOptions &options)
{
    const QString to = arguments.value(u"to"_s);
    Transfer transfer(u"Exporting"_s);
    const exchange::Progress progress = [&transfer](quint64 done, quint64 total) { return transfer.advance(done, total); };
    if (to != u"-"_s) {
        return exchange::exportToFile(document, to, arguments.has(u"force"_s) ? exchange::Overwrite::Yes : exchange::Overwrite::No, options,
                                      progress);
    }
    QFile out;
    if (!out.open(stdout, QIODevice::WriteOnly))
        return Error{ErrorKind::Io, u"Standard output cannot be written."_s, {}, {}};
    return exchange::exportCapture(document, out, options, progress);
}

} // namespace

CommandSpec exportSpec()
{
    return {
        u"export"_s,
        u"Writes what a capture, pcap, pcapng or HAR holds into a file that other programs read."_s,
        {u"FILE"_s},
        {
            {u"to"_s, {u"OUT"_s}, u"The file to write, always given; - is standard output."_s},
            {u"format"_s, {u"FORMAT"_s}, u"%1; where it is not given, the ending of OUT says it."_s.arg(formatNames())},
            {u"messages"_s, {}, u"One message a line in place of one frame: fragments folded, compressed ones as they were meant."_s},
            {u"filter"_s, {u"EXPRESSION"_s}, u"Writes only what matches; a message where one of its frames does."_s},
            {u"mask-secrets"_s, {}, u"Overwrites with asterisks what looks like a secret: Authorization, Cookie and the like, and passwords "
                                    "and tokens by their look, in heads, URLs and payloads."_s},
            {u"force"_s, {}, u"Replaces OUT where it exists."_s},
        },
        u"OUT is there when all of it has been written, and not before."_s,
    };
}

ExitCode runExport(const Arguments &arguments)
{
    Result<exchange::ExportOptions> options = readOptions(arguments);
    if (!options) {
        console::error(options.error());
        return ExitCode::Usage;
    }
    const Result<Readable> readable = Readable::open(arguments.operand(0));
    if (!readable) {
        console::error(readable.error());
        return readable.error().kind == ErrorKind::Cancelled ? ExitCode::Failed : exitCodeForFile(readable.error().kind);
    }
    const capture::Document &document = readable->document();
    options->explain = lesson::reportNotes(document);
    const Result<exchange::ExportSummary> summary = write(document, arguments, *options);
    if (!summary) {
        Error error = summary.error();
        if (error.kind == ErrorKind::InUse && !arguments.has(u"force"_s))
            error.remedy = u"Choose another name, or give --force to replace it."_s;
        console::error(error);
        return error.kind == ErrorKind::Cancelled ? ExitCode::Failed : exitCodeForFile(error.kind);
    }
    for (const QString &note : readable->notes() + summary->notes)
        console::note(note);
    if (options->secrets == exchange::Secrets::Masked)
        console::note(summary->masked == 1 ? u"1 secret was masked."_s : u"%1 secrets were masked."_s.arg(summary->masked));
    const QList<Error> damage = readable->damage() + summary->damage;
    for (const Error &each : damage)
        console::error(each);
    return damage.isEmpty() ? ExitCode::Done : ExitCode::Failed;
}

} // namespace wsw::cli
