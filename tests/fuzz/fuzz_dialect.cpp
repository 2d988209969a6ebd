#include "fuzz/check.h"
#include "payload/dialect.h"
#include "payload/envelope.h"
#include "payload/jsonreader.h"
#include "payload/jsontext.h"
#include "payload/reading.h"
#include "payload/tree.h"

#include <array>
#include <optional>

using namespace wsw;
using namespace wsw::payload;

// Input: which dialect, and whether the message is text and whole; the message. What it says is told, and the JSON in it is laid out and
// read.

namespace {

QString withoutSpaces(QString text)
{
    text.removeIf([](QChar c) { return isJsonSpace(c); });
    return text;
}

/// What Qt takes for JSON has a layout that is the same without white space, and all its values, unless these are too many.
void checkJson(QByteArrayView json)
{
    const QString text = QString::fromUtf8(json);
    const auto laidOut = laidOutJson(text, mostText);
    if (laidOut) {
        FUZZ_CHECK(laidOut->size() <= mostText);
        FUZZ_CHECK(compactJson(*laidOut) == compactJson(text));
    }
    TreeBuilder builder;
    FUZZ_CHECK(readJson(text, builder) || builder.isFull());
    if (!builder.isFull())
        (void)builder.take();
}

void checkParts(QByteArrayView payload, Dialect dialect)
{
    const QList<JsonPart> parts = jsonPartsOf(payload, dialect);
    qsizetype behind = 0;
    for (const JsonPart &part : parts) {
        FUZZ_CHECK(part.at >= behind && part.size > 0 && part.at + part.size <= payload.size());
        behind = part.at + part.size;
        checkJson(payload.sliced(part.at, part.size));
    }
    const auto laidOut = laidOutEnvelope(payload, parts);
    if (laidOut)
        FUZZ_CHECK(parts.isEmpty() || withoutSpaces(*laidOut) == withoutSpaces(QString::fromUtf8(payload)));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    constexpr std::array dialects{Dialect::SocketIo, Dialect::Stomp, Dialect::GraphQl, Dialect::SignalR, Dialect::Mqtt, Dialect::Wamp};
    fuzz::Input input(data, size);
    const unsigned choice = input.choice();
    const Dialect dialect = dialects[choice % dialects.size()];
    const bool isText = (choice / dialects.size()) % 2 != 0;
    const Extent extent = (choice / dialects.size()) / 2 % 2 != 0 ? Extent::Beginning : Extent::Whole;
    const QByteArrayView payload = input.rest();
    for (const auto known : {std::optional(dialect), std::optional<Dialect>()}) {
        const auto saying = sayingOf(payload, isText, known, extent);
        FUZZ_CHECK(!saying || !saying->words.isEmpty());
        FUZZ_CHECK(!saying || !known || saying->dialect == dialect);
    }
    checkParts(payload, dialect);
    if (isJson(payload))
        checkJson(payload);
    return 0;
}
