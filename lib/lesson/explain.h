#pragma once

#include "capture/record.h"
#include "wire/deflatenegotiation.h"
#include "wire/handshake.h"
#include "wire/violation.h"

#include <QString>

#include <optional>

namespace wsw::lesson {

/// How something that was seen on the wire stands to the rules.
enum class Verdict : quint8 {
    Info,       ///< nothing to judge
    Right,      ///< a rule asks for exactly this
    Unusual,    ///< allowed, but worth a second look
    Wrong,      ///< a rule forbids it
};
/// "Right", "Unusual", "Wrong"; empty for Info.
[[nodiscard]] QString verdictName(Verdict verdict);

/// One thing explained in plain words.
struct Explanation
{
    QString title;      ///< "Masking key"
    QString where;      ///< "bytes 2 to 5", "line 4"; may be empty
    QString text;       ///< what it is and why it exists, two to four sentences
    Verdict verdict = Verdict::Info;
    QString judgement;  ///< why this one is right, unusual or wrong; one sentence that reads on after "Right: "; may be empty for Info
    QString reference;  ///< "RFC 6455, section 5.3"
};

/// The parts of a frame header that can be selected.
enum class HeaderPart : quint8 { Fin, Rsv1, Rsv2, Rsv3, Opcode, Mask, Length, ExtendedLength, MaskingKey, Payload };

/// What the judge needs beside the header.
struct FrameContext
{
    Role sender = Role::Client;     ///< which end wrote the frame
    bool deflateAgreed = false;     ///< permessage-deflate is in force on the connection
    std::optional<wire::DeflateSide> deflate{};     ///< how this end compresses, where known
};

/// Every function here is pure and may be called from any thread.

/// Explains one part of a stored frame; a part that this frame does not have (a masking key without the MASK bit) is explained as
/// absent.
[[nodiscard]] Explanation explainPart(const capture::RecordHeader &frame, HeaderPart part, const FrameContext &context);
/// Explains a record as a whole: a frame by its opcode, its place in a message and, for Close, its payload; a head, a body, raw bytes
/// and an end by what they are.
[[nodiscard]] Explanation explainFrame(const capture::Record &frame, const FrameContext &context);
/// Explains one of the sixteen opcodes.
[[nodiscard]] Explanation explainOpcode(wire::Opcode opcode);
/// Explains line @p field (index into head.fields, -1 for the request or status line) of a head. @p request: the request a response
/// answers, where known: the accept value is then computed and compared.
[[nodiscard]] Explanation explainHeadLine(const wire::Head &head, qsizetype field, const wire::Head *request);
/// @p line, of a head, with what the judge of the whole head has found there: a line on which a rule is broken is not right, whatever it
/// is by itself (a line that is folded, or the first one where another is missing).
[[nodiscard]] Explanation withFinding(Explanation line, const wire::Finding &finding);
/// Explains a close code as it stands in a Close frame that @p sender wrote; 1005 and 1006 also as what a program reports.
[[nodiscard]] Explanation explainCloseCode(quint16 code, Role sender);
/// Explains a broken rule. @p note: the particulars of a wire::Finding.
[[nodiscard]] Explanation explainViolation(wire::Violation violation, const QString &note = {});
/// Explains how a connection ended (a record of kind End).
[[nodiscard]] Explanation explainEnd(const capture::Record &end);

} // namespace wsw::lesson
