#include "fuzz/check.h"
#include "wire/deflatenegotiation.h"

using namespace wsw;
using namespace wsw::wire;
using Outcome = DeflateNegotiation::Outcome;

// Input: wishes of the server, a Sec-WebSocket-Extensions value, a line feed, and the value of an answer.

namespace {

DeflatePolicy policyOf(unsigned choice)
{
    const auto side = [](unsigned bits) {
        return DeflateSide{(bits & 1) == 0 ? ContextTakeover::Yes : ContextTakeover::No,
                           leastOwnWindowBits + static_cast<int>((bits >> 1) % 7)};
    };
    return {side(choice & 15), side(choice >> 4)};
}

void checkList(const ExtensionList &list, QByteArrayView value)
{
    FUZZ_CHECK(list.problemOffset >= 0 && list.problemOffset <= value.size());
    if (!list.ok())
        return;
    FUZZ_CHECK(!list.extensions.isEmpty());
    QList<QByteArray> texts;
    for (const Extension &extension : list.extensions)
        texts.append(composeExtension(extension));
    const ExtensionList again = parseExtensions(texts.join(", "));
    FUZZ_CHECK(again.ok() && again.extensions == list.extensions);
}

bool isLawful(const DeflateSide &side)
{
    return side.windowBits >= leastWindowBits && side.windowBits <= greatestWindowBits;
}

void checkServer(const ExtensionList &offered, const DeflatePolicy &policy)
{
    const DeflateNegotiation server = answerDeflate(offered, policy);
    FUZZ_CHECK(server.outcome != Outcome::Failed);
    if (server.outcome != Outcome::Agreed)
        return;
    FUZZ_CHECK(server.parameters.server.windowBits >= leastOwnWindowBits && isLawful(server.parameters.client));
    const DeflateNegotiation client = readDeflateAnswer(offered, parseExtensions(server.answer));
    FUZZ_CHECK(client.outcome == Outcome::Agreed);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    fuzz::Input input(data, size);
    const DeflatePolicy policy = policyOf(input.choice());
    const QByteArray text = input.rest().toByteArray();
    const qsizetype cut = text.indexOf('\n');
    const QByteArray offer = text.left(cut);
    const QByteArray answer = cut < 0 ? QByteArray() : text.mid(cut + 1);
    const ExtensionList offered = parseExtensions(offer);
    const ExtensionList answered = parseExtensions(answer);
    checkList(offered, offer);
    checkList(answered, answer);
    checkServer(offered, policy);
    const DeflateNegotiation watching = readDeflateAnswer(offered, answered);
    const DeflateNegotiation speaking = acceptDeflateAnswer(offered, answered);
    FUZZ_CHECK((watching.outcome == Outcome::Failed) == (watching.outcome != Outcome::NotAgreed && !watching.problem.isEmpty()));
    FUZZ_CHECK(speaking.outcome == watching.outcome || speaking.outcome == Outcome::Failed);
    FUZZ_CHECK(isLawful(watching.parameters.server) && isLawful(watching.parameters.client));
    if (speaking.outcome == Outcome::Agreed)
        FUZZ_CHECK(speaking.parameters.client.windowBits >= leastOwnWindowBits);
    return 0;
}
