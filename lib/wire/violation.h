#pragma once

#include "base/direction.h"

#include <QString>

#include <span>
#include <vector>

namespace wsw::wire {

/// Every rule of RFC 6455 and RFC 7692 whose breach can be seen on the wire, one value a rule.
/// Stored in captures by value: append only, never renumber.
enum class Violation : quint16 {
    None = 0,
    // frames, 5.2 to 5.5
    ReservedBit1Set,            ///< RSV1 without a negotiated extension
    ReservedBit2Set,
    ReservedBit3Set,
    ReservedOpcode,
    LengthNotMinimal,
    LengthHighBitSet,
    ClientFrameNotMasked,
    ServerFrameMasked,
    ControlFrameFragmented,
    ControlFrameTooLong,
    ContinuationWithoutStart,
    DataFrameInsideMessage,     ///< a new Text or Binary while a fragmented message is open
    FrameOverLimit,             ///< larger than the size limit in force
    // text, 8.1
    TextNotUtf8,
    TextEndsInSequence,
    // closing, 5.5.1 and 7.4
    ClosePayloadOneByte,
    CloseCodeReserved,          ///< 1004, 1005, 1006, 1015: must not be sent
    CloseCodeUnregistered,      ///< 1016 to 2999 not (yet) registered
    CloseCodeOutOfRange,        ///< below 1000, 5000 and above
    CloseReasonNotUtf8,
    FrameAfterClose,
    // the stream
    EndInsideFrame,             ///< the connection ended within a frame
    EndWithoutClose,            ///< TCP ended and no Close frame had come
    // handshake, 4.1, 4.2 and 11
    MethodNotGet,
    HttpVersionTooOld,
    HostMissing,
    UpgradeMissing,
    ConnectionUpgradeMissing,
    KeyMissing,
    KeyNot16Bytes,
    VersionMissing,
    VersionNot13,
    StatusNot101,
    AcceptMissing,
    AcceptWrong,
    SubprotocolNotOffered,
    ExtensionNotOffered,
    HeadMalformed,
    HeadTooLarge,
    HeaderRepeated,             ///< a header that must appear once stands twice
    // extensions, RFC 6455, 9.1 and RFC 7692
    ExtensionMalformed,         ///< Sec-WebSocket-Extensions does not keep to its grammar
    DeflateAnswerWrong,         ///< the server's permessage-deflate parameters do not fit the offer
    CompressedDataDamaged,      ///< RSV1, but the payload cannot be inflated
    InflatedOverLimit,          ///< a compressed message became larger than the limit in force
    // frames, 5.4
    MessageOverLimit,           ///< the frames of a message together are larger than the size limit in force
    // handshake, what the lines hold
    TargetMalformed,            ///< no path and no whole http address, or with a fragment
    HostMalformed,
    OriginMalformed,
    SubprotocolMalformed,       ///< an offer that is no list of tokens
    SubprotocolRepeated,
    VersionsNotNamed,           ///< 426 without a list of the versions that would do
    HeaderFolded,               ///< a header line that goes on in the next one
    LineEndBare,                ///< LF without CR
    Count
};

enum class Severity : quint8 { Note, Warning, Error };

/// What is known about one rule.
struct ViolationInfo
{
    Violation violation;
    const char *name;       ///< stable identifier for files and filters, e.g. "rsv2-set"
    const char *section;    ///< e.g. "RFC 6455, 5.2"
    Severity severity;
    quint16 closeCode;      ///< with which an endpoint must or may fail the connection (1006: as which it reports the end); 0: none applies
    const char *sentence;   ///< for a person: what is wrong, English, ends with a full stop
};

/// The row of the table. Any thread.
[[nodiscard]] const ViolationInfo &violationInfo(Violation violation) noexcept;
[[nodiscard]] std::span<const ViolationInfo> violationTable() noexcept;

/// One breach that was found, where.
struct Finding
{
    Violation violation = Violation::None;
    qint64 offset = 0;      ///< byte offset: in the frame's payload (compressed: in what it has become) for text and close, in the head for handshakes
    QString note;           ///< particulars, e.g. the value seen and the value expected; may be empty
    friend bool operator==(const Finding &, const Finding &) = default;
};
using Findings = std::vector<Finding>;

} // namespace wsw::wire
