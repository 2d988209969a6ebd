#include "models/bytestext.h"

#include <QCoreApplication>

namespace wsw::desktop {

namespace {

constexpr qsizetype bytesPerLine = 12;

QString cArray(const QByteArray &bytes)
{
    QString text = QStringLiteral("static const unsigned char frame[%1] = {").arg(bytes.size());
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        text += i % bytesPerLine == 0 ? QStringLiteral("\n    ") : QStringLiteral(" ");
        text += QStringLiteral("0x%1,").arg(static_cast<uchar>(bytes.at(i)), 2, 16, QLatin1Char('0'));
    }
    return text + QStringLiteral("\n};\n");
}

} // namespace

QString bytesText(const QByteArray &bytes, BytesFormat format)
{
    switch (format) {
    case BytesFormat::Hex: return QString::fromLatin1(bytes.toHex(' '));
    case BytesFormat::Text: return QString::fromUtf8(bytes);
    case BytesFormat::Base64: return QString::fromLatin1(bytes.toBase64());
    case BytesFormat::CArray: return cArray(bytes);
    }
    Q_UNREACHABLE();
}

QString formatName(BytesFormat format)
{
    switch (format) {
    case BytesFormat::Hex: return QCoreApplication::translate("BytesText", "hex");
    case BytesFormat::Text: return QCoreApplication::translate("BytesText", "text");
    case BytesFormat::Base64: return QCoreApplication::translate("BytesText", "base64");
    case BytesFormat::CArray: return QCoreApplication::translate("BytesText", "C array");
    }
    Q_UNREACHABLE();
}

QChar byteCharacter(uchar byte)
{
    return byte >= 0x20 && byte < 0x7f ? QChar(QLatin1Char(static_cast<char>(byte))) : QChar(u'\u00b7');
}

} // namespace wsw::desktop
