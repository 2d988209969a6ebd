#include "wire/framejudge.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "wire/closecode.h"
#include "wire/mask.h"

#include <algorithm>
#include <limits>

namespace wsw::wire {

namespace {

constexpr qsizetype unmaskBytes = 4096;
constexpr qsizetype closeCodeBytes = 2;

/// Calls @p take with the unmasked payload of @p piece, part by part: a copy, so that the wire's bytes stay as they are.
template<class Take>
void forUnmasked(const FramePiece &piece, Take take)
{
    if (!piece.header->masked) {
        take(piece.payload);
        return;
    }
    std::array<uchar, unmaskBytes> plain;
    const auto *from = reinterpret_cast<const uchar *>(piece.payload.data());
    for (qsizetype done = 0; done < piece.payload.size();) {
        const qsizetype part = std::min(unmaskBytes, piece.payload.size() - done);
        applyMask(from + done, plain.data(), part, piece.header->key, piece.payloadOffset + static_cast<quint64>(done));
        take(QByteArrayView(plain.data(), part));
        done += part;
    }
}

QString bytes(quint64 count)
{
    return count == 1 ? QStringLiteral("1 byte") : QStringLiteral("%1 bytes").arg(count);
}

} // namespace

FrameJudge::FrameJudge(Role sender, quint64 frameLimit, quint64 messageLimit)
    : m_sender(sender), m_frameLimit(frameLimit), m_messageLimit(messageLimit)
{
}

const Findings &FrameJudge::judge(const FramePiece &piece)
{
    m_found.clear();
    if (piece.first) {
        judgeBits(*piece.header);
        judgeLength(*piece.header);
        judgeOrder(*piece.header);
    }
    if (piece.header->opcode == Opcode::Close)
        judgeClosePiece(piece);
    else if (m_inText)
        judgeTextPiece(piece);
    if (piece.last && isData(piece.header->opcode) && piece.header->fin)
        m_messageOpen = false;
    return m_found;
}

void FrameJudge::judgeBits(const FrameHeader &header)
{
    // RFC 7692, 6: RSV1 belongs to the first frame of a compressed message and nowhere else.
    const bool startsMessage = header.opcode == Opcode::Text || header.opcode == Opcode::Binary;
    if (header.rsv1 && !(m_rsv1Allowed && startsMessage)) {
        add(Violation::ReservedBit1Set, 0,
            m_rsv1Allowed ? QStringLiteral("compression may be marked on the first frame of a message only") : QString());
    }
    if (header.rsv2)
        add(Violation::ReservedBit2Set);
    if (header.rsv3)
        add(Violation::ReservedBit3Set);
    if (isReserved(header.opcode))
        add(Violation::ReservedOpcode, 0, QStringLiteral("the opcode is 0x%1").arg(static_cast<uint>(header.opcode), 0, 16));
    if (m_sender == Role::Client && !header.masked)
        add(Violation::ClientFrameNotMasked);
    if (m_sender == Role::Server && header.masked)
        add(Violation::ServerFrameMasked);
}

void FrameJudge::judgeLength(const FrameHeader &header)
{
    const LengthForm shortest = minimalLengthForm(header.length);
    if (header.lengthForm > shortest) {
        add(Violation::LengthNotMinimal, 0,
            QStringLiteral("%1 written with %2 bits where %3 are enough")
                .arg(bytes(header.length))
                .arg(header.lengthForm == LengthForm::Bits64 ? 64 : 16)
                .arg(shortest == LengthForm::Bits7 ? 7 : 16));
    }
    // A length that is not even allowed is not compared with a limit as well.
    if (header.length > limits::framePayloadBytes)
        add(Violation::LengthHighBitSet, 0, QStringLiteral("the length is 0x%1").arg(header.length, 16, 16, QLatin1Char('0')));
    else if (header.length > m_frameLimit)
        add(Violation::FrameOverLimit, 0, QStringLiteral("%1, the limit is %2").arg(bytes(header.length)).arg(m_frameLimit));
    if (isControl(header.opcode)) {
        if (!header.fin)
            add(Violation::ControlFrameFragmented);
        if (header.length > limits::controlPayloadBytes)
            add(Violation::ControlFrameTooLong, 0, bytes(header.length));
    }
}

void FrameJudge::judgeOrder(const FrameHeader &header)
{
    m_inText = false;
    if (isControl(header.opcode)) {
        // Ping and Pong stay lawful until TCP ends: RFC 6455, 5.5.1 forbids data frames after Close, 5.5.2 allows Pings.
        return;
    }
    if (m_closeSeen)
        add(Violation::FrameAfterClose);
    if (!isData(header.opcode))
        return;
    if (header.opcode == Opcode::Continuation) {
        if (!m_messageOpen) {
            add(Violation::ContinuationWithoutStart);
            ++m_message; // belongs to nothing that came before: a message of its own
            m_messageOpcode = Opcode::Continuation;
            m_messageCompressed = false;
            m_messageBytes = 0;
            judgeMessageLength(header);
            return;
        }
    } else {
        if (m_messageOpen)
            add(Violation::DataFrameInsideMessage);
        ++m_message;
        m_messageOpcode = header.opcode;
        m_messageCompressed = header.rsv1 && m_rsv1Allowed;
        m_messageOpen = true;
        m_messageBytes = 0;
        m_utf8.reset();
    }
    judgeMessageLength(header);
    m_inText = m_messageOpcode == Opcode::Text && !m_messageCompressed;
}

void FrameJudge::judgeMessageLength(const FrameHeader &header)
{
    const quint64 before = m_messageBytes;
    m_messageBytes = header.length > std::numeric_limits<quint64>::max() - before ? std::numeric_limits<quint64>::max() : before + header.length;
    // Each finding once: of a frame that is too long by itself that is said, and of the frames that follow nothing more.
    if (before <= m_messageLimit && m_messageBytes > m_messageLimit && header.length <= m_frameLimit)
        add(Violation::MessageOverLimit, 0, QStringLiteral("%1 so far, the limit is %2").arg(bytes(m_messageBytes)).arg(m_messageLimit));
}

void FrameJudge::judgeTextPiece(const FramePiece &piece)
{
    if (m_utf8.badOffset() < 0) {
        auto done = static_cast<qint64>(piece.payloadOffset);
        forUnmasked(piece, [&](QByteArrayView plain) {
            judgeText(plain, done);
            done += plain.size();
        });
    }
    if (piece.last && piece.header->fin)
        judgeTextEnd(static_cast<qint64>(piece.header->length));
}

const Findings &FrameJudge::judgeInflated(QByteArrayView plain, quint64 plainOffset, bool ends)
{
    m_found.clear();
    if (m_messageOpcode != Opcode::Text)
        return m_found;
    judgeText(plain, static_cast<qint64>(plainOffset));
    if (ends)
        judgeTextEnd(static_cast<qint64>(plainOffset) + plain.size());
    return m_found;
}

void FrameJudge::judgeText(QByteArrayView plain, qint64 offset)
{
    const qint64 before = m_utf8.fed();
    if (m_utf8.badOffset() >= 0 || m_utf8.feed(plain))
        return;
    const qint64 at = m_utf8.badOffset() - before;
    add(Violation::TextNotUtf8, offset + at, QStringLiteral("byte 0x%1").arg(static_cast<uchar>(plain[at]), 2, 16, QLatin1Char('0')));
}

void FrameJudge::judgeTextEnd(qint64 offset)
{
    if (m_utf8.badOffset() >= 0 || m_utf8.atBoundary())
        return;
    add(Violation::TextEndsInSequence, offset,
        QStringLiteral("%1 of an unfinished character at the end").arg(bytes(static_cast<quint64>(m_utf8.openBytes()))));
}

void FrameJudge::judgeClosePiece(const FramePiece &piece)
{
    if (piece.first) {
        m_closePayload.clear();
        m_reasonUtf8.reset();
    }
    forUnmasked(piece, [&](QByteArrayView plain) {
        // What a lawful Close can hold is kept; the reason of a longer one is still judged to its end.
        const qsizetype codeDue = std::max<qsizetype>(0, closeCodeBytes - m_closePayload.size());
        const auto room = static_cast<qsizetype>(limits::controlPayloadBytes) - m_closePayload.size();
        m_closePayload.append(plain.first(std::min(plain.size(), room)));
        m_reasonUtf8.feed(plain.sliced(std::min(codeDue, plain.size())));
    });
    if (piece.last)
        judgeClose();
}

void FrameJudge::judgeClose()
{
    const qsizetype size = m_closePayload.size();
    quint16 code = noStatusCode;
    if (size == 1)
        add(Violation::ClosePayloadOneByte);
    if (size >= closeCodeBytes) {
        code = readBigEndian<quint16>(reinterpret_cast<const uchar *>(m_closePayload.constData()));
        judgeCloseCode(code);
        if (m_reasonUtf8.badOffset() >= 0)
            add(Violation::CloseReasonNotUtf8, closeCodeBytes + m_reasonUtf8.badOffset());
        else if (!m_reasonUtf8.atBoundary())
            add(Violation::CloseReasonNotUtf8, closeCodeBytes + m_reasonUtf8.fed(), QStringLiteral("the last character is incomplete"));
    }
    if (m_closeSeen)
        return; // the first Close says why the connection closes
    m_closeSeen = true;
    m_closeCode = code;
    m_closeReason = m_closePayload.mid(closeCodeBytes);
}

void FrameJudge::judgeCloseCode(quint16 code)
{
    const QString note = QStringLiteral("the code is %1").arg(code);
    switch (closeCodeClass(code)) {
    case CloseCodeClass::Registered:
    case CloseCodeClass::Library:
    case CloseCodeClass::Private:
        return;
    case CloseCodeClass::NeverSent:
        add(Violation::CloseCodeReserved, 0, QStringLiteral("the code is %1, %2").arg(code).arg(closeCodeName(code)));
        return;
    case CloseCodeClass::Unassigned:
        add(Violation::CloseCodeUnregistered, 0, note);
        return;
    case CloseCodeClass::OutOfRange:
        add(Violation::CloseCodeOutOfRange, 0, note);
        return;
    }
}

Findings FrameJudge::judgeEnd(bool insideFrame) const
{
    if (insideFrame)
        return {{Violation::EndInsideFrame, 0, {}}};
    if (!m_closeSeen)
        return {{Violation::EndWithoutClose, 0, {}}};
    return {};
}

void FrameJudge::add(Violation violation, qint64 offset, const QString &note)
{
    m_found.push_back({violation, offset, note});
}

} // namespace wsw::wire
