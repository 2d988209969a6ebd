#include "payload/formats.h"
#include "payload/jsonreader.h"

#include <bson/bson.h>

namespace wsw::payload {

namespace {

constexpr auto utf8WithNulls = static_cast<bson_validate_flags_t>(BSON_VALIDATE_UTF8 | BSON_VALIDATE_UTF8_ALLOW_NULL);

bool isDeeperThan(int most, bson_iter_t iter)
{
    if (most == 0)
        return true;
    while (bson_iter_next(&iter)) {
        bson_iter_t inner;
        if (BSON_ITER_HOLDS_CODEWSCOPE(&iter)) {
            // Code brings a document along, which the library would follow without a bound.
            uint32_t codeLength = 0;
            uint32_t scopeLength = 0;
            const uint8_t *scopeBytes = nullptr;
            bson_iter_codewscope(&iter, &codeLength, &scopeLength, &scopeBytes);
            bson_t scope;
            const bool isScope = bson_init_static(&scope, scopeBytes, scopeLength) && bson_iter_init(&inner, &scope);
            if (isScope && isDeeperThan(most - 1, inner))
                return true;
        }
        const bool isContainer = BSON_ITER_HOLDS_DOCUMENT(&iter) || BSON_ITER_HOLDS_ARRAY(&iter);
        if (isContainer && bson_iter_recurse(&iter, &inner) && isDeeperThan(most - 1, inner))
            return true;
    }
    return false;
}

} // namespace

Result<> readBson(QByteArrayView payload, ValueSink &sink)
{
    // The library ends the program where there are no bytes at all.
    bson_t document;
    if (payload.isEmpty() || !bson_init_static(&document, reinterpret_cast<const uint8_t *>(payload.data()), static_cast<size_t>(payload.size())))
        return isNone(Format::Bson, 0);
    bson_iter_t iter;
    if (bson_iter_init(&iter, &document) && isDeeperThan(mostDepth, iter))
        return tooDeep(Format::Bson);
    size_t wrongAt = 0;
    if (!bson_validate(&document, utf8WithNulls, &wrongAt))
        return isNone(Format::Bson, static_cast<qsizetype>(wrongAt));
    size_t length = 0;
    char *json = bson_as_relaxed_extended_json(&document, &length);
    if (json == nullptr)
        return isNone(Format::Bson, 0);
    const QString compact = QString::fromUtf8(json, static_cast<qsizetype>(length));
    bson_free(json);
    const bool isRead = readJson(compact, sink);
    if (sink.isFull())
        return tooLong(Format::Bson);
    if (!isRead) {
        // What the library writes should be JSON; a part of it must not be taken for the whole.
        return Error{ErrorKind::Usage, QStringLiteral("This BSON has something in it that cannot be written as JSON."),
                     QStringLiteral("Its bytes can be read, or saved to a file."), {}};
    }
    return {};
}

} // namespace wsw::payload
