#include "wire/violation.h"

#include <array>

namespace wsw::wire {

namespace {

constexpr auto Note = Severity::Note;
constexpr auto Warning = Severity::Warning;
constexpr auto Error = Severity::Error;

constexpr std::array<ViolationInfo, static_cast<size_t>(Violation::Count)> table{{
    {Violation::None, "none", "", Note, 0, "No rule is broken."},

    {Violation::ReservedBit1Set, "rsv1-set", "RFC 6455, 5.2", Error, 1002,
     "RSV1 is set, but no extension that gives it a meaning here has been agreed."},
    {Violation::ReservedBit2Set, "rsv2-set", "RFC 6455, 5.2", Error, 1002,
     "RSV2 is set, but no extension that gives it a meaning has been agreed."},
    {Violation::ReservedBit3Set, "rsv3-set", "RFC 6455, 5.2", Error, 1002,
     "RSV3 is set, but no extension that gives it a meaning has been agreed."},
    {Violation::ReservedOpcode, "reserved-opcode", "RFC 6455, 5.2", Error, 1002,
     "The opcode is reserved: it has no meaning in the protocol yet."},
    {Violation::LengthNotMinimal, "length-not-minimal", "RFC 6455, 5.2", Error, 1002,
     "The payload length is written with more bytes than it needs; the shortest form is required."},
    {Violation::LengthHighBitSet, "length-high-bit", "RFC 6455, 5.2", Error, 1002,
     "The most significant bit of the 64-bit payload length is 1; it must be 0."},
    {Violation::ClientFrameNotMasked, "client-not-masked", "RFC 6455, 5.1", Error, 1002,
     "A client sent a frame that is not masked; clients must mask every frame."},
    {Violation::ServerFrameMasked, "server-masked", "RFC 6455, 5.1", Error, 1002,
     "A server sent a masked frame; servers must not mask."},
    {Violation::ControlFrameFragmented, "control-fragmented", "RFC 6455, 5.5", Error, 1002,
     "A control frame has FIN 0; control frames must not be fragmented."},
    {Violation::ControlFrameTooLong, "control-too-long", "RFC 6455, 5.5", Error, 1002,
     "A control frame carries more than 125 bytes."},
    {Violation::ContinuationWithoutStart, "continuation-without-start", "RFC 6455, 5.4", Error, 1002,
     "A continuation frame came while no fragmented message was open."},
    {Violation::DataFrameInsideMessage, "data-inside-message", "RFC 6455, 5.4", Error, 1002,
     "A new message began before the last fragment of the one before had come."},
    {Violation::FrameOverLimit, "frame-over-limit", "RFC 6455, 10.4", Error, 1009,
     "The frame is larger than the size limit in force on this endpoint."},

    {Violation::TextNotUtf8, "text-not-utf8", "RFC 6455, 8.1", Error, 1007,
     "A text message holds a byte that cannot stand there in valid UTF-8."},
    {Violation::TextEndsInSequence, "text-ends-in-sequence", "RFC 6455, 8.1", Error, 1007,
     "A text message ends inside a UTF-8 sequence: its last character is incomplete."},

    {Violation::ClosePayloadOneByte, "close-one-byte", "RFC 6455, 5.5.1", Error, 1002,
     "The Close frame has a payload of one byte; a close code needs two."},
    {Violation::CloseCodeReserved, "close-code-reserved", "RFC 6455, 7.4.1", Error, 1002,
     "The close code is reserved for local use and must not be sent in a Close frame."},
    {Violation::CloseCodeUnregistered, "close-code-unregistered", "RFC 6455, 7.4.2", Error, 1002,
     "The close code lies in the range of the protocol itself, but is not registered."},
    {Violation::CloseCodeOutOfRange, "close-code-out-of-range", "RFC 6455, 7.4.2", Error, 1002,
     "The close code lies outside the ranges that may be used, 1000 to 4999."},
    {Violation::CloseReasonNotUtf8, "close-reason-not-utf8", "RFC 6455, 5.5.1", Error, 1007,
     "The reason in the Close frame is not valid UTF-8."},
    {Violation::FrameAfterClose, "frame-after-close", "RFC 6455, 5.5.1", Error, 0,
     "A data frame was sent after a Close frame; no more data may follow it."},

    {Violation::EndInsideFrame, "end-inside-frame", "RFC 6455, 7.1.5", Error, 1006,
     "The connection ended in the middle of a frame."},
    {Violation::EndWithoutClose, "end-without-close", "RFC 6455, 7.1.5", Warning, 1006,
     "TCP ended and no Close frame had come: the closing handshake was left out."},

    {Violation::MethodNotGet, "method-not-get", "RFC 6455, 4.2.1", Error, 0,
     "The opening request must use the method GET."},
    {Violation::HttpVersionTooOld, "http-version-too-old", "RFC 6455, 4.2.1", Error, 0,
     "The HTTP version must be 1.1 or higher."},
    {Violation::HostMissing, "host-missing", "RFC 6455, 4.2.1", Error, 0,
     "The Host header is missing; the server cannot know which name was asked for."},
    {Violation::UpgradeMissing, "upgrade-missing", "RFC 6455, 4.1 and 4.2.1", Error, 0,
     "The Upgrade header does not name websocket."},
    {Violation::ConnectionUpgradeMissing, "connection-upgrade-missing", "RFC 6455, 4.1 and 4.2.1", Error, 0,
     "The Connection header does not hold the token Upgrade."},
    {Violation::KeyMissing, "key-missing", "RFC 6455, 4.2.1", Error, 0,
     "The Sec-WebSocket-Key header is missing."},
    {Violation::KeyNot16Bytes, "key-not-16-bytes", "RFC 6455, 4.2.1", Error, 0,
     "Sec-WebSocket-Key is not the base64 form of exactly 16 bytes."},
    {Violation::VersionMissing, "version-missing", "RFC 6455, 4.2.1", Error, 0,
     "The Sec-WebSocket-Version header is missing."},
    {Violation::VersionNot13, "version-not-13", "RFC 6455, 4.2.1", Error, 0,
     "Sec-WebSocket-Version asks for another version of the protocol than 13."},
    {Violation::StatusNot101, "status-not-101", "RFC 6455, 4.1", Error, 0,
     "The server did not switch protocols: its status is not 101."},
    {Violation::AcceptMissing, "accept-missing", "RFC 6455, 4.1", Error, 0,
     "The Sec-WebSocket-Accept header is missing; the server has not proved that it read the key."},
    {Violation::AcceptWrong, "accept-wrong", "RFC 6455, 4.1", Error, 0,
     "Sec-WebSocket-Accept is not the value that follows from the key of the request."},
    {Violation::SubprotocolNotOffered, "subprotocol-not-offered", "RFC 6455, 4.1", Error, 0,
     "The server chose a subprotocol that the client had not offered."},
    {Violation::ExtensionNotOffered, "extension-not-offered", "RFC 6455, 4.1", Error, 0,
     "The server agreed to an extension that the client had not offered."},
    {Violation::HeadMalformed, "head-malformed", "RFC 9112, 2.2 to 5.2", Error, 0,
     "The bytes are no HTTP/1.1 head."},
    {Violation::HeadTooLarge, "head-too-large", "RFC 9112, 2.3 and 3", Error, 0,
     "The HTTP head is larger than the limit."},
    {Violation::HeaderRepeated, "header-repeated", "RFC 6455, 11.3", Error, 0,
     "A header that may stand only once stands several times."},

    {Violation::ExtensionMalformed, "extension-malformed", "RFC 6455, 9.1", Error, 0,
     "Sec-WebSocket-Extensions does not keep to its grammar."},
    {Violation::DeflateAnswerWrong, "deflate-answer-wrong", "RFC 7692, 7.1", Error, 0,
     "The server's parameters of permessage-deflate are wrong or do not fit what the client had offered."},
    {Violation::CompressedDataDamaged, "compressed-data-damaged", "RFC 7692, 7.2.2", Error, 1007,
     "A message is marked as compressed, but its data cannot be inflated."},
    {Violation::InflatedOverLimit, "inflated-over-limit", "RFC 6455, 10.4", Error, 1009,
     "A compressed message became larger than the size limit in force on this endpoint."},

    {Violation::MessageOverLimit, "message-over-limit", "RFC 6455, 10.4", Error, 1009,
     "The frames of this message together are larger than the size limit in force on this endpoint."},

    {Violation::TargetMalformed, "target-malformed", "RFC 6455, 4.1 and 4.2.1", Error, 0,
     "The target of the request is neither a path that begins with / nor a whole http or https address without a fragment."},
    {Violation::HostMalformed, "host-malformed", "RFC 9112, 3.2", Error, 0,
     "The Host header does not hold a host name or address with an optional port."},
    {Violation::OriginMalformed, "origin-malformed", "RFC 6454, 7.1", Warning, 0,
     "The Origin header is neither null nor a scheme, :// and a host."},
    {Violation::SubprotocolMalformed, "subprotocol-malformed", "RFC 6455, 4.1 and 11.3.4", Error, 0,
     "Sec-WebSocket-Protocol is no list of names: a name is empty or holds a character that may not stand there."},
    {Violation::SubprotocolRepeated, "subprotocol-repeated", "RFC 6455, 4.1", Warning, 0,
     "The client offers the same subprotocol more than once."},
    {Violation::VersionsNotNamed, "versions-not-named", "RFC 6455, 4.2.2 and 4.4", Error, 0,
     "The server refuses the version of the protocol, but names none that it would take in Sec-WebSocket-Version."},
    {Violation::HeaderFolded, "header-folded", "RFC 9112, 5.2", Warning, 0,
     "A header line goes on in the next line; this old form must not be sent any more."},
    {Violation::LineEndBare, "line-end-bare", "RFC 9112, 2.2", Note, 0,
     "A line of the head ends with LF alone; CR and LF are due."},
}};

constexpr bool coversTheEnumInOrder()
{
    for (size_t i = 0; i < table.size(); ++i) {
        if (table[i].violation != static_cast<Violation>(i) || table[i].name == nullptr)
            return false;
    }
    return true;
}
static_assert(coversTheEnumInOrder(), "one row per Violation, in the order of the enum");

} // namespace

const ViolationInfo &violationInfo(Violation violation) noexcept
{
    const auto row = static_cast<size_t>(violation);
    // A capture of a newer program may hold values that this one does not know.
    return row < table.size() ? table[row] : table[0];
}

std::span<const ViolationInfo> violationTable() noexcept
{
    return table;
}

} // namespace wsw::wire
