#include "clientarguments.h"
#include "compressionarguments.h"
#include "console.h"
#include "listening.h"
#include "session/workbench.h"
#include "sizelimit.h"
#include "verbs.h"

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

Result<session::ProxyOptions> readOptions(const Arguments &arguments)
{
    session::ProxyOptions options;
    const Result<qint64> port = arguments.number(u"port"_s, options.port, 0, 65535);
    if (!port)
        return port.error();
    Result<session::ClientOptions> target = readClientOptions(arguments, arguments.operand(0));
    if (target)
        target = withCompression(arguments, *target);
    if (!target)
        return target.error();
    options.port = static_cast<quint16>(*port);
    options.address = arguments.value(u"address"_s, options.address);
    options.target = *target;
    return options;
}

} // namespace

CommandSpec proxySpec()
{
    return {
        u"proxy"_s,
        u"Stands between clients and a server, passes on every byte as it came, and records it."_s,
        {u"URL"_s},
        QList<OptionSpec>{
            {u"port"_s, {u"PORT"_s}, u"Where clients connect; 9000. 0 takes any free one."_s},
            {u"address"_s, {u"ADDRESS"_s}, u"On which address; 127.0.0.1."_s},
            {u"capture"_s, {u"FILE"_s}, u"Records into this new file (*.wscapture)."_s},
            sizeLimitSpec(),
            {u"json"_s, {}, u"Says where it listens as one line of JSON."_s},
        } + clientOptionSpecs()
            + compressionOptionSpecs(u"Compresses towards the server, where it agrees, for clients that offer no extension themselves. What "
                                      "a client negotiates for itself always passes as it is."_s),
        u"URL is the server that accepted connections are passed on to. "_s + listeningNotes(),
    };
}

ExitCode runProxy(const Arguments &arguments)
{
    const Result<session::ProxyOptions> options = readOptions(arguments);
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
    const QString target = options->target.url;
    Listening listening(**run, u"proxy %1"_s.arg(target), [json, target](const session::EndpointInfo &info) {
        if (json)
            console::line(QJsonObject{{u"listening"_s, info.url}, {u"port"_s, info.port}, {u"target"_s, target}});
        else
            console::line(u"listening on %1, passing on to %2"_s.arg(info.url, target));
    });
    listening.watch((*run)->workbench().startProxy(*options));
    return (*run)->exec();
}

} // namespace wsw::cli
