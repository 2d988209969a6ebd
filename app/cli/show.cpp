#include "capture/filter.h"
#include "connectiontext.h"
#include "console.h"
#include "exchange/jsonfields.h"
#include "exchange/records.h"
#include "filterargument.h"
#include "payload/jsonwriter.h"
#include "protoargument.h"
#include "readable.h"
#include "recordtext.h"
#include "verbs.h"

#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

QString textLine(const capture::Record &record, const ClockAnchor &clock, const std::optional<ProtoArgument> &proto)
{
    const capture::RecordHeader &header = record.header;
    const QString start = u"%1  %2  "_s.arg(header.id.value(), 6).arg(exchange::isoTime(clock.toWall(header.time)).mid(11, 15));
    if (header.integrity == capture::Integrity::Lost)
        return start + recordSummary(header, {});
    const QString named = proto ? proto->textOf(record) : QString();
    const QString summary = named.isEmpty() ? recordSummary(header, record.bytes(capture::PayloadForm::Meant)) : recordSummary(header, {}) + u": "_s + named;
    return start + u"#%1 %2 %3"_s.arg(header.connection.value()).arg(header.direction == Direction::Sent ? u"->"_s : u"<-"_s, summary);
}

void printConnections(const capture::Document &document, bool json)
{
    const ClockAnchor clock = document.clock();
    const QList<capture::ConnectionInfo> all = document.connections();
    for (const capture::ConnectionInfo &connection : all) {
        const bool going = json ? console::line(connectionToJson(connection, clock)) : console::line(connectionText(connection, clock));
        if (!going)
            return;
    }
}

Result<> printRecords(const capture::Document &document, const capture::Filter &filter, bool json, const std::optional<ProtoArgument> &proto)
{
    const ClockAnchor clock = document.clock();
    return exchange::forEachRecord(document, [&](const capture::Record &record) {
        if (!filter.matches(capture::viewOf(record)))
            return true;
        if (!json)
            return console::line(textLine(record, clock, proto));
        QByteArray object = exchange::recordToJson(record, clock);
        if (const QString named = proto ? proto->textOf(record) : QString(); !named.isEmpty()) {
            object.chop(1);
            object += ",\"protobuf\":" + payload::jsonQuoted(named).toUtf8() + '}';
        }
        return console::line(object);
    });
}

} // namespace

CommandSpec showSpec()
{
    return {
        u"show"_s,
        u"Prints what a capture, pcap, pcapng or HAR holds, one line for each frame, opening head and end."_s,
        {u"FILE"_s},
        {
            {u"filter"_s, {u"EXPRESSION"_s}, u"Prints only what matches, as in the window's filter bar: %1."_s.arg(
                 u"dir == received && opcode == text && text contains \"error\""_s)},
            {u"connections"_s, {}, u"Prints what is known of each connection instead: peer, times, phases of connecting, how it ended."_s},
            {u"proto"_s, {u"FILE"_s}, u"Names the fields of binary messages in one frame by a .proto file, which the program protoc reads, or a set of descriptors."_s},
            {u"message"_s, {u"TYPE"_s}, u"The type of these messages, as package.Name; needed where FILE has more than one."_s},
            {u"json"_s, {}, u"Prints one JSON object for each, with every bit of the header and the whole payload."_s},
        },
        u"-> was sent by this program, <- was received; #N is the connection; times are UTC. A capture that is still being "
        "written can be shown: what has been stored is printed.\n\n"
        "In a filter, a record that has no such field matches no comparison with it, and \"!\" turns that round: \"!fin\" also "
        "prints heads and records that are lost, \"fin == false\" only frames whose FIN bit is known to be 0."_s,
    };
}

ExitCode runShow(const Arguments &arguments)
{
    const Result<capture::Filter> filter = readFilter(arguments.value(u"filter"_s));
    if (!filter) {
        console::error(filter.error());
        return ExitCode::Usage;
    }
    if (arguments.has(u"connections"_s) && arguments.has(u"filter"_s)) {
        console::error({ErrorKind::Usage, u"--connections and --filter do not go together: a filter chooses among records."_s,
                        u"Leave one of them out."_s, {}});
        return ExitCode::Usage;
    }
    const Result<std::optional<ProtoArgument>> proto = ProtoArgument::read(arguments.value(u"proto"_s), arguments.value(u"message"_s));
    if (!proto) {
        console::error(proto.error());
        return ExitCode::Usage;
    }
    const Result<Readable> readable = Readable::open(arguments.operand(0));
    if (!readable) {
        console::error(readable.error());
        return readable.error().kind == ErrorKind::Cancelled ? ExitCode::Failed : exitCodeForFile(readable.error().kind);
    }
    const capture::Document &document = readable->document();
    console::setBuffering(console::Buffering::Blocks);
    const bool json = arguments.has(u"json"_s);
    Result<> shown;
    if (arguments.has(u"connections"_s))
        printConnections(document, json);
    else
        shown = printRecords(document, *filter, json, *proto);
    console::flush();
    // What could be read has been printed; that something is missing must not go unsaid.
    for (const QString &note : readable->notes())
        console::note(note);
    const QList<Error> damage = document.damage() + readable->damage();
    for (const Error &each : damage)
        console::error(each);
    const auto said = [&shown](const Error &error) { return error.message == shown.error().message; };
    if (!shown && std::none_of(damage.begin(), damage.end(), said))
        console::error(shown.error());
    return shown && damage.isEmpty() ? ExitCode::Done : ExitCode::Failed;
}

} // namespace wsw::cli
