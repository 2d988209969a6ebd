#pragma once

#include "payload/reading.h"

/// One function a format; for layOut().
namespace wsw::payload {

[[nodiscard]] Result<QString> layOutXml(QByteArrayView payload);
[[nodiscard]] Result<QString> layOutMessagePack(QByteArrayView payload);
[[nodiscard]] Result<QString> layOutCbor(QByteArrayView payload);
[[nodiscard]] Result<QString> layOutBson(QByteArrayView payload);
[[nodiscard]] Result<QString> layOutProtobuf(QByteArrayView payload);
[[nodiscard]] Result<QString> layOutPlainText(QByteArrayView payload);

/// A whole message with a text in it: shorter ones are valid by chance.
[[nodiscard]] bool looksLikeProtobuf(QByteArrayView payload);

/// @p offset: of the byte that does not fit.
[[nodiscard]] Error isNone(Format format, qsizetype offset);
[[nodiscard]] Error tooDeep(Format format);
[[nodiscard]] Error tooLong(Format format);

} // namespace wsw::payload
