#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

namespace wsw::exchange {

/// Appends UTF-8 @p text as what a page shows of it: marks of HTML escaped, control characters (which HTML does not allow) as the
/// pictures that Unicode has for them, except line ends (CR LF, or LF) and tabs. What is no UTF-8 becomes replacement characters.
void appendHtml(QByteArray &to, QByteArrayView text);
void appendHtml(QByteArray &to, QStringView text);

/// Appends bytes as lines of sixteen: offset, hex, and what is printable ASCII.
void appendHexDump(QByteArray &to, QByteArrayView bytes);

/// The rules of the report's look, light and dark; holds nothing that is loaded from elsewhere.
[[nodiscard]] QByteArrayView reportStyle() noexcept;

} // namespace wsw::exchange
