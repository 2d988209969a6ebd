#include "clientarguments.h"

#include "compressionarguments.h"

#include <limits>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

Result<wire::HeaderList> readHeaders(const QStringList &words)
{
    wire::HeaderList headers;
    for (const QString &word : words) {
        const qsizetype colon = word.indexOf(u':');
        if (colon <= 0) {
            return Error{ErrorKind::Usage, u"--header \"%1\" has no name before a colon."_s.arg(word),
                         u"Write it as in the request: --header \"Authorization: Bearer ...\"."_s, {}};
        }
        if (word.contains(u'\r') || word.contains(u'\n')) {
            return Error{ErrorKind::Usage, u"--header \"%1\" holds a line end."_s.arg(word.left(colon)),
                         u"Give one --header for each line."_s, {}};
        }
        headers.append({word.left(colon).toUtf8(), word.mid(colon + 1).trimmed().toUtf8()});
    }
    return headers;
}

} // namespace

QList<OptionSpec> clientOptionSpecs()
{
    return {
        {u"header"_s, {u"NAME:VALUE"_s}, u"A further line of the opening request; as often as wanted, in this order. "
                                          "A name that the handshake itself sends replaces that line."_s},
        {u"subprotocol"_s, {u"NAME"_s}, u"A subprotocol to offer; as often as wanted, the most wanted first."_s},
        {u"origin"_s, {u"ORIGIN"_s}, u"The Origin line, as a browser would send it."_s},
        {u"authority"_s, {u"PEM"_s}, u"A file with further certificate authorities to trust."_s},
        {u"certificate"_s, {u"PEM"_s, u"KEY"_s}, u"A certificate of our own for the server to check, and its key."_s},
        {u"insecure"_s, {}, u"Goes on although the server's certificate does not check."_s},
        {u"via"_s, {u"PROXY"_s}, u"Connects through an outgoing proxy: http://host:port or socks5://host:port, with user:password@ before "
                                  "the host where it wants a login. The proxy looks up the name."_s},
        {u"timeout"_s, {u"MS"_s}, u"How long name, TCP, proxy, TLS and upgrade may take together; %1."_s.arg(
                                      limits::connectTimeoutMs)},
    };
}

Result<session::ClientOptions> readClientOptions(const Arguments &arguments, const QString &url)
{
    if (const Result<session::CheckedUrl> checked = session::parseUrl(url); !checked)
        return checked.error();
    const Result<wire::HeaderList> headers = readHeaders(arguments.values(u"header"_s));
    if (!headers)
        return headers.error();
    const QString via = arguments.value(u"via"_s);
    if (arguments.has(u"via"_s)) {
        if (const Result<net::OutgoingProxy> proxy = session::parseProxy(via); !proxy)
            return proxy.error();
    }
    const Result<qint64> timeout =
        arguments.number(u"timeout"_s, limits::connectTimeoutMs, 1, std::numeric_limits<int>::max());
    if (!timeout)
        return timeout.error();

    session::ClientOptions options;
    options.url = url;
    options.headers = *headers;
    options.origin = arguments.value(u"origin"_s);
    options.subprotocols = arguments.values(u"subprotocol"_s);
    options.tls.authorityFile = arguments.value(u"authority"_s);
    const QStringList certificate = arguments.all(u"certificate"_s).value(0);
    options.tls.certificateFile = certificate.value(0);
    options.tls.keyFile = certificate.value(1);
    options.tls.ignoreErrors = arguments.has(u"insecure"_s);
    options.via = via;
    options.connectTimeoutMs = static_cast<int>(*timeout);
    return options;
}

Result<session::ClientOptions> withCompression(const Arguments &arguments, session::ClientOptions options)
{
    const Result<CompressionArguments> compression = readCompression(arguments);
    if (!compression)
        return compression.error();
    if (compression->wanted)
        options.compression = compression->offer;
    options.compressionLevel = compression->level;
    return options;
}

} // namespace wsw::cli
