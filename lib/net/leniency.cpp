#include "net/leniency.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "net/relayclose.h"
#include "net/relayspeaker.h"
#include "wire/closecode.h"
#include "wire/mask.h"
#include "wire/utf8.h"

namespace wsw::net {

namespace {

void appendPlain(QByteArray &to, QByteArrayView bytes, const wire::FrameHeader &header, quint64 phase)
{
    const qsizetype before = to.size();
    to.resize(before + bytes.size());
    wire::applyMask(reinterpret_cast<const uchar *>(bytes.data()), reinterpret_cast<uchar *>(to.data()) + before, bytes.size(),
                    header.masked ? header.key : wire::MaskingKey{}, phase);
}

/// A Close that may be sent: code and reason as far as they are lawful.
QByteArray lawfulClose(quint16 code, const QByteArray &reason)
{
    if (!wire::maySendCloseCode(code))
        return {};
    wire::Utf8Validator validator;
    // The judge keeps what fits into a Close: a character may be cut there.
    return closePayload(code, validator.feed(reason) ? reason.chopped(validator.openBytes()) : QByteArray());
}

} // namespace

Leniency leniency(wire::Violation violation) noexcept
{
    using wire::Violation;
    switch (violation) {
    case Violation::None:
    case Violation::ReservedBit1Set:
    case Violation::ReservedBit2Set:
    case Violation::ReservedBit3Set:
    case Violation::LengthNotMinimal:
    case Violation::ClientFrameNotMasked:
    case Violation::ControlFrameFragmented:
    case Violation::ClosePayloadOneByte:
    case Violation::CloseCodeReserved:
    case Violation::CloseCodeUnregistered:
    case Violation::CloseCodeOutOfRange:
    case Violation::CloseReasonNotUtf8:
    case Violation::HttpVersionTooOld:
    case Violation::HostMissing:
    case Violation::ConnectionUpgradeMissing:
    case Violation::VersionMissing:
    case Violation::KeyNot16Bytes:
    case Violation::HeaderRepeated:
    case Violation::TargetMalformed:
    case Violation::HostMalformed:
    case Violation::OriginMalformed:
    case Violation::SubprotocolMalformed:
    case Violation::SubprotocolRepeated:
    case Violation::HeaderFolded:
    case Violation::LineEndBare:
        return Leniency::Mends;
    case Violation::ReservedOpcode:
    case Violation::ControlFrameTooLong:
    case Violation::ContinuationWithoutStart:
    case Violation::DataFrameInsideMessage:
    case Violation::TextNotUtf8:
    case Violation::TextEndsInSequence:
    case Violation::CompressedDataDamaged:
    case Violation::FrameAfterClose:
    case Violation::ExtensionMalformed:
        return Leniency::Skips;
    case Violation::LengthHighBitSet:
    case Violation::FrameOverLimit:
    case Violation::MessageOverLimit:
    case Violation::InflatedOverLimit:
    case Violation::EndInsideFrame:
    case Violation::EndWithoutClose:
    case Violation::MethodNotGet:
    case Violation::UpgradeMissing:
    case Violation::KeyMissing:
    case Violation::VersionNot13:
    case Violation::HeadMalformed:
    case Violation::HeadTooLarge:
        return Leniency::Ends;
    case Violation::ServerFrameMasked:
    case Violation::StatusNot101:
    case Violation::AcceptMissing:
    case Violation::AcceptWrong:
    case Violation::SubprotocolNotOffered:
    case Violation::ExtensionNotOffered:
    case Violation::DeflateAnswerWrong:
    case Violation::VersionsNotNamed:
    case Violation::Count:
        return Leniency::Absent;
    }
    return Leniency::Absent;
}

void LenientFeed::begin()
{
    emptyBuffer(m_given);
}

void LenientFeed::take(const RelayDirection::Step &step, const wire::FrameJudge &judge)
{
    if (m_stopped)
        return;
    if (wire::isControl(step.piece.header->opcode))
        takeControl(step, judge);
    else if (!wire::isReserved(step.piece.header->opcode))
        takeData(step);
}

void LenientFeed::takeControl(const RelayDirection::Step &step, const wire::FrameJudge &judge)
{
    const wire::FrameHeader &header = *step.piece.header;
    if (!step.piece.last || wire::isReserved(header.opcode))
        return;
    if (header.opcode == wire::Opcode::Close) {
        give(header.opcode, lawfulClose(judge.closeCode(), judge.closeReason()));
        return;
    }
    if (header.length > limits::controlPayloadBytes)
        return;
    QByteArray payload;
    appendPlain(payload, step.whole, header, 0);
    give(header.opcode, payload);
}

void LenientFeed::takeData(const RelayDirection::Step &step)
{
    const wire::FrameHeader &header = *step.piece.header;
    if (step.piece.first) {
        m_skipsFrame = header.opcode == wire::Opcode::Continuation && !m_open;
        if (header.opcode != wire::Opcode::Continuation) {
            m_opcode = header.opcode;
            m_open = true;
            m_spoiled = false;
            m_message.resize(0);
        }
    }
    if (m_skipsFrame)
        return;
    m_spoiled = m_spoiled || step.spoiled;
    if (m_spoiled)
        m_message = {};
    else if (step.compressed)
        m_message += step.plain;
    else
        appendPlain(m_message, step.piece.payload, header, step.piece.payloadOffset);
    if (!step.piece.last || !header.fin)
        return;
    m_open = false;
    if (m_opcode == wire::Opcode::Text && m_message.startsWith(byteOrderMark))
        m_message.prepend(byteOrderMark.toByteArray()); // Qt drops one of them: see SpeakerFeed
    if (!m_spoiled)
        give(m_opcode, m_message);
    emptyBuffer(m_message);
}

void LenientFeed::give(wire::Opcode opcode, QByteArrayView payload)
{
    m_given += wire::serializeHeader(wire::legalHeader(opcode, wire::Fin::Yes, static_cast<quint64>(payload.size()), Role::Server, {}));
    m_given += payload;
}

} // namespace wsw::net
