#pragma once

#include "payload/reading.h"
#include "payload/valuesink.h"

/// One function a format; for layOut() and treeOf().
namespace wsw::payload {

[[nodiscard]] Result<QString> layOutXml(QByteArrayView payload);
[[nodiscard]] Result<QString> layOutPlainText(QByteArrayView payload);

/// Gives the values of @p payload to @p sink; on error it has a part of them, and some are not ended.
[[nodiscard]] Result<> readMessagePack(QByteArrayView payload, ValueSink &sink);
[[nodiscard]] Result<> readCbor(QByteArrayView payload, ValueSink &sink);
[[nodiscard]] Result<> readBson(QByteArrayView payload, ValueSink &sink);
[[nodiscard]] Result<> readProtobuf(QByteArrayView payload, ValueSink &sink);
/// Those of any of them; the other formats have no values.
[[nodiscard]] Result<> readValues(QByteArrayView payload, Format format, ValueSink &sink);

/// A whole message with a text in it: shorter ones are valid by chance.
[[nodiscard]] bool looksLikeProtobuf(QByteArrayView payload);

/// @p offset: of the byte that does not fit.
[[nodiscard]] Error isNone(Format format, qsizetype offset);
[[nodiscard]] Error tooDeep(Format format);
[[nodiscard]] Error tooLong(Format format);

} // namespace wsw::payload
