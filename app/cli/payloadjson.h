#pragma once

#include <QJsonObject>

namespace wsw::cli {

enum class PayloadEncoding : quint8 { TextIfPossible, Base64 };
/// Adds "payload" and "encoding" ("text" or "base64"); text only where it gives back the same bytes.
void putPayload(QJsonObject &object, const QByteArray &payload, PayloadEncoding encoding);

} // namespace wsw::cli
