#include "payloadjson.h"

#include "exchange/fields.h"

using namespace Qt::StringLiterals;

namespace wsw::cli {

void putPayload(QJsonObject &object, const QByteArray &payload, PayloadEncoding encoding)
{
    const bool text = encoding == PayloadEncoding::TextIfPossible && exchange::isPlainText(payload);
    object.insert(u"payload"_s, text ? QString::fromUtf8(payload) : QString::fromLatin1(payload.toBase64()));
    object.insert(u"encoding"_s, text ? u"text"_s : u"base64"_s);
}

} // namespace wsw::cli
