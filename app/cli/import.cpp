#include "console.h"
#include "exchange/importer.h"
#include "transfer.h"
#include "verbs.h"

using namespace Qt::StringLiterals;

namespace wsw::cli {

CommandSpec importSpec()
{
    return {
        u"import"_s,
        u"Reads what another program recorded (pcap, pcapng, HAR) into a capture."_s,
        {u"FILE"_s},
        {
            {u"to"_s, {u"OUT"_s}, u"The capture to make; where it is not given, FILE with the ending .wscapture."_s},
            {u"force"_s, {}, u"Replaces OUT where it exists."_s},
        },
        u"Of packets the WebSocket connections are read whose opening is among them: TCP is put together again, with losses named, and what "
        "was said is judged as live traffic is. The client's side counts as this program's. "
        "Of a HAR the WebSocket entries are read, message by message."_s,
    };
}

ExitCode runImport(const Arguments &arguments)
{
    const QString from = arguments.operand(0);
    const qsizetype name = from.lastIndexOf(u'/') + 1;
    const qsizetype dot = from.lastIndexOf(u'.');
    const QString to = arguments.value(u"to"_s, (dot > name ? from.left(dot) : from) + u".wscapture"_s);
    Result<exchange::ImportSummary> summary = [&] {
        Transfer transfer(u"Importing"_s);
        return exchange::importFile(from, to, arguments.has(u"force"_s) ? exchange::Overwrite::Yes : exchange::Overwrite::No,
                                    [&transfer](quint64 done, quint64 total) { return transfer.advance(done, total); });
    }();
    if (!summary) {
        Error error = summary.error();
        if (error.kind == ErrorKind::InUse && !arguments.has(u"force"_s))
            error.remedy = u"Choose another name with --to, or give --force to replace it."_s;
        console::error(error);
        return error.kind == ErrorKind::Cancelled ? ExitCode::Failed : exitCodeForFile(error.kind);
    }
    console::note(u"%1 of %2, in %3."_s.arg(summary->records == 1 ? u"1 record"_s : u"%1 records"_s.arg(summary->records),
                                           summary->connections == 1 ? u"1 connection"_s : u"%1 connections"_s.arg(summary->connections), to));
    for (const QString &note : summary->notes)
        console::note(note);
    for (const Error &each : summary->damage)
        console::error(each);
    return summary->damage.isEmpty() ? ExitCode::Done : ExitCode::Failed;
}

} // namespace wsw::cli
