#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

/// Small readings of HTTP text that the sources of this room share.
namespace wsw::wire {

/// Header names and tokens are compared without case (RFC 9110, 5.1).
[[nodiscard]] inline bool sameName(QByteArrayView a, QByteArrayView b) noexcept
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

/// RFC 9110, 5.6.3: what may stand around a value. QByteArray::trimmed() takes more away.
[[nodiscard]] constexpr bool isWhite(uchar byte) noexcept
{
    return byte == ' ' || byte == '\t';
}

[[nodiscard]] inline QByteArray trimmedWhite(QByteArrayView text)
{
    while (!text.isEmpty() && isWhite(static_cast<uchar>(text.front())))
        text = text.sliced(1);
    while (!text.isEmpty() && isWhite(static_cast<uchar>(text.back())))
        text = text.chopped(1);
    return text.toByteArray();
}

/// HTTP text for a sentence: any byte is a character.
[[nodiscard]] inline QString latin(QByteArrayView text)
{
    return QString::fromLatin1(text);
}

[[nodiscard]] constexpr bool isDigit(uchar byte) noexcept
{
    return byte >= '0' && byte <= '9';
}

/// RFC 9110, 5.6.2: what names of methods, headers and parameters are made of.
[[nodiscard]] constexpr bool isTokenByte(uchar byte) noexcept
{
    constexpr QByteArrayView marks = "!#$%&'*+-.^_`|~";
    const auto folded = static_cast<uchar>(byte | 0x20);
    if (isDigit(byte) || (folded >= 'a' && folded <= 'z'))
        return true;
    for (const char mark : marks) {
        if (static_cast<uchar>(mark) == byte)
            return true;
    }
    return false;
}

} // namespace wsw::wire
