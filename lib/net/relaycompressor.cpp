#include "net/relaycompressor.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "wire/mask.h"

#include <algorithm>

namespace wsw::net {

namespace {

QByteArray unmasked(const wire::FramePiece &piece)
{
    QByteArray plain(piece.payload.size(), Qt::Uninitialized);
    wire::applyMask(reinterpret_cast<const uchar *>(piece.payload.data()), reinterpret_cast<uchar *>(plain.data()), plain.size(), piece.header->key,
                    piece.payloadOffset);
    return plain;
}

} // namespace

RelayCompressor::RelayCompressor(const wire::DeflateSide &side, int level, KeySource newKey) : m_deflater(side, level), m_newKey(newKey) {}

void RelayCompressor::plan(quint64 message, const SendPlan &plan)
{
    m_plans.emplace_back(message, plan);
}

void RelayCompressor::feed(QByteArrayView bytes) noexcept
{
    m_parser.feed(bytes);
}

bool RelayCompressor::next(QByteArray &out)
{
    out.resize(0);
    for (wire::FramePiece piece; out.isEmpty() && m_parser.next(piece);) {
        if (piece.first)
            beginFrame(*piece.header);
        if (m_packing) {
            pack(piece, out);
        } else {
            if (piece.first)
                out += wire::serializeHeader(*piece.header);
            out += piece.payload;
        }
        if (piece.last && piece.header->fin && wire::isData(piece.header->opcode))
            m_messageOpen = false;
    }
    return !out.isEmpty();
}

void RelayCompressor::beginFrame(const wire::FrameHeader &header)
{
    const bool plain = !header.rsv1 && !header.rsv2 && !header.rsv3;
    if (wire::isData(header.opcode) && header.opcode != wire::Opcode::Continuation && !m_messageOpen) {
        beginMessage(header.opcode);
        m_compressing = plain && m_plan.compress == SendPlan::Compress::Yes;
        m_packing = m_compressing;
        return;
    }
    m_packing = header.opcode == wire::Opcode::Continuation && inMessage() && plain;
}

void RelayCompressor::beginMessage(wire::Opcode opcode)
{
    ++m_messages;
    m_plan = {};
    while (!m_plans.empty() && m_plans.front().first <= m_messages) {
        if (m_plans.front().first == m_messages)
            m_plan = m_plans.front().second;
        m_plans.pop_front();
    }
    m_opcode = opcode;
    m_messageOpen = m_first = true;
    refreshContext();
}

void RelayCompressor::refreshContext()
{
    if (std::exchange(m_contextStale, false))
        m_deflater.dropContext();
}

void RelayCompressor::pack(const wire::FramePiece &piece, QByteArray &out)
{
    const bool ends = piece.last && piece.header->fin;
    m_packed += m_deflater.compress(unmasked(piece), ends ? wire::MessagePart::Last : wire::MessagePart::More);
    if (piece.last && !ends)
        m_packed += m_deflater.flush();
    m_taken += piece.payload.size();
    const bool masked = piece.header->masked;
    const qsizetype most = m_plan.fragmentBytes > 0 ? m_plan.fragmentBytes : limits::payloadChunkBytes;
    QByteArrayView rest = m_packed;
    for (; rest.size() > most; rest = rest.sliced(most))
        out += cut(rest.first(most), wire::Fin::No, masked).bytes;
    if (piece.last || (m_taken >= limits::deflatedFrameBytes && !rest.isEmpty())) {
        out += cut(rest, ends ? wire::Fin::Yes : wire::Fin::No, masked).bytes;
        rest = {};
    }
    if (!out.isEmpty())
        m_taken = 0;
    if (rest.isEmpty())
        emptyBuffer(m_packed);
    else
        m_packed.remove(0, m_packed.size() - rest.size());
}

RelayCompressor::Frame RelayCompressor::cut(QByteArrayView payload, wire::Fin fin, bool masked)
{
    Frame frame;
    frame.header = wire::legalHeader(m_first ? m_opcode : wire::Opcode::Continuation, fin, static_cast<quint64>(payload.size()),
                                     masked ? Role::Client : Role::Server, masked ? m_newKey() : wire::MaskingKey{});
    frame.header.rsv1 = std::exchange(m_first, false); // RFC 7692, 6: only on the first frame
    frame.bytes = wire::serializeFrame(frame.header, payload);
    return frame;
}

std::vector<RelayCompressor::Frame> RelayCompressor::message(wire::Opcode opcode, QByteArrayView payload, qsizetype fragmentBytes, Role self)
{
    Q_ASSERT(!inMessage());
    refreshContext();
    const QByteArray packed = m_deflater.compress(payload, wire::MessagePart::Last);
    const qsizetype most = fragmentBytes > 0 ? fragmentBytes : limits::payloadChunkBytes;
    m_opcode = opcode;
    m_first = true;
    std::vector<Frame> frames;
    QByteArrayView rest = packed;
    for (; rest.size() > most; rest = rest.sliced(most))
        frames.push_back(cut(rest.first(most), wire::Fin::No, self == Role::Client));
    frames.push_back(cut(rest, wire::Fin::Yes, self == Role::Client));
    return frames;
}

} // namespace wsw::net
