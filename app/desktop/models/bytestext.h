#pragma once

#include <QByteArray>
#include <QString>

/// Bytes written as text for the clipboard. Pure; any thread.
namespace wsw::desktop {

enum class BytesFormat : quint8 { Hex, Text, Base64, CArray };

/// Hex: "81 8d 1f". Text: UTF-8, bad sequences replaced. CArray: a whole definition, twelve bytes a line.
[[nodiscard]] QString bytesText(const QByteArray &bytes, BytesFormat format);
/// "hex", "text", "base64", "C array".
[[nodiscard]] QString formatName(BytesFormat format);

/// What one byte looks like in a text column: printable ASCII as it is, everything else a middle dot.
[[nodiscard]] QChar byteCharacter(uchar byte);

} // namespace wsw::desktop
