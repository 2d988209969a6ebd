#include "payload/textguess.h"

#include "payload/formats.h"
#include "wire/utf8.h"

#include <QStringDecoder>
#include <QStringEncoder>

#include <algorithm>
#include <array>

namespace wsw::payload {

namespace {

struct Mark
{
    QByteArrayView bytes;
    QStringConverter::Encoding encoding;
    const char *name;
};

/// UTF-32 first: its mark begins with that of UTF-16.
const std::array marks{
    Mark{QByteArrayView("\xff\xfe\0\0", 4), QStringConverter::Utf32LE, "UTF-32, little-endian"},
    Mark{QByteArrayView("\0\0\xfe\xff", 4), QStringConverter::Utf32BE, "UTF-32, big-endian"},
    Mark{QByteArrayView("\xff\xfe", 2), QStringConverter::Utf16LE, "UTF-16, little-endian"},
    Mark{QByteArrayView("\xfe\xff", 2), QStringConverter::Utf16BE, "UTF-16, big-endian"},
};

bool isPrintable(char c) noexcept
{
    const auto byte = static_cast<uchar>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t' || c == '\n' || c == '\r';
}

} // namespace

bool isPrintableText(QByteArrayView bytes) noexcept
{
    wire::Utf8Validator validator;
    return !bytes.isEmpty() && std::all_of(bytes.begin(), bytes.end(), isPrintable) && validator.feed(bytes) && validator.atBoundary();
}

std::optional<QString> textOf(QByteArrayView bytes)
{
    QStringDecoder decode(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    const QString text = decode(bytes);
    return decode.hasError() ? std::nullopt : std::optional(text);
}

std::optional<GuessedText> guessText(QByteArrayView bytes)
{
    for (const Mark &mark : marks) {
        if (!bytes.startsWith(mark.bytes))
            continue;
        const QByteArrayView content = bytes.sliced(mark.bytes.size());
        const QString text = QStringDecoder(mark.encoding).decode(content);
        // To the decoder half a character at the end is no error, and neither is half a pair of surrogates.
        const QByteArray again = QStringEncoder(mark.encoding).encode(text);
        if (again != content || !text.isValidUtf16())
            return std::nullopt;
        return GuessedText{text, QString::fromLatin1(mark.name)};
    }
    if (isPrintableText(bytes))
        return GuessedText{QString::fromUtf8(bytes), QStringLiteral("UTF-8")};
    return std::nullopt;
}

Result<QString> layOutPlainText(QByteArrayView payload)
{
    if (const auto guessed = guessText(payload))
        return guessed->text;
    wire::Utf8Validator validator;
    const auto stranger = std::find_if_not(payload.begin(), payload.end(), isPrintable);
    const bool isUtf8 = validator.feed(payload);
    const qsizetype firstStranger = stranger - payload.begin();
    return isNone(Format::PlainText, isUtf8 ? firstStranger : qMin(firstStranger, static_cast<qsizetype>(validator.badOffset())));
}

} // namespace wsw::payload
