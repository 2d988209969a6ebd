#include "wire/deflatenegotiation.h"

#include "wire/httptext.h"

#include <algorithm>

namespace wsw::wire {

/*
 * The truth tables (RFC 7692, 7.1). The same rows stand in tests/wire/tst_deflatenegotiation.cpp.
 * snct, cnct: server_, client_no_context_takeover. smwb, cmwb: server_, client_max_window_bits.
 *
 * Server: one parameter of an offer, what this server does when it wants nothing itself.
 *
 *   offer            answer          why
 *   -                -               nothing was asked for
 *   snct             snct            7.1.1.1: must be answered
 *   snct=x           declined        7.1.1.1: has no value
 *   cnct             cnct            7.1.1.2: a hint; repeated, so that it binds: some clients keep their context otherwise
 *   cnct=x           declined        7.1.1.2: has no value
 *   smwb=9 .. 15     smwb=9 .. 15    7.1.2.1: must be answered with the same or less
 *   smwb=8           declined        zlib cannot write it
 *   smwb             declined        7.1.2.1: needs a value
 *   smwb=7, 16, 010  declined        7.1.2.1: 8 to 15, without leading zeros
 *   cmwb             -               7.1.2.2: may be limited, need not be
 *   cmwb=8 .. 15     -               7.1.2.2: a hint that the client will not use more
 *   cmwb=7, 16, 010  declined        7.1.2.2
 *   a parameter twice, an unknown one
 *                    declined        7.1
 *
 * Server that wants something itself:
 *
 *   wants            offer           answer
 *   snct             any             snct
 *   cnct             any             cnct            7.1.1.2: allowed without an offer
 *   smwb=10          -               smwb=10         7.1.2.1: allowed without an offer
 *   smwb=10          smwb=12         smwb=10         the smaller one
 *   smwb=12          smwb=10         smwb=10
 *   cmwb=10          cmwb            cmwb=10
 *   cmwb=10          cmwb=12         cmwb=10         the smaller one
 *   cmwb=12          cmwb=10         cmwb=10
 *   cmwb=10          cmwb=8          -               the client promised less; 8 is never answered
 *   cmwb=10          -               -               7.1.2.2: not allowed without an offer
 *
 * Client: one parameter of an answer.
 *
 *   offer            answer          outcome
 *   any              -               not agreed
 *   no offer         any             failed          RFC 6455, 4.1: not offered
 *   -                (name only)     agreed
 *   snct             (name only)     failed          7.1.1.1: must be answered
 *   any              snct            agreed, server: no takeover
 *   any              cnct            agreed, client: no takeover
 *   cnct             (name only)     agreed, client: no takeover, since it said so
 *   -                smwb=9 .. 15    agreed
 *   smwb=12          smwb=9 .. 12    agreed
 *   smwb=12          smwb=13         failed          7.1.2.1: more than was asked for
 *   smwb=12          (name only)     failed          7.1.2.1: must be answered
 *   cmwb             cmwb=9 .. 15    agreed
 *   cmwb=12          cmwb=9 .. 12    agreed
 *   cmwb=12          cmwb=13         failed          7.1.2.2
 *   cmwb=12          (name only)     agreed, client: 12, since it said so
 *   -                cmwb=12         failed          7.1.2.2: not offered
 *   any              cmwb            failed          7.1.2.2: an answer needs a value
 *   any              smwb=8, cmwb=8  watching: agreed; speaking: failed, zlib cannot write it
 *   any              a value off, a parameter twice or unknown, the extension twice
 *                                    failed          7.1
 * With several offers the answer must fit one of them.
 */

namespace {

constexpr QByteArrayView serverTakeoverName = "server_no_context_takeover";
constexpr QByteArrayView clientTakeoverName = "client_no_context_takeover";
constexpr QByteArrayView serverWindowName = "server_max_window_bits";
constexpr QByteArrayView clientWindowName = "client_max_window_bits";

using Outcome = DeflateNegotiation::Outcome;

/// The parameters of one offer or answer, as they stand; an answer has the same four.
struct ReadParameters
{
    DeflateOffer stated;
    bool clientWindowHasValue = false;
    QString problem;    ///< empty: well formed
};

/// Reads one parameter into @p read; returns what is wrong with it.
QString readParameter(const ExtensionParameter &parameter, ReadParameters &read)
{
    const bool isServerTakeover = parameter.name == serverTakeoverName;
    if (isServerTakeover || parameter.name == clientTakeoverName) {
        if (parameter.value)
            return QStringLiteral("%1 has a value, but takes none.").arg(latin(parameter.name));
        (isServerTakeover ? read.stated.serverContextTakeover : read.stated.clientContextTakeover) = ContextTakeover::No;
        return {};
    }
    const bool isServerWindow = parameter.name == serverWindowName;
    if (!isServerWindow && parameter.name != clientWindowName)
        return QStringLiteral("permessage-deflate has no parameter %1.").arg(latin(parameter.name));
    if (!parameter.value && isServerWindow)
        return QStringLiteral("%1 has no value, but needs one.").arg(latin(parameter.name));
    const auto bits = parameter.value ? readWindowBits(*parameter.value) : std::optional(greatestWindowBits);
    if (!bits)
        return QStringLiteral("%1 is '%2', but must be a number from 8 to 15.").arg(latin(parameter.name), latin(*parameter.value));
    (isServerWindow ? read.stated.serverWindowBits : read.stated.clientWindowBits) = bits;
    if (!isServerWindow)
        read.clientWindowHasValue = parameter.value.has_value();
    return {};
}

ReadParameters readParameters(const Extension &extension)
{
    ReadParameters read;
    QList<QByteArray> seen;
    for (const ExtensionParameter &parameter : extension.parameters) {
        read.problem = seen.contains(parameter.name) ? QStringLiteral("%1 stands twice.").arg(latin(parameter.name))
                                                     : readParameter(parameter, read);
        if (!read.problem.isEmpty())
            break;
        seen.append(parameter.name);
    }
    return read;
}

QByteArray compose(const DeflateOffer &stated, bool valueForGreatestClientWindow)
{
    Extension extension{deflateName.toByteArray(), {}};
    const auto add = [&extension](QByteArrayView name, std::optional<QByteArray> value = std::nullopt) {
        extension.parameters.append({name.toByteArray(), std::move(value)});
    };
    if (stated.serverContextTakeover == ContextTakeover::No)
        add(serverTakeoverName);
    if (stated.clientContextTakeover == ContextTakeover::No)
        add(clientTakeoverName);
    if (stated.serverWindowBits)
        add(serverWindowName, QByteArray::number(*stated.serverWindowBits));
    if (stated.clientWindowBits) {
        const bool bare = *stated.clientWindowBits == greatestWindowBits && !valueForGreatestClientWindow;
        add(clientWindowName, bare ? std::nullopt : std::optional(QByteArray::number(*stated.clientWindowBits)));
    }
    return composeExtension(extension);
}

ContextTakeover both(ContextTakeover a, ContextTakeover b)
{
    return a == ContextTakeover::Yes && b == ContextTakeover::Yes ? ContextTakeover::Yes : ContextTakeover::No;
}

/// The server's answer to one well-formed offer.
DeflateNegotiation meet(const DeflateOffer &offer, const DeflatePolicy &policy)
{
    const int serverBits = std::min(policy.server.windowBits, offer.serverWindowBits.value_or(greatestWindowBits));
    if (serverBits < leastOwnWindowBits)
        return {Outcome::NotAgreed, {}, {}, QStringLiteral("The offer asks for a window of 8 bits, which cannot be written.")};
    DeflateOffer answer;
    answer.serverContextTakeover = both(policy.server.contextTakeover, offer.serverContextTakeover);
    answer.clientContextTakeover = both(policy.client.contextTakeover, offer.clientContextTakeover);
    if (offer.serverWindowBits || serverBits < greatestWindowBits)
        answer.serverWindowBits = serverBits;
    const bool limitsClient = policy.client.windowBits < greatestWindowBits;
    const int clientBits = std::min(policy.client.windowBits, offer.clientWindowBits.value_or(greatestWindowBits));
    if (offer.clientWindowBits && limitsClient && clientBits >= leastOwnWindowBits)
        answer.clientWindowBits = clientBits;

    DeflateParameters agreed;
    agreed.server = {answer.serverContextTakeover, serverBits};
    agreed.client = {answer.clientContextTakeover, offer.clientWindowBits ? clientBits : greatestWindowBits};
    return {Outcome::Agreed, agreed, compose(answer, true), {}};
}

DeflateNegotiation failed(const QString &problem)
{
    return {Outcome::Failed, {}, {}, problem};
}

/// The client's reading of a well-formed answer to one well-formed offer.
DeflateNegotiation settle(const DeflateOffer &offer, const DeflateOffer &answer)
{
    if (offer.serverContextTakeover == ContextTakeover::No && answer.serverContextTakeover == ContextTakeover::Yes)
        return failed(QStringLiteral("The offer asked for server_no_context_takeover, and the answer leaves it out."));
    if (offer.serverWindowBits && !answer.serverWindowBits)
        return failed(QStringLiteral("The offer asked for server_max_window_bits, and the answer leaves it out."));
    if (offer.serverWindowBits && *answer.serverWindowBits > *offer.serverWindowBits) {
        return failed(QStringLiteral("server_max_window_bits is %1, but the offer allows %2 at most.")
                          .arg(*answer.serverWindowBits).arg(*offer.serverWindowBits));
    }
    if (answer.clientWindowBits && !offer.clientWindowBits)
        return failed(QStringLiteral("The answer has client_max_window_bits, which the offer did not allow."));
    if (answer.clientWindowBits && *answer.clientWindowBits > *offer.clientWindowBits) {
        return failed(QStringLiteral("client_max_window_bits is %1, but the offer allows %2 at most.")
                          .arg(*answer.clientWindowBits).arg(*offer.clientWindowBits));
    }
    DeflateParameters agreed;
    agreed.server = {answer.serverContextTakeover, answer.serverWindowBits.value_or(greatestWindowBits)};
    agreed.client = {both(answer.clientContextTakeover, offer.clientContextTakeover),
                     answer.clientWindowBits.value_or(offer.clientWindowBits.value_or(greatestWindowBits))};
    const bool hintOnly = agreed.client.contextTakeover == ContextTakeover::No && answer.clientContextTakeover == ContextTakeover::Yes;
    return {Outcome::Agreed, agreed, {}, {}, hintOnly};
}

QList<Extension> deflateOnly(const ExtensionList &list)
{
    QList<Extension> found;
    std::ranges::copy_if(list.extensions, std::back_inserter(found), [](const Extension &each) { return each.name == deflateName; });
    return found;
}

} // namespace

std::optional<int> readWindowBits(QByteArrayView value)
{
    // Without leading zeros.
    const bool digits = std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || value.isEmpty() || value.size() > 2 || value.startsWith('0'))
        return std::nullopt;
    const int bits = value.toInt();
    return bits >= leastWindowBits && bits <= greatestWindowBits ? std::optional(bits) : std::nullopt;
}

QByteArray composeDeflateOffer(const DeflateOffer &offer)
{
    return compose(offer, false);
}

DeflateNegotiation answerDeflate(const ExtensionList &offered, const DeflatePolicy &policy)
{
    DeflateNegotiation outcome;
    const QList<Extension> offers = deflateOnly(offered);
    for (const Extension &each : offers) {
        const ReadParameters offer = readParameters(each);
        DeflateNegotiation next = offer.problem.isEmpty() ? meet(offer.stated, policy)
                                                          : DeflateNegotiation{Outcome::NotAgreed, {}, {}, offer.problem};
        if (next.outcome == Outcome::Agreed)
            return next;
        if (outcome.problem.isEmpty())
            outcome = std::move(next); // why the client's first wish was declined
    }
    return outcome;
}

DeflateNegotiation readDeflateAnswer(const ExtensionList &offered, const ExtensionList &answered)
{
    const QList<Extension> answers = deflateOnly(answered);
    if (answers.isEmpty())
        return {};
    if (answers.size() > 1)
        return failed(QStringLiteral("The answer has permessage-deflate %1 times.").arg(answers.size()));
    const ReadParameters answer = readParameters(answers.first());
    if (!answer.problem.isEmpty())
        return failed(answer.problem);
    if (answer.stated.clientWindowBits && !answer.clientWindowHasValue)
        return failed(QStringLiteral("client_max_window_bits has no value, but needs one in an answer."));
    DeflateNegotiation outcome = failed(QStringLiteral("permessage-deflate was not offered."));
    const QList<Extension> offers = deflateOnly(offered);
    for (const Extension &each : offers) {
        const ReadParameters offer = readParameters(each);
        if (!offer.problem.isEmpty())
            continue; // such an offer can only be declined
        outcome = settle(offer.stated, answer.stated);
        if (outcome.outcome == Outcome::Agreed)
            break;
    }
    return outcome;
}

DeflateNegotiation acceptDeflateAnswer(const ExtensionList &offered, const ExtensionList &answered)
{
    DeflateNegotiation outcome = readDeflateAnswer(offered, answered);
    const DeflateParameters &agreed = outcome.parameters;
    if (outcome.outcome == Outcome::Agreed && std::min(agreed.server.windowBits, agreed.client.windowBits) < leastOwnWindowBits)
        return failed(QStringLiteral("The answer asks for a window of 8 bits, which cannot be written."));
    return outcome;
}

} // namespace wsw::wire
