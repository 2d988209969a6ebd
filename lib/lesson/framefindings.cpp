#include "lesson/framefindings.h"

#include "lesson/framelayout.h"
#include "wire/framejudge.h"
#include "wire/mask.h"

#include <algorithm>
#include <limits>

namespace wsw::lesson {

namespace {

using wire::Violation;

/// Does the judge need the frames before this one to find @p violation?
bool dependsOnHistory(Violation violation)
{
    switch (violation) {
    case Violation::ContinuationWithoutStart:
    case Violation::DataFrameInsideMessage:
    case Violation::FrameAfterClose:
    case Violation::MessageOverLimit: return true;
    default: return false;
    }
}

QByteArray asOnTheWire(const capture::Record &record)
{
    QByteArray bytes = record.payload;
    if (record.header.frame.masked) {
        auto *data = reinterpret_cast<uchar *>(bytes.data());
        wire::applyMask(data, data, bytes.size(), record.header.frame.key);
    }
    return bytes;
}

} // namespace

wire::Findings frameFindings(const capture::Record &record, const FrameContext &context)
{
    wire::Findings found;
    if (record.header.kind == wire::RecordKind::Frame && record.header.integrity == capture::Integrity::Intact) {
        wire::FrameJudge judge(context.sender, std::numeric_limits<quint64>::max(), std::numeric_limits<quint64>::max());
        judge.allowRsv1(context.deflateAgreed);
        const QByteArray payload = asOnTheWire(record);
        const bool whole = static_cast<quint64>(payload.size()) == record.header.frame.length;
        found = judge.judge({&record.header.frame, payload, 0, true, whole});
        std::erase_if(found, [](const wire::Finding &finding) { return dependsOnHistory(finding.violation); });
    }
    const auto isRecorded = [&record](const wire::Finding &finding) { return finding.violation == record.header.violation; };
    if (record.header.violation != Violation::None && std::ranges::none_of(found, isRecorded))
        found.push_back({record.header.violation, 0, {}});
    return found;
}

std::optional<HeaderPart> brokenPart(const capture::RecordHeader &frame, const FrameContext &context)
{
    for (const HeaderField &field : headerFields(frame.frame)) {
        if (explainPart(frame, field.part, context).verdict == Verdict::Wrong)
            return field.part;
    }
    if (frame.violation == wire::Violation::None || wire::violationInfo(frame.violation).severity == wire::Severity::Note)
        return std::nullopt;
    // What no part shows by itself: the message as a whole, or what is in it.
    return hasPart(frame.frame, HeaderPart::Payload) ? HeaderPart::Payload : HeaderPart::Opcode;
}

} // namespace wsw::lesson
