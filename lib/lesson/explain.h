#pragma once

#include "capture/record.h"
#include "wire/handshake.h"
#include "wire/violation.h"

#include <QString>

#include <optional>

namespace wsw::lesson {

enum class Verdict : quint8 { Info, Right, Unusual, Wrong };

/// One thing explained in plain words.
struct Explanation
{
    QString title;      ///< "Masking key"
    QString where;      ///< "bytes 2 to 5", "header line 4"; may be empty
    QString text;       ///< what it is and why it exists, two to four sentences
    Verdict verdict = Verdict::Info;
    QString judgement;  ///< why this one is right, unusual or wrong; one sentence; empty for Info
    QString reference;  ///< "RFC 6455, section 5.3"
};

/// The parts of a frame header that can be selected.
enum class HeaderPart : quint8 { Fin, Rsv1, Rsv2, Rsv3, Opcode, Mask, Length, ExtendedLength, MaskingKey, Payload };

/// Explains one part of a stored frame. @p sender: which end wrote it. @p context: what the judge needs beside the header.
struct FrameContext
{
    Role sender = Role::Client;
    bool deflateAgreed = false;
};
[[nodiscard]] Explanation explainPart(const capture::RecordHeader &frame, HeaderPart part, const FrameContext &context);
/// Explains a frame as a whole (its opcode, its place in a message, its payload for Close).
[[nodiscard]] Explanation explainFrame(const capture::Record &frame, const FrameContext &context);
/// Explains line @p field (index into head.fields, -1 for the request or status line) of a head. @p request: the request a response
/// answers, where known: the accept value is then computed and compared.
[[nodiscard]] Explanation explainHeadLine(const wire::Head &head, qsizetype field, const wire::Head *request);
[[nodiscard]] Explanation explainCloseCode(quint16 code, Role sender);
[[nodiscard]] Explanation explainViolation(wire::Violation violation, const QString &note = {});
/// How a connection ended.
[[nodiscard]] Explanation explainEnd(const capture::Record &end);

} // namespace wsw::lesson
