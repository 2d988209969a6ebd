#include "lesson/extensionparts.h"

#include "lesson/headertopics.h"

#include <algorithm>
#include <array>

namespace wsw::lesson {

namespace {

using wire::Extension;
using wire::ExtensionList;
using wire::ExtensionParameter;

/// One parameter of permessage-deflate, and what it is judged by.
struct Parameter
{
    const ExtensionParameter &own;
    bool inRequest;
    const QList<Extension> *offers;     ///< of permessage-deflate; response only, null where the request is not known

    [[nodiscard]] Judgement refuse(const QString &why) const
    {
        return wrong(why + (inRequest ? QStringLiteral(", so the server must decline the offer.")
                                      : QStringLiteral(", so the client must fail the connection.")));
    }
    [[nodiscard]] bool wasOffered() const
    {
        return std::ranges::any_of(*offers, [this](const Extension &offer) { return find(offer) != nullptr; });
    }
    /// The largest window that one of the offers allows; nothing where one of them sets no bound.
    [[nodiscard]] std::optional<int> offeredBits() const
    {
        int most = 0;
        for (const Extension &offer : *offers) {
            const ExtensionParameter *asked = find(offer);
            const auto bits = asked && asked->value ? wire::readWindowBits(*asked->value) : std::nullopt;
            if (!bits)
                return std::nullopt;
            most = std::max(most, *bits);
        }
        return most;
    }

private:
    [[nodiscard]] const ExtensionParameter *find(const Extension &offer) const
    {
        const auto at = std::ranges::find(offer.parameters, own.name, &ExtensionParameter::name);
        return at == offer.parameters.end() ? nullptr : &*at;
    }
};

Judgement judgeServerTakeover(const Parameter &parameter)
{
    if (parameter.own.value)
        return parameter.refuse(QStringLiteral("it takes no value"));
    if (parameter.inRequest)
        return right(QStringLiteral("a server that agrees to compress must answer with the same parameter."));
    if (!parameter.offers)
        return info();
    return right(parameter.wasOffered() ? QStringLiteral("the client asked for it.")
                                        : QStringLiteral("a server may choose this for itself, asked or not."));
}

Judgement judgeClientTakeover(const Parameter &parameter)
{
    if (parameter.own.value)
        return parameter.refuse(QStringLiteral("it takes no value"));
    return right(parameter.inRequest ? QStringLiteral("it is a promise that the server need not answer.")
                                     : QStringLiteral("a server may ask this of the client, offered or not."));
}

/// What both window parameters have in common; nothing where the value is a good one.
std::optional<Judgement> judgeBits(const Parameter &parameter, bool needsValue)
{
    const auto &value = parameter.own.value;
    if (!value)
        return needsValue ? std::optional(parameter.refuse(QStringLiteral("it needs a number from 8 to 15"))) : std::nullopt;
    const auto bits = wire::readWindowBits(*value);
    if (!bits)
        return parameter.refuse(QStringLiteral("%1 is no number from 8 to 15").arg(value->isEmpty() ? QStringLiteral("nothing") : shown(*value)));
    if (parameter.offers && !parameter.inRequest) {
        if (const auto most = parameter.offeredBits(); parameter.wasOffered() && most && *bits > *most)
            return parameter.refuse(QStringLiteral("the client allowed %1 at most").arg(*most));
    }
    if (*bits < wire::leastOwnWindowBits) {
        return unusual(parameter.inRequest
                           ? QStringLiteral("zlib, which most programs use, cannot write with a window of 256 bytes, so most servers decline the offer.")
                           : QStringLiteral("zlib, which most programs use, cannot write with a window of 256 bytes."));
    }
    return std::nullopt;
}

Judgement judgeServerWindow(const Parameter &parameter)
{
    if (const auto common = judgeBits(parameter, true))
        return *common;
    if (parameter.inRequest)
        return right(QStringLiteral("a server that agrees to compress must answer with %1 or less.").arg(shown(*parameter.own.value)));
    if (!parameter.offers)
        return info();
    return right(parameter.wasOffered() ? QStringLiteral("it is no more than the client allowed.")
                                        : QStringLiteral("a server may limit itself, asked or not."));
}

Judgement judgeClientWindow(const Parameter &parameter)
{
    if (!parameter.inRequest && parameter.offers && !parameter.wasOffered())
        return parameter.refuse(QStringLiteral("the client did not offer to be limited"));
    if (const auto common = judgeBits(parameter, !parameter.inRequest))
        return *common;
    if (!parameter.own.value)
        return right(QStringLiteral("without a number it leaves the choice to the server."));
    const QString window = windowWords(*wire::readWindowBits(*parameter.own.value));
    return right(parameter.inRequest ? QStringLiteral("the client promises to look back %1 at most.").arg(window)
                                     : QStringLiteral("the client must look back %1 at most.").arg(window));
}

struct ParameterTopic
{
    const char *name;
    const char *request;
    const char *response;
    const char *reference;
    Judgement (*judge)(const Parameter &);
};

constexpr std::array parameterTable{
    ParameterTopic{"server_no_context_takeover",
     "The client asks the server to compress each message by itself, without looking back at those before it. "
     "The client then needs no memory between messages to read them; messages that resemble each other take more bytes.",
     "The server compresses each message by itself, without looking back at those before it. Anyone can then read a message without having seen the others.",
     "RFC 7692, section 7.1.1.1", judgeServerTakeover},
    ParameterTopic{"client_no_context_takeover",
     "The client says that it will compress each of its messages by itself, without looking back at those before it. "
     "The server can then throw away what it keeps for reading them.",
     "The server asks the client to compress each message by itself. It then needs no memory between messages for this client, "
     "which counts where there are many clients.",
     "RFC 7692, section 7.1.1.2", judgeClientTakeover},
    ParameterTopic{"server_max_window_bits",
     "The client limits how far the server may look back while it compresses: 2 to the power of this number, in bytes. "
     "A short window takes less memory to read and gives less compression.",
     "How far the server looks back while it compresses: 2 to the power of this number, in bytes. Without the parameter it is 32 KiB (15 bits).",
     "RFC 7692, section 7.1.2.1", judgeServerWindow},
    ParameterTopic{"client_max_window_bits",
     "The client understands a server that limits how far the client may look back. With a number it also promises to look back no further than "
     "2 to the power of it, in bytes.",
     "The server limits how far the client may look back while it compresses: 2 to the power of this number, in bytes. "
     "Without the parameter it is what the client offered, else 32 KiB (15 bits).",
     "RFC 7692, section 7.1.2.2", judgeClientWindow},
};

const char *deflateText =
    "Compresses messages with deflate, the method of zip and gzip. Where both ends agree, each message says with the RSV1 bit of its first frame "
    "whether it is compressed. The parameters say how much of earlier messages the two ends keep in mind, and so how much memory it takes.";

Explanation explainParameter(const Extension &extension, const Parameter &parameter, bool repeated)
{
    const QString name = shown(parameter.own.name);
    const QString deflateReference = QStringLiteral("RFC 7692, section 7.1");
    if (extension.name != wire::deflateName) {
        return {name, {}, QStringLiteral("A parameter of %1, an extension that this program does not know.").arg(shown(extension.name)),
                Verdict::Info, {}, QStringLiteral("RFC 6455, section 9.1")};
    }
    const auto topic = std::ranges::find_if(parameterTable, [&](const ParameterTopic &each) { return parameter.own.name == each.name; });
    if (topic == parameterTable.end()) {
        Explanation unknown{name, {}, QStringLiteral("permessage-deflate has four parameters, and this is none of them."), Verdict::Info, {}, deflateReference};
        apply(unknown, parameter.refuse(QStringLiteral("no parameter has this name")));
        return unknown;
    }
    Explanation result{name, {}, words(parameter.inRequest ? topic->request : topic->response), Verdict::Info, {}, words(topic->reference)};
    apply(result, repeated ? parameter.refuse(QStringLiteral("a parameter may stand once only")) : topic->judge(parameter));
    return result;
}

/// A request's offers, or a response as a whole.
Judgement judgeExtension(const Extension &extension, const HeadLine &line)
{
    const QString name = shown(extension.name);
    if (line.inRequest()) {
        return extension.name == wire::deflateName ? right(QStringLiteral("the client offers to compress messages with permessage-deflate."))
                                                   : unusual(QStringLiteral("%1 is not an extension of the public registry.").arg(name));
    }
    if (!line.request)
        return info(QStringLiteral("The request is not known, so it cannot be said whether this was offered."));
    const ExtensionList offered = wire::extensionsOf(*line.request);
    if (std::ranges::none_of(offered.extensions, [&](const Extension &offer) { return offer.name == extension.name; }))
        return wrong(QStringLiteral("the client did not offer %1, so it must fail the connection.").arg(name));
    if (extension.name == wire::deflateName) {
        const auto outcome = wire::readDeflateAnswer(offered, wire::extensionsOf(line.head));
        if (outcome.outcome == wire::DeflateNegotiation::Outcome::Failed)
            return wrong(QStringLiteral("the client must fail the connection. ") + outcome.problem);
    }
    return right(QStringLiteral("the client offered it, so both ends use it from here on."));
}

QList<ExtensionPart> partsOf(const Extension &extension, const HeadLine &line, const QList<Extension> *offers)
{
    const bool isDeflate = extension.name == wire::deflateName;
    QList<ExtensionPart> parts;
    Explanation own{shown(extension.name), {},
                    isDeflate ? words(deflateText)
                              : QStringLiteral("An extension that this program does not know. Its name and meaning are an agreement between client and server."),
                    Verdict::Info, {}, isDeflate ? QStringLiteral("RFC 7692, sections 5 to 7") : QStringLiteral("RFC 6455, section 9.1")};
    apply(own, judgeExtension(extension, line));
    parts.append({own.title, {}, false, own});
    QList<QByteArray> seen;
    for (const ExtensionParameter &parameter : extension.parameters) {
        parts.append({shown(parameter.name), shown(parameter.value.value_or(QByteArray())), true,
                      explainParameter(extension, {parameter, line.inRequest(), offers}, seen.contains(parameter.name))});
        seen.append(parameter.name);
    }
    return parts;
}

QList<ExtensionPart> partsOf(const HeadLine &line)
{
    const ExtensionList own = wire::parseExtensions(line.field.value);
    QList<Extension> offers;
    if (line.request)
        offers = wire::extensionsOf(*line.request).extensions;
    offers.removeIf([](const Extension &offer) { return offer.name != wire::deflateName; });
    QList<ExtensionPart> parts;
    for (const Extension &extension : own.extensions)
        parts.append(partsOf(extension, line, line.request ? &offers : nullptr));
    return parts;
}

} // namespace

QList<ExtensionPart> explainExtensions(const wire::Head &head, qsizetype field, const wire::Head *request)
{
    QList<ExtensionPart> parts = partsOf({head, head.fields.at(field), request});
    for (ExtensionPart &part : parts)
        part.explanation.where = QStringLiteral("line %1").arg(field + 2);
    return parts;
}

Judgement judgeWebSocketExtensions(const HeadLine &line)
{
    const ExtensionList own = wire::parseExtensions(line.field.value);
    if (!own.ok())
        return wrong(QStringLiteral("it cannot be read. ") + own.problem);
    const QList<ExtensionPart> parts = partsOf(line);
    if (parts.isEmpty())
        return wrong(QStringLiteral("the line must name at least one extension."));
    for (const Verdict verdict : {Verdict::Wrong, Verdict::Unusual}) {
        const auto found = std::ranges::find(parts, verdict, [](const ExtensionPart &part) { return part.explanation.verdict; });
        if (found == parts.end())
            continue;
        const QString &why = found->explanation.judgement;
        return {verdict, found->isParameter ? QStringLiteral("%1: %2").arg(found->name, why) : why};
    }
    return {parts.first().explanation.verdict, parts.first().explanation.judgement};
}

std::optional<wire::DeflateParameters> agreedDeflate(const wire::Head *request, const wire::Head &response)
{
    const ExtensionList answered = wire::extensionsOf(response);
    const auto outcome = wire::readDeflateAnswer(request ? wire::extensionsOf(*request) : answered, answered);
    return outcome.outcome == wire::DeflateNegotiation::Outcome::Agreed ? std::optional(outcome.parameters) : std::nullopt;
}

std::optional<wire::DeflateParameters> agreedDeflate(const QString &extensions)
{
    // An answer can be read as the offer that asks for exactly what it says.
    const ExtensionList answered = wire::parseExtensions(extensions.toUtf8());
    const auto outcome = wire::readDeflateAnswer(answered, answered);
    return outcome.outcome == wire::DeflateNegotiation::Outcome::Agreed ? std::optional(outcome.parameters) : std::nullopt;
}

QString contextWords(wire::ContextTakeover contextTakeover)
{
    return contextTakeover == wire::ContextTakeover::Yes ? QStringLiteral("each message may build on those before it")
                                                         : QStringLiteral("each message stands alone");
}

QString windowWords(int bits)
{
    const int bytes = 1 << bits;
    return bytes < 1024 ? QStringLiteral("%1 bytes (%2 bits)").arg(bytes).arg(bits) : QStringLiteral("%1 KiB (%2 bits)").arg(bytes / 1024).arg(bits);
}

} // namespace wsw::lesson
