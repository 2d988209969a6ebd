#pragma once

#include <QByteArray>
#include <QCoreApplication>
#include <QString>

#include <optional>

namespace wsw::desktop {

/// How bytes are typed.
enum class ByteFormat : quint8 { Text, Hex, Base64, Escaped };

/// Bytes read from what was typed, or where and why that was not possible.
struct ByteText
{
    QByteArray bytes;               ///< as far as they could be read
    QString problem;                ///< empty: none
    qsizetype position = -1;        ///< of the problem, in UTF-16 units
    [[nodiscard]] bool ok() const noexcept { return problem.isEmpty(); }
};

/// Reads typed bytes. Hex: digits in pairs; between them spaces, line ends, commas, semicolons, colons, "0x" and "\x" are passed over.
/// Base64: both alphabets, with or without padding, white space passed over. Text: as UTF-8.
/// Escaped: UTF-8 in which \r \n \t \0 \\ and \xHH stand for those bytes and line ends that are typed are passed over, so that a
/// head can be written a line a line.
[[nodiscard]] ByteText readBytes(const QString &text, ByteFormat format);
/// Writes bytes for editing: hex in pairs, base64 in one line; nothing for Text that is no UTF-8;
/// Escaped in printable ASCII.
[[nodiscard]] std::optional<QString> writeBytes(const QByteArray &bytes, ByteFormat format);

} // namespace wsw::desktop
