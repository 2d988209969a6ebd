#include "wire/body.h"

#include <algorithm>

namespace wsw::wire {

namespace {

/// A chunk of 2^60 bytes is not coming: what has more digits is no size.
constexpr qsizetype mostDigits = 15;

int hexDigit(char byte) noexcept
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    const char lower = char(byte | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

} // namespace

BodyReader::BodyReader(QByteArrayView method, const Head &response, qsizetype kept) : m_kept(kept)
{
    // RFC 9112, 6.3, in its order.
    const int status = response.status;
    if (method == "HEAD" || status < 200 || status == 204 || status == 304) {
        m_part = Part::Done;
        return;
    }
    if (response.hasToken("Transfer-Encoding", "chunked")) {
        m_part = Part::ChunkSize;
        return;
    }
    bool readable = false;
    const qulonglong length = response.value("Content-Length").value_or(QByteArray()).toULongLong(&readable);
    if (!readable)
        return;
    m_due = length;
    m_part = length == 0 ? Part::Done : Part::Length;
}

qsizetype BodyReader::feed(QByteArrayView bytes)
{
    qsizetype at = 0;
    while (at < bytes.size() && m_part != Part::Done) {
        if (m_part == Part::Length || m_part == Part::ChunkData || m_part == Part::UntilEnd)
            at += takeContent(bytes.sliced(at));
        else
            takeFraming(bytes[at++]);
    }
    m_taken += static_cast<quint64>(at);
    return at;
}

qsizetype BodyReader::takeContent(QByteArrayView bytes)
{
    qsizetype size = bytes.size();
    if (m_part != Part::UntilEnd)
        size = static_cast<qsizetype>(std::min(m_due, static_cast<quint64>(size)));
    m_content.append(bytes.first(std::min(size, m_kept - m_content.size())));
    if (m_part == Part::UntilEnd)
        return size;
    m_due -= static_cast<quint64>(size);
    if (m_due == 0)
        m_part = m_part == Part::Length ? Part::Done : Part::ChunkEnd;
    return size;
}

void BodyReader::takeFraming(char byte)
{
    switch (m_part) {
    case Part::ChunkSize:
        takeSize(byte);
        return;
    case Part::ChunkLine: // chunk extensions mean nothing here
        if (byte == '\n')
            m_part = m_due == 0 ? Part::TrailerStart : Part::ChunkData;
        return;
    case Part::ChunkEnd:
        if (byte == '\n') {
            m_part = Part::ChunkSize;
            m_digits.clear();
        }
        return;
    case Part::TrailerStart:
        if (byte == '\n')
            m_part = Part::Done;
        else if (byte != '\r')
            m_part = Part::TrailerLine;
        return;
    case Part::TrailerLine:
        if (byte == '\n')
            m_part = Part::TrailerStart;
        return;
    case Part::Length:
    case Part::UntilEnd:
    case Part::ChunkData:
    case Part::Done:
        return;
    }
}

void BodyReader::takeSize(char byte)
{
    const int digit = hexDigit(byte);
    if (digit >= 0 && m_digits.size() < mostDigits) {
        m_due = (m_digits.isEmpty() ? 0 : m_due * 16) + static_cast<quint64>(digit);
        m_digits.append(byte);
    } else if (digit < 0 && !m_digits.isEmpty() && byte == '\n') {
        m_part = m_due == 0 ? Part::TrailerStart : Part::ChunkData;
    } else if (digit < 0 && !m_digits.isEmpty()) {
        m_part = Part::ChunkLine;
    } else {
        // No chunk begins here: what comes is shown as it is.
        m_part = Part::UntilEnd;
        takeContent(QByteArray(m_digits + byte));
    }
}

} // namespace wsw::wire
