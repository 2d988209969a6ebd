#include "wire/head.h"

#include "base/limits.h"
#include "wire/httptext.h"

#include <algorithm>

namespace wsw::wire {

namespace {

constexpr QByteArrayView versionPattern = "HTTP/0.0"; // 0 stands for a digit

constexpr bool isVisible(uchar byte) noexcept { return byte > 0x20 && byte < 0x7f; }
/// RFC 9110, 5.5: HTAB, SP, visible characters and the old obs-text.
constexpr bool isText(uchar byte) noexcept { return isWhite(byte) || isVisible(byte) || byte >= 0x80; }

QString shown(uchar byte)
{
    const QString hex = QStringLiteral("0x%1").arg(byte, 2, 16, QLatin1Char('0'));
    return isVisible(byte) ? QStringLiteral("'%1' (%2)").arg(QLatin1Char(static_cast<char>(byte))).arg(hex) : hex;
}

} // namespace

HeadParser::HeadParser(Head::Kind kind)
{
    m_head.kind = kind;
}

qsizetype HeadParser::feed(QByteArrayView bytes)
{
    const qsizetype before = m_head.raw.size();
    // One byte more than is allowed is enough to see that the head is too large.
    m_head.raw.append(bytes.first(std::min(bytes.size(), limits::headBytes + 1 - before)));
    for (m_at = before; m_status == HeadStatus::NeedMore && m_at < m_head.raw.size(); ++m_at)
        take(static_cast<uchar>(m_head.raw[m_at]));
    m_head.raw.truncate(m_at);
    return m_at - before;
}

void HeadParser::take(uchar byte)
{
    if (m_at >= limits::headBytes)
        return failTooLarge(QStringLiteral("The head is longer than %1 bytes.").arg(limits::headBytes));
    if (byte == '\n')
        return endLine();
    if (m_afterCr)
        return fail(QStringLiteral("A CR is followed by %1, not by LF.").arg(shown(byte)));
    if (byte == '\r') {
        m_afterCr = true;
        return;
    }
    if (m_at - m_lineStart >= limits::headLineBytes)
        return failTooLarge(QStringLiteral("A line of the head is longer than %1 bytes.").arg(limits::headLineBytes));
    takeLineByte(byte);
}

void HeadParser::takeLineByte(uchar byte)
{
    switch (m_part) {
    case Part::Start:
        return takeStart(byte);
    case Part::Method:
        return takeMethod(byte);
    case Part::Target:
        return takeTarget(byte);
    case Part::Version:
        return takeVersion(byte);
    case Part::AfterVersion:
        if (m_head.kind == Head::Kind::Response && byte == ' ')
            return enter(Part::Status);
        if (m_head.kind == Head::Kind::Request && isWhite(byte))
            return;
        return fail(QStringLiteral("The HTTP version is followed by %1.").arg(shown(byte)));
    case Part::Status:
        return takeStatus(byte);
    case Part::AfterStatus:
        if (byte == ' ')
            return enter(Part::Reason);
        return fail(QStringLiteral("The status code is followed by %1, not by a space.").arg(shown(byte)));
    case Part::LineStart:
        return takeLineStart(byte);
    case Part::Name:
        return takeName(byte);
    case Part::Reason:
    case Part::Value:
        return takeText(byte);
    }
}

void HeadParser::takeStart(uchar byte)
{
    constexpr uchar tlsHandshakeRecord = 0x16; // RFC 8446, 5.1
    if (byte == tlsHandshakeRecord)
        return fail(QStringLiteral("Byte 0x16 begins a TLS handshake: the peer speaks TLS where plain HTTP was expected."));
    m_lineStart = m_at;
    m_partStart = m_at;
    if (m_head.kind == Head::Kind::Response) {
        m_part = Part::Version;
        return takeVersion(byte);
    }
    m_part = Part::Method;
    takeMethod(byte);
}

void HeadParser::takeMethod(uchar byte)
{
    if (byte == ' ' && m_at > m_partStart) {
        m_head.method = slice(m_partStart, m_at);
        return enter(Part::Target);
    }
    if (!isTokenByte(byte))
        fail(QStringLiteral("%1 cannot stand in the method of an HTTP request.").arg(shown(byte)));
}

void HeadParser::takeTarget(uchar byte)
{
    if (byte == ' ' && m_at > m_partStart) {
        m_head.target = slice(m_partStart, m_at);
        return enter(Part::Version);
    }
    if (!isVisible(byte))
        fail(QStringLiteral("%1 cannot stand in the target of an HTTP request.").arg(shown(byte)));
}

void HeadParser::takeVersion(uchar byte)
{
    const qsizetype index = m_at - m_partStart;
    const char due = versionPattern[index];
    if (due == '0' ? !isDigit(byte) : byte != static_cast<uchar>(due)) {
        return fail(QStringLiteral("%1 stands where \"%2\" was expected.")
                        .arg(shown(byte), due == '0' ? QStringLiteral("a digit of the HTTP version") : QStringLiteral("HTTP/")));
    }
    constexpr qsizetype majorIndex = 5;
    if (index == majorIndex)
        m_head.versionMajor = byte - '0';
    if (index + 1 == versionPattern.size()) {
        m_head.versionMinor = byte - '0';
        m_part = Part::AfterVersion;
    }
}

void HeadParser::takeStatus(uchar byte)
{
    const qsizetype index = m_at - m_partStart;
    if (!isDigit(byte) || (index == 0 && byte == '0'))
        return fail(QStringLiteral("%1 stands where the status code, 100 to 999, was expected.").arg(shown(byte)));
    m_head.status = m_head.status * 10 + (byte - '0');
    if (index == 2)
        m_part = Part::AfterStatus;
}

void HeadParser::takeLineStart(uchar byte)
{
    m_lineStart = m_at;
    m_partStart = m_at;
    m_folded = isWhite(byte);
    if (m_folded) {
        // RFC 9112, 2.2: white space before the first header line belongs to nothing.
        if (m_head.fields.isEmpty())
            return fail(QStringLiteral("White space stands between the first line and the first header line."));
        m_part = Part::Value;
        return;
    }
    if (m_head.fields.size() >= limits::headLines)
        return failTooLarge(QStringLiteral("The head has more than %1 header lines.").arg(limits::headLines));
    m_part = Part::Name;
    takeName(byte);
}

void HeadParser::takeName(uchar byte)
{
    if (byte == ':' && m_at > m_partStart) {
        m_colon = m_at;
        return enter(Part::Value);
    }
    if (isTokenByte(byte))
        return;
    // RFC 9112, 5.1: white space before the colon has been used to smuggle requests; it must be refused.
    fail(isWhite(byte) ? QStringLiteral("White space stands in or after a header name, where only a colon may follow.")
                       : QStringLiteral("%1 cannot stand in the name of a header.").arg(shown(byte)));
}

void HeadParser::takeText(uchar byte)
{
    if (!isText(byte))
        fail(QStringLiteral("The control character %1 cannot stand in a head.").arg(shown(byte)));
}

void HeadParser::endLine()
{
    const bool crLf = m_afterCr;
    const qsizetype lineEnd = crLf ? m_at - 1 : m_at;
    m_afterCr = false;
    switch (m_part) {
    case Part::Start:
        // RFC 9112, 2.2: a server ignores an empty line before the request line. One is enough for anyone.
        if (m_head.kind == Head::Kind::Request && m_lineStart == 0) {
            m_lineStart = m_at + 1;
            return;
        }
        return fail(QStringLiteral("An empty line stands where the first line of a head was expected."));
    case Part::Method:
    case Part::Target:
    case Part::Version:
    case Part::Status:
        return fail(QStringLiteral("The first line ends too early: it is no line of HTTP/1.1."));
    case Part::AfterVersion:
        if (m_head.kind == Head::Kind::Response)
            return fail(QStringLiteral("The status line has no status code."));
        break;
    case Part::AfterStatus:
        break; // a space is due even before an empty reason, but many servers leave it out
    case Part::Reason:
        m_head.reason = slice(m_partStart, lineEnd);
        break;
    case Part::LineStart:
        m_status = HeadStatus::Complete;
        return;
    case Part::Name:
        return fail(QStringLiteral("A header line has no colon."));
    case Part::Value:
        endField();
        break;
    }
    m_part = Part::LineStart;
    m_lineStart = m_at + 1;
}

void HeadParser::endField()
{
    QByteArray text = slice(m_partStart, m_at);
    if (text.endsWith('\r'))
        text.chop(1);
    text = trimmedWhite(text);
    const qsizetype next = m_at + 1;
    if (!m_folded) {
        m_head.fields.append({slice(m_lineStart, m_colon), text, m_lineStart, next - m_lineStart});
        return;
    }
    // RFC 9112, 5.2: a folded line continues the value after one space.
    HeaderField &field = m_head.fields.last();
    if (!field.value.isEmpty() && !text.isEmpty())
        field.value += ' ';
    field.value += text;
    field.length = next - field.offset;
}

void HeadParser::enter(Part part)
{
    m_part = part;
    m_partStart = m_at + 1;
}

void HeadParser::fail(const QString &problem)
{
    m_status = HeadStatus::Malformed;
    m_problem = problem;
    m_problemOffset = m_at;
}

void HeadParser::failTooLarge(const QString &problem)
{
    fail(problem);
    m_status = HeadStatus::TooLarge;
}

} // namespace wsw::wire
