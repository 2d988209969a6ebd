#include "compressionarguments.h"
#include "console.h"
#include "listening.h"
#include "session/workbench.h"
#include "sizelimit.h"
#include "verbs.h"

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

Result<session::HostOptions> readOptions(const Arguments &arguments)
{
    session::HostOptions options;
    const Result<qint64> port = arguments.number(u"port"_s, options.port, 0, 65535);
    if (!port)
        return port.error();
    options.port = static_cast<quint16>(*port);
    options.address = arguments.value(u"address"_s, options.address);
    options.prefix = arguments.value(u"prefix"_s, options.prefix);
    options.subprotocols = arguments.values(u"subprotocol"_s);

    // A prefix alone says clearly enough what is wanted.
    const QString fallback = arguments.has(u"prefix"_s) ? u"prefix"_s : u"echo"_s;
    const QString behaviour = arguments.value(u"behaviour"_s, fallback);
    const std::optional<session::Behaviour> known = session::behaviourFromName(behaviour);
    if (!known) {
        return Error{ErrorKind::Usage, u"There is no behaviour \"%1\"."_s.arg(behaviour),
                     u"It is one of echo, prefix, broadcast and silent."_s, {}};
    }
    options.behaviour = *known;
    if (arguments.has(u"prefix"_s) && *known != session::Behaviour::Prefix) {
        return Error{ErrorKind::Usage, u"--prefix and --behaviour %1 do not go together: only the behaviour prefix has a prefix."_s.arg(behaviour),
                     u"Leave one of them out."_s, {}};
    }

    if (arguments.has(u"tls"_s)) {
        const QStringList files = arguments.all(u"tls"_s).last();
        options.tls = session::TlsServerOptions{.certificateFile = files.at(0), .keyFile = files.at(1)};
    }
    const Result<CompressionArguments> compression = readCompression(arguments);
    if (!compression)
        return compression.error();
    options.strictness = arguments.has(u"lenient"_s) ? session::Strictness::Lenient : session::Strictness::Strict;
    if (compression->wanted)
        options.compression = compression->policy;
    options.compressionLevel = compression->level;
    return options;
}

} // namespace

CommandSpec serveSpec()
{
    return {
        u"serve"_s,
        u"Hosts a WebSocket server that answers messages, and records everything."_s,
        {},
        QList<OptionSpec>{
            {u"port"_s, {u"PORT"_s}, u"Where to listen; 8765. 0 takes any free one."_s},
            {u"address"_s, {u"ADDRESS"_s}, u"On which address: 127.0.0.1 (this machine only, what it does when not told), "
                                            "localhost (IPv4 and IPv6 of this machine), ::1, or 0.0.0.0 (every network)."_s},
            {u"behaviour"_s, {u"NAME"_s}, u"What to do with a message: echo (sends it back; the default), prefix (sends text "
                                           "back behind a prefix), broadcast (sends it to all other clients), silent."_s},
            {u"prefix"_s, {u"TEXT"_s}, u"The prefix; \"Echo: \" as in the seed of this program. Means --behaviour prefix."_s},
            {u"subprotocol"_s, {u"NAME"_s}, u"A subprotocol to accept; as often as wanted, the most wanted first."_s},
            {u"tls"_s, {u"CERTIFICATE"_s, u"KEY"_s}, u"Serves wss:// with this certificate (PEM, the chain behind it) and "
                                                      "its key (PEM)."_s},
            {u"lenient"_s, {}, u"Goes on where a client breaks a rule, and records what was found: takes what can be made good, skips "
                                "what cannot. Without it, the connection is failed as RFC 6455 says."_s},
            {u"capture"_s, {u"FILE"_s}, u"Records into this new file (*.wscapture). Without it, the recording goes when the "
                                         "program ends."_s},
            sizeLimitSpec(),
            {u"json"_s, {}, u"Says where it listens as one line of JSON."_s},
        } + compressionOptionSpecs(u"Compresses (permessage-deflate, RFC 7692) on connections whose client offers it."_s),
        listeningNotes(),
    };
}

ExitCode runServe(const Arguments &arguments)
{
    const Result<session::HostOptions> options = readOptions(arguments);
    if (!options) {
        console::error(options.error());
        return ExitCode::Usage;
    }
    const Result<std::unique_ptr<Run>> run = Run::start(arguments);
    if (!run) {
        console::error(run.error());
        return exitCodeForFile(run.error().kind);
    }
    const bool json = arguments.has(u"json"_s);
    Listening listening(**run, u"serve"_s, [json](const session::EndpointInfo &info) {
        if (json)
            console::line(QJsonObject{{u"listening"_s, info.url}, {u"port"_s, info.port}});
        else
            console::line(u"listening on "_s + info.url);
    });
    listening.watch((*run)->workbench().startHost(*options));
    return (*run)->exec();
}

} // namespace wsw::cli
