#include "compressionarguments.h"

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

constexpr int leastLevel = 1;
constexpr int greatestLevel = 9;
constexpr int middleLevel = -1;

const QString compressName = u"compress"_s;
const QString serverWindowName = u"server-max-window-bits"_s;
const QString clientWindowName = u"client-max-window-bits"_s;
const QString serverTakeoverName = u"server-no-context-takeover"_s;
const QString clientTakeoverName = u"client-no-context-takeover"_s;
const QString levelName = u"compression-level"_s;

} // namespace

QList<OptionSpec> compressionOptionSpecs(const QString &help)
{
    return {
        {compressName, {}, help},
        {serverWindowName, {u"BITS"_s}, u"The server compresses with a window of 2^BITS bytes at most; 9 to 15, 15 when not told."_s},
        {clientWindowName, {u"BITS"_s}, u"The same for the client."_s},
        {serverTakeoverName, {}, u"The server compresses each message by itself, without what is left from those before."_s},
        {clientTakeoverName, {}, u"The same for the client."_s},
        {levelName, {u"LEVEL"_s}, u"How hard to try: 1 (fast) to 9 (small); the middle when not told."_s},
    };
}

Result<CompressionArguments> readCompression(const Arguments &arguments)
{
    for (const QString &name : {serverWindowName, clientWindowName, serverTakeoverName, clientTakeoverName, levelName}) {
        if (arguments.has(name) && !arguments.has(compressName)) {
            return Error{ErrorKind::Usage, u"--%1 says how to compress, but --%2 is not given."_s.arg(name, compressName),
                         u"Add --%1."_s.arg(compressName), {}};
        }
    }
    const Result<qint64> serverBits = arguments.number(serverWindowName, wire::greatestWindowBits, wire::leastOwnWindowBits, wire::greatestWindowBits);
    const Result<qint64> clientBits = arguments.number(clientWindowName, wire::greatestWindowBits, wire::leastOwnWindowBits, wire::greatestWindowBits);
    const Result<qint64> level = arguments.number(levelName, middleLevel, leastLevel, greatestLevel);
    for (const Result<qint64> *number : {&serverBits, &clientBits, &level}) {
        if (!*number)
            return number->error();
    }

    CompressionArguments read;
    read.wanted = arguments.has(compressName);
    read.level = static_cast<int>(*level);
    const auto takeover = [&arguments](const QString &name) { return arguments.has(name) ? wire::ContextTakeover::No : wire::ContextTakeover::Yes; };
    read.policy.server = {takeover(serverTakeoverName), static_cast<int>(*serverBits)};
    read.policy.client = {takeover(clientTakeoverName), static_cast<int>(*clientBits)};
    read.offer.serverContextTakeover = read.policy.server.contextTakeover;
    read.offer.clientContextTakeover = read.policy.client.contextTakeover;
    if (arguments.has(serverWindowName))
        read.offer.serverWindowBits = read.policy.server.windowBits;
    // As browsers do: the server may limit the window even where no limit is asked for (RFC 7692, 7.1.2.2).
    read.offer.clientWindowBits = read.policy.client.windowBits;
    return read;
}

} // namespace wsw::cli
