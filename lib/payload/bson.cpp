#include "payload/formats.h"
#include "payload/jsontext.h"

#include <bson/bson.h>

namespace wsw::payload {

namespace {

bool isDeeperThan(int most, bson_iter_t iter)
{
    if (most == 0)
        return true;
    while (bson_iter_next(&iter)) {
        bson_iter_t inner;
        const bool isContainer = BSON_ITER_HOLDS_DOCUMENT(&iter) || BSON_ITER_HOLDS_ARRAY(&iter);
        if (isContainer && bson_iter_recurse(&iter, &inner) && isDeeperThan(most - 1, inner))
            return true;
    }
    return false;
}

} // namespace

Result<QString> layOutBson(QByteArrayView payload)
{
    bson_t document;
    if (!bson_init_static(&document, reinterpret_cast<const uint8_t *>(payload.data()), static_cast<size_t>(payload.size())))
        return isNone(Format::Bson, 0);
    bson_iter_t iter;
    if (bson_iter_init(&iter, &document) && isDeeperThan(mostDepth, iter))
        return tooDeep(Format::Bson);
    size_t wrongAt = 0;
    if (!bson_validate(&document, BSON_VALIDATE_UTF8, &wrongAt))
        return isNone(Format::Bson, static_cast<qsizetype>(wrongAt));
    size_t length = 0;
    char *json = bson_as_relaxed_extended_json(&document, &length);
    if (json == nullptr)
        return isNone(Format::Bson, 0);
    QString text = laidOutJson(QString::fromUtf8(json, static_cast<qsizetype>(length)));
    bson_free(json);
    return text;
}

} // namespace wsw::payload
