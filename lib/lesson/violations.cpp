#include "lesson/judgement.h"

#include <array>

namespace wsw::lesson {

namespace {

using wire::Violation;

struct ViolationTopic
{
    Violation violation;
    const char *title;
    const char *text;
};

/// What each rule is for. What was broken is told by the table in wire; it is the judgement here.
constexpr std::array violationTable{
    ViolationTopic{Violation::None, "No violation", "Nothing was found that breaks a rule."},
    ViolationTopic{Violation::ReservedBit1Set, "RSV1 is set",
     "The three RSV bits are kept for extensions. RSV1 marks compressed messages, but only where permessage-deflate has been agreed in the handshake. "
     "A receiver that ignored the bit would take compressed bytes for plain ones."},
    ViolationTopic{Violation::ReservedBit2Set, "RSV2 is set",
     "The three RSV bits are kept for extensions. A receiver that does not know the extension cannot know what the bit changes, so it must not go on."},
    ViolationTopic{Violation::ReservedBit3Set, "RSV3 is set",
     "The three RSV bits are kept for extensions. A receiver that does not know the extension cannot know what the bit changes, so it must not go on."},
    ViolationTopic{Violation::ReservedOpcode, "Reserved opcode",
     "Ten of the sixteen opcodes have no meaning yet. A receiver cannot know how to treat such a frame, so it must end the connection."},
    ViolationTopic{Violation::LengthNotMinimal, "Length not in its shortest form",
     "A payload length can be written in seven bits, in two further bytes, or in eight. The shortest form that fits must be used. "
     "One spelling for each length leaves no room for programs that read the same bytes differently."},
    ViolationTopic{Violation::LengthHighBitSet, "Length with its highest bit set",
     "An eight-byte length may use 63 bits only. So every length also fits into the signed numbers that many languages use, and can never turn negative."},
    ViolationTopic{Violation::ClientFrameNotMasked, "Client frame without mask",
     "A client must mask every frame with a fresh key. Without it a web page could choose the bytes that cross the network, "
     "and a proxy that reads them as HTTP could be fooled into storing a false page."},
    ViolationTopic{Violation::ServerFrameMasked, "Server frame with mask",
     "A server must not mask. The mask protects against pages that choose a client's bytes; in the other direction there is nothing to protect. "
     "A masked frame from a server shows that something is confused about who is who."},
    ViolationTopic{Violation::ControlFrameFragmented, "Control frame in pieces",
     "Close, Ping and Pong must stand in one frame, with FIN set. So they can be answered at once, even in the middle of a long message."},
    ViolationTopic{Violation::ControlFrameTooLong, "Control frame too long",
     "Close, Ping and Pong carry 125 bytes at most. So they stay short, need no extended length and never delay a message for long."},
    ViolationTopic{Violation::ContinuationWithoutStart, "Continuation of nothing",
     "A continuation frame adds to a message that an earlier text or binary frame began without FIN. Here no message is open, so the bytes belong to nothing."},
    ViolationTopic{Violation::DataFrameInsideMessage, "New message inside another",
     "Messages come one after another. While one is open, only its continuations and control frames may come; "
     "a new text or binary frame would leave the open message without an end."},
    ViolationTopic{Violation::FrameOverLimit, "Frame over the size limit",
     "The protocol lets a frame be enormous, so every program sets a limit of its own to protect its memory. This frame announces more than the limit set here."},
    ViolationTopic{Violation::TextNotUtf8, "Text that is not UTF-8",
     "A text message must be valid UTF-8 as a whole. So both ends can hand it to a program as text without asking in which encoding it is. "
     "Bytes that are no text belong in a binary message."},
    ViolationTopic{Violation::TextEndsInSequence, "Text that ends inside a character",
     "In UTF-8 a character takes one to four bytes. A frame may cut one in two, but the message must not end before its last character is whole."},
    ViolationTopic{Violation::ClosePayloadOneByte, "Close payload of one byte",
     "The payload of a Close frame is empty, or begins with a code of two bytes. One byte is half a code."},
    ViolationTopic{Violation::CloseCodeReserved, "Close code that must not be sent",
     "The codes 1004, 1005, 1006 and 1015 are for programs to report to their users. On the wire they would claim, for instance, that no Close frame came, in a Close frame."},
    ViolationTopic{Violation::CloseCodeUnregistered, "Close code without an entry",
     "The codes from 1000 to 2999 belong to the standard and its extensions, and are listed in a public registry. This one is not listed, so no one can know its meaning."},
    ViolationTopic{Violation::CloseCodeOutOfRange, "Close code out of range",
     "Close codes run from 1000 to 4999. Numbers below and above have no meaning and must not be sent."},
    ViolationTopic{Violation::CloseReasonNotUtf8, "Close reason that is not UTF-8",
     "After the code a Close frame may give a reason in words. It must be valid UTF-8, so that it can be shown or logged."},
    ViolationTopic{Violation::FrameAfterClose, "Frame after Close",
     "Close is the last frame that an end sends. Whatever comes after it is not read by a correct receiver, so it is lost."},
    ViolationTopic{Violation::EndInsideFrame, "Connection ended inside a frame",
     "The header announced more bytes than came. The connection was cut, or a program crashed or counted wrongly. What had come is kept and shown."},
    ViolationTopic{Violation::EndWithoutClose, "Connection ended without Close",
     "Before TCP is closed, each end should send a Close frame. Without it the other end cannot tell a finished conversation from a cut one."},
    ViolationTopic{Violation::MethodNotGet, "Method is not GET",
     "The opening handshake is an HTTP request, and it must use the method GET. Other methods change things on a server or carry a body; an upgrade does neither."},
    ViolationTopic{Violation::HttpVersionTooOld, "HTTP version too old",
     "The upgrade mechanism came with HTTP/1.1. An older client or proxy does not know it and could pass the request on wrongly."},
    ViolationTopic{Violation::HostMissing, "Host is missing",
     "Host tells the server which of the names at its address is meant. HTTP/1.1 asks for it in every request, and the WebSocket handshake does too."},
    ViolationTopic{Violation::UpgradeMissing, "Upgrade is missing or wrong",
     "The line Upgrade: websocket says to which protocol the connection shall change. Without it the request is an ordinary HTTP request, "
     "and the response an ordinary answer."},
    ViolationTopic{Violation::ConnectionUpgradeMissing, "Connection does not say Upgrade",
     "Upgrade is meant for the next machine on the path only, and Connection lists such lines. Without the word Upgrade in it, a proxy may drop or ignore the wish."},
    ViolationTopic{Violation::KeyMissing, "Sec-WebSocket-Key is missing",
     "The key lets the client check that the answer comes from a WebSocket server and not from a stored page. Without it the server cannot prove that it understood."},
    ViolationTopic{Violation::KeyNot16Bytes, "Sec-WebSocket-Key is not 16 bytes",
     "The key is 16 random bytes written in base64, which gives 24 characters that end in two equals signs. A server may refuse anything else."},
    ViolationTopic{Violation::VersionMissing, "Sec-WebSocket-Version is missing",
     "The client says which version of the protocol it speaks. The published standard is version 13. Without the line the server would have to guess."},
    ViolationTopic{Violation::VersionNot13, "Sec-WebSocket-Version is not 13",
     "The published standard is version 13; the numbers before it were drafts with other frames or another handshake. "
     "A server that speaks 13 only answers 426 and names it."},
    ViolationTopic{Violation::StatusNot101, "The server did not switch",
     "Status 101 means that the connection changes to the WebSocket protocol. Every other status is an ordinary HTTP answer: "
     "a refusal, a redirection, or a server that knows no WebSocket."},
    ViolationTopic{Violation::AcceptMissing, "Sec-WebSocket-Accept is missing",
     "The server proves that it read the client's key by sending a value computed from it. Without the proof a client must not go on."},
    ViolationTopic{Violation::AcceptWrong, "Sec-WebSocket-Accept is wrong",
     "The value must be the base64 form of SHA-1 over the client's key and a fixed text. Another value means that the answer belongs to another request, "
     "is a stored one, or was computed wrongly."},
    ViolationTopic{Violation::SubprotocolNotOffered, "Subprotocol that was not offered",
     "The client lists the subprotocols it can speak, and the server chooses one of them or none. A name from outside the list is one that the client may not understand."},
    ViolationTopic{Violation::ExtensionNotOffered, "Extension that was not offered",
     "The client lists the extensions it can use, and the server agrees to some of them or none. An extension changes the meaning of bits, "
     "so a client that did not offer it would misread every frame."},
    ViolationTopic{Violation::HeadMalformed, "Not an HTTP head",
     "The handshake is written as HTTP: a first line, then lines of the form Name: value, then an empty line. What came does not read like this."},
    ViolationTopic{Violation::HeadTooLarge, "Head too large",
     "HTTP sets no limit to a head, so every program sets its own, to protect its memory. This head is longer than the limit set here."},
    ViolationTopic{Violation::HeaderRepeated, "Header line repeated",
     "Some lines must stand once only. Where one stands twice, two programs may each believe another of them, and that is a way to attack."},
    ViolationTopic{Violation::ExtensionMalformed, "Extensions that cannot be read",
     "Sec-WebSocket-Extensions is a list of names with parameters. Both ends must read the same list, so an end that cannot read it must fail the connection and not guess."},
    ViolationTopic{Violation::DeflateAnswerWrong, "Compression answered wrongly",
     "A client offers how messages may be compressed, and the server may only choose from that. "
     "An answer that promises something else would leave one end with data that it cannot read, so the client must fail the connection."},
    ViolationTopic{Violation::CompressedDataDamaged, "Compressed data that cannot be inflated",
     "RSV1 on the first frame says that the message is compressed with deflate. These bytes are no deflate data, or end too early. "
     "With context takeover later messages build on earlier ones, so they cannot be read any more either."},
    ViolationTopic{Violation::InflatedOverLimit, "Inflated message over the size limit",
     "Deflate can make a thousand bytes of one, so a small frame can become an enormous message. "
     "Every program needs a limit on what comes out, beside the one on what comes in; this message is larger than the limit set here."},
    ViolationTopic{Violation::MessageOverLimit, "Message over the size limit",
     "A message may come in as many frames as its sender likes, so a limit on frames alone would let it grow without end. "
     "Every program needs a limit on the whole message too; with this frame the message is larger than the limit set here."},
    ViolationTopic{Violation::TargetMalformed, "Target that is no path",
     "The second word of the request says what is asked for: a path that begins with /, or, on the way through a proxy, the whole address. "
     "What stands after # in an address is for the client alone and never goes to a server."},
    ViolationTopic{Violation::HostMalformed, "Host that cannot be read",
     "Host names the server that the client wants to reach, with the port where it is not the usual one. Many names can live at one address, "
     "and programs that read a doubtful Host differently send requests to the wrong one."},
    ViolationTopic{Violation::OriginMalformed, "Origin that cannot be read",
     "A browser says in Origin which site the page came from, so that a server can refuse pages of strangers. "
     "It is written as a scheme, :// and a host, without a path, or as null where there is no site."},
    ViolationTopic{Violation::SubprotocolMalformed, "Subprotocols that cannot be read",
     "Sec-WebSocket-Protocol is a list of names with commas between. A name may hold letters, digits and a few marks, but no space and no quotes, "
     "so that both ends read the same names."},
    ViolationTopic{Violation::SubprotocolRepeated, "Subprotocol offered twice",
     "The client lists the subprotocols that it can speak, the most wanted first. A name that stands twice has two places in that order, and only one can be meant."},
    ViolationTopic{Violation::VersionsNotNamed, "Versions are not named",
     "A server that does not speak the client's version of the protocol answers with the versions that it does speak. "
     "Without that list a client can only guess what to try next."},
    ViolationTopic{Violation::HeaderFolded, "Header line folded",
     "In old HTTP a long line could go on in the next one, behind a space. Programs read such lines differently, and that has been used to smuggle requests, "
     "so the form was taken out of HTTP. This program reads it as one line."},
    ViolationTopic{Violation::LineEndBare, "Line end without CR",
     "A line of HTTP ends with the two bytes CR and LF. Most receivers take LF alone as well, and this program does too; a careful sender does not rely on it."},
};
static_assert(violationTable.size() == static_cast<size_t>(Violation::Count), "every violation is explained");

consteval bool inEnumOrder()
{
    for (size_t i = 0; i < violationTable.size(); ++i) {
        if (violationTable[i].violation != static_cast<Violation>(i))
            return false;
    }
    return true;
}
static_assert(inEnumOrder(), "the table is indexed by the enum");

Verdict verdictOf(wire::Severity severity)
{
    switch (severity) {
    case wire::Severity::Note:
    case wire::Severity::Warning: return Verdict::Unusual;
    case wire::Severity::Error: return Verdict::Wrong;
    }
    return Verdict::Wrong;
}

/// "RFC 6455, 5.2" of the wire's table as the explanations write it.
QString reference(const char *section)
{
    QString text = words(section);
    const qsizetype comma = text.indexOf(QStringLiteral(", "));
    if (comma > 0 && comma + 2 < text.size() && text.at(comma + 2).isDigit())
        text.insert(comma + 2, QStringLiteral("section "));
    return text;
}

} // namespace

Explanation explainViolation(wire::Violation violation, const QString &note)
{
    const auto index = static_cast<size_t>(violation);
    if (index >= violationTable.size()) {   // a capture may hold the value of a newer program
        return {QStringLiteral("Rule number %1").arg(index), {},
                QStringLiteral("A newer version of this program has found a broken rule that this version does not know."),
                Verdict::Unusual, QStringLiteral("open the capture with the newer version to read what it is."),
                QStringLiteral("RFC 6455")};
    }
    const ViolationTopic &topic = violationTable[index];
    if (violation == Violation::None)
        return {words(topic.title), {}, words(topic.text), Verdict::Info, {}, QStringLiteral("RFC 6455")};

    const wire::ViolationInfo &known = wire::violationInfo(topic.violation);
    Explanation result{words(topic.title), {}, words(topic.text), verdictOf(known.severity), words(known.sentence), reference(known.section)};
    if (!note.isEmpty())
        result.judgement += QStringLiteral(" (%1)").arg(note);
    if (known.closeCode == 1006)    // never on the wire
        result.text += QStringLiteral(" Programs report code 1006 for it.");
    else if (known.closeCode != 0)
        result.text += QStringLiteral(" The close code for it is %1.").arg(known.closeCode);
    return result;
}

} // namespace wsw::lesson
