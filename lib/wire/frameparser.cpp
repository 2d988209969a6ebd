#include "wire/frameparser.h"

#include "base/bytes.h"

#include <algorithm>

namespace wsw::wire {

namespace {

/// How long the header is that has @p second as its second byte (RFC 6455, 5.2).
constexpr quint8 headerSizeOf(uchar second) noexcept
{
    const int lengthBits = second & 0x7f;
    const int extended = lengthBits == 127 ? 8 : lengthBits == 126 ? 2 : 0;
    return static_cast<quint8>(2 + extended + ((second & 0x80) != 0 ? 4 : 0));
}

} // namespace

void FrameParser::feed(QByteArrayView bytes) noexcept
{
    Q_ASSERT(m_in.isEmpty());
    m_in = bytes;
}

bool FrameParser::next(FramePiece &piece) noexcept
{
    if (m_inPayload) {
        if (m_in.isEmpty())
            return false;
        givePayload(piece, false);
        return true;
    }
    if (!takeHeader())
        return false;
    givePayload(piece, true);
    return true;
}

bool FrameParser::takeHeader() noexcept
{
    // Nearly always the whole header lies in what was fed: read it where it is.
    if (m_headerFill == 0 && m_in.size() >= 2) {
        const auto *from = reinterpret_cast<const uchar *>(m_in.data());
        const quint8 size = headerSizeOf(from[1]);
        if (m_in.size() >= size) {
            m_header.wireOffset = m_consumed;
            readHeader(from, size);
            m_in = m_in.sliced(size);
            m_consumed += size;
            return true;
        }
    }
    while (!m_in.isEmpty()) {
        m_headerBytes[m_headerFill++] = static_cast<uchar>(m_in.front());
        m_in = m_in.sliced(1);
        ++m_consumed;
        if (m_headerFill >= 2 && m_headerFill == headerSizeOf(m_headerBytes[1])) {
            m_header.wireOffset = m_consumed - m_headerFill;
            readHeader(m_headerBytes.data(), m_headerFill);
            m_headerFill = 0;
            return true;
        }
    }
    return false;
}

void FrameParser::readHeader(const uchar *from, quint8 size) noexcept
{
    const uchar first = from[0];
    m_header.fin = (first & 0x80) != 0;
    m_header.rsv1 = (first & 0x40) != 0;
    m_header.rsv2 = (first & 0x20) != 0;
    m_header.rsv3 = (first & 0x10) != 0;
    m_header.opcode = static_cast<Opcode>(first & 0x0f);
    m_header.masked = (from[1] & 0x80) != 0;
    const quint8 lengthBits = from[1] & 0x7f;
    if (lengthBits == 127) {
        m_header.lengthForm = LengthForm::Bits64;
        m_header.length = readBigEndian<quint64>(from + 2);
    } else if (lengthBits == 126) {
        m_header.lengthForm = LengthForm::Bits16;
        m_header.length = readBigEndian<quint16>(from + 2);
    } else {
        m_header.lengthForm = LengthForm::Bits7;
        m_header.length = lengthBits;
    }
    if (m_header.masked)
        std::copy_n(from + size - 4, 4, m_header.key.begin());
    else
        m_header.key = {};
    m_payloadDone = 0;
}

void FrameParser::givePayload(FramePiece &piece, bool first) noexcept
{
    const quint64 due = m_header.length - m_payloadDone;
    const auto take = static_cast<qsizetype>(std::min(due, static_cast<quint64>(m_in.size())));
    piece = {&m_header, m_in.first(take), m_payloadDone, first, static_cast<quint64>(take) == due};
    m_in = m_in.sliced(take);
    m_consumed += static_cast<quint64>(take);
    m_payloadDone += static_cast<quint64>(take);
    m_inPayload = !piece.last;
}

bool FrameParser::skip(quint64 bytes) noexcept
{
    Q_ASSERT(m_in.isEmpty());
    if (!m_inPayload || bytes > m_header.length - m_payloadDone)
        return false;
    m_payloadDone += bytes;
    m_consumed += bytes;
    m_inPayload = m_payloadDone < m_header.length;
    return true;
}

void FrameParser::restart() noexcept
{
    m_headerFill = 0;
    m_inPayload = false;
}

QByteArrayView FrameParser::partialHeader() const noexcept
{
    return {m_headerBytes.data(), m_headerFill};
}

} // namespace wsw::wire
