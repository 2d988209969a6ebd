#include "lesson/explain.h"
#include "lesson/judgement.h"

#include <array>

namespace wsw::lesson {

namespace {

struct OpcodeTopic
{
    const char *title;
    const char *text;
    const char *reference;
};

constexpr const char *reservedData =
    "This number is kept for a further kind of data frame. No standard has given it a meaning yet. "
    "A receiver that meets it must end the connection, because it cannot know how to read what follows.";
constexpr const char *reservedControl =
    "This number is kept for a further kind of control frame. No standard has given it a meaning yet. "
    "A receiver that meets it must end the connection, because it cannot know what it is being asked to do.";

/// Index = opcode.
constexpr std::array<OpcodeTopic, 16> opcodes{{
    {"Continuation frame (0x0)",
     "A further piece of a message that an earlier frame began. It carries no type of its own: the first frame has said whether the "
     "message is text or binary. The frame with FIN set is the last piece.",
     "RFC 6455, section 5.4"},
    {"Text frame (0x1)",
     "The payload is text in UTF-8, the usual way to write every script in bytes. "
     "The receiver must check that the whole message is valid UTF-8; a single frame may end in the middle of a character.",
     "RFC 6455, section 5.6"},
    {"Binary frame (0x2)",
     "The payload is bytes whose meaning only the two programs know: a picture, a packed number, a compressed record. "
     "WebSocket carries them unchanged and does not look inside.",
     "RFC 6455, section 5.6"},
    {"Reserved data opcode (0x3)", reservedData, "RFC 6455, section 5.2"},
    {"Reserved data opcode (0x4)", reservedData, "RFC 6455, section 5.2"},
    {"Reserved data opcode (0x5)", reservedData, "RFC 6455, section 5.2"},
    {"Reserved data opcode (0x6)", reservedData, "RFC 6455, section 5.2"},
    {"Reserved data opcode (0x7)", reservedData, "RFC 6455, section 5.2"},
    {"Close frame (0x8)",
     "One end says that it is done and will send no more frames. The payload may hold a two-byte code and a reason in words. "
     "The other end answers with a Close of its own; then TCP is closed, the server first.",
     "RFC 6455, section 5.5.1"},
    {"Ping frame (0x9)",
     "A question: are you still there? The other end must answer with a Pong that carries the same payload. "
     "It keeps idle connections open and is the honest way to measure a round trip.",
     "RFC 6455, section 5.5.2"},
    {"Pong frame (0xA)",
     "The answer to a Ping, with the Ping's payload copied unchanged. "
     "It may also come unasked, as a sign of life; then no reply is expected.",
     "RFC 6455, section 5.5.3"},
    {"Reserved control opcode (0xB)", reservedControl, "RFC 6455, section 5.2"},
    {"Reserved control opcode (0xC)", reservedControl, "RFC 6455, section 5.2"},
    {"Reserved control opcode (0xD)", reservedControl, "RFC 6455, section 5.2"},
    {"Reserved control opcode (0xE)", reservedControl, "RFC 6455, section 5.2"},
    {"Reserved control opcode (0xF)", reservedControl, "RFC 6455, section 5.2"},
}};

} // namespace

QString verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Info: return {};
    case Verdict::Right: return QStringLiteral("Right");
    case Verdict::Unusual: return QStringLiteral("Unusual");
    case Verdict::Wrong: return QStringLiteral("Wrong");
    }
    return {};
}

Explanation explainOpcode(wire::Opcode opcode)
{
    const OpcodeTopic &topic = opcodes[static_cast<size_t>(opcode) & 0xf];
    Explanation result{words(topic.title), {}, words(topic.text), Verdict::Info, {}, words(topic.reference)};
    apply(result, wire::isReserved(opcode) ? wrong(QStringLiteral("no standard defines this opcode, so the receiver must fail the connection."))
                                           : right(QStringLiteral("this opcode is defined by RFC 6455.")));
    return result;
}

} // namespace wsw::lesson
