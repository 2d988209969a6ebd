#include "panes/composer/bytetext.h"

#include "wire/utf8.h"

namespace wsw::desktop {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("ByteText", text);
}

bool isBetweenBytes(QChar c)
{
    return c.isSpace() || c == u',' || c == u';' || c == u':';
}

int hexValue(QChar c)
{
    const char16_t u = c.unicode();
    if (u >= u'0' && u <= u'9')
        return u - u'0';
    if (u >= u'a' && u <= u'f')
        return u - u'a' + 10;
    if (u >= u'A' && u <= u'F')
        return u - u'A' + 10;
    return -1;
}

/// "0x" or "\x" at @p at: the way programs write bytes.
bool isPrefix(const QString &text, qsizetype at)
{
    return at + 1 < text.size() && (text[at] == u'0' || text[at] == u'\\') && (text[at + 1] == u'x' || text[at + 1] == u'X');
}

ByteText readHex(const QString &text)
{
    ByteText read;
    qsizetype at = 0;
    while (at < text.size()) {
        if (isBetweenBytes(text[at])) {
            ++at;
            continue;
        }
        const bool prefixed = isPrefix(text, at);
        if (prefixed)
            at += 2;
        const int high = at < text.size() ? hexValue(text[at]) : -1;
        const int low = at + 1 < text.size() ? hexValue(text[at + 1]) : -1;
        if (high < 0) {
            read.position = at;
            read.problem = at < text.size() ? tr("“%1” is no hex digit").arg(text[at]) : tr("digits are missing after 0x");
            return read;
        }
        const bool alone = at + 1 >= text.size() || isBetweenBytes(text[at + 1]);
        if (low < 0 && !(prefixed && alone)) {
            read.position = alone ? at : at + 1;
            read.problem = alone ? tr("a byte takes two hex digits, “%1” stands alone").arg(text[at])
                                 : tr("“%1” is no hex digit").arg(text[at + 1]);
            return read;
        }
        // 0x5 can only mean 05.
        read.bytes.append(static_cast<char>(low < 0 ? high : high * 16 + low));
        at += low < 0 ? 1 : 2;
    }
    return read;
}

int base64Value(QChar c)
{
    const char16_t u = c.unicode();
    if (u >= u'A' && u <= u'Z')
        return u - u'A';
    if (u >= u'a' && u <= u'z')
        return u - u'a' + 26;
    if (u >= u'0' && u <= u'9')
        return u - u'0' + 52;
    if (u == u'+' || u == u'-')
        return 62;
    return u == u'/' || u == u'_' ? 63 : -1;
}

ByteText readBase64(const QString &text)
{
    ByteText read;
    quint32 group = 0;
    int filled = 0;
    int padding = 0;
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar c = text[at];
        if (c.isSpace())
            continue;
        if (c == u'=' && filled >= 2 && filled + padding < 4) {
            ++padding;
            continue;
        }
        const int value = base64Value(c);
        if (value < 0 || padding > 0) {
            read.position = at;
            read.problem = padding > 0 ? tr("nothing can follow the padding") : tr("“%1” is no base64 character").arg(c);
            return read;
        }
        group = (group << 6) | static_cast<quint32>(value);
        if (++filled == 4) {
            for (const int shift : {16, 8, 0})
                read.bytes.append(static_cast<char>((group >> shift) & 0xff));
            group = 0;
            filled = 0;
        }
    }
    if (filled == 1) {
        read.position = qMax<qsizetype>(text.trimmed().size() - 1, 0);
        read.problem = tr("the last character alone makes no byte");
        return read;
    }
    if (filled >= 2)
        read.bytes.append(static_cast<char>((group >> (filled == 2 ? 4 : 10)) & 0xff));
    if (filled == 3)
        read.bytes.append(static_cast<char>((group >> 2) & 0xff));
    return read;
}

/// One escape, \\ at @p at; moves @p at behind it. Nothing where it is none.
std::optional<char> readEscape(const QString &text, qsizetype &at)
{
    const QChar sign = at + 1 < text.size() ? text[at + 1] : QChar();
    if (sign == u'x') {
        const int high = at + 2 < text.size() ? hexValue(text[at + 2]) : -1;
        const int low = at + 3 < text.size() ? hexValue(text[at + 3]) : -1;
        if (high < 0 || low < 0)
            return std::nullopt;
        at += 4;
        return static_cast<char>(high * 16 + low);
    }
    at += 2;
    switch (sign.unicode()) {
    case u'r': return '\r';
    case u'n': return '\n';
    case u't': return '\t';
    case u'0': return '\0';
    case u'\\': return '\\';
    default: break;
    }
    at -= 2;
    return std::nullopt;
}

ByteText readEscaped(const QString &text)
{
    ByteText read;
    qsizetype at = 0;
    while (at < text.size()) {
        if (text[at] == u'\\') {
            const auto byte = readEscape(text, at);
            if (!byte) {
                read.position = at;
                read.problem = tr("after \\ stands r, n, t, 0, \\ or x with two hex digits");
                return read;
            }
            read.bytes.append(*byte);
            continue;
        }
        const qsizetype begin = at;
        while (at < text.size() && text[at] != u'\\' && text[at] != u'\n')
            ++at;
        read.bytes.append(QStringView(text).sliced(begin, at - begin).toUtf8());
        if (at < text.size() && text[at] == u'\n')
            ++at;
    }
    return read;
}

QString writeEscaped(const QByteArray &bytes)
{
    QString text;
    for (const char byte : bytes) {
        switch (byte) {
        case '\r': text += QLatin1String("\\r"); break;
        case '\n': text += QLatin1String("\\n"); break;
        case '\t': text += QLatin1String("\\t"); break;
        case '\0': text += QLatin1String("\\0"); break;
        case '\\': text += QLatin1String("\\\\"); break;
        default:
            if (byte >= ' ' && byte < '\x7f')
                text += QLatin1Char(byte);
            else
                text += QLatin1String("\\x") + QString::fromLatin1(QByteArray(1, byte).toHex());
        }
    }
    return text;
}

} // namespace

ByteText readBytes(const QString &text, ByteFormat format)
{
    switch (format) {
    case ByteFormat::Text: return {text.toUtf8(), {}, -1};
    case ByteFormat::Hex: return readHex(text);
    case ByteFormat::Base64: return readBase64(text);
    case ByteFormat::Escaped: return readEscaped(text);
    }
    Q_UNREACHABLE();
}

std::optional<QString> writeBytes(const QByteArray &bytes, ByteFormat format)
{
    switch (format) {
    case ByteFormat::Text: {
        wire::Utf8Validator utf8;
        if (!utf8.feed(bytes) || !utf8.atBoundary())
            return std::nullopt;
        return QString::fromUtf8(bytes);
    }
    case ByteFormat::Hex: return QString::fromLatin1(bytes.toHex(' '));
    case ByteFormat::Base64: return QString::fromLatin1(bytes.toBase64());
    case ByteFormat::Escaped: return writeEscaped(bytes);
    }
    Q_UNREACHABLE();
}

} // namespace wsw::desktop
