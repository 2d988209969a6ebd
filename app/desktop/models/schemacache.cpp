#include "models/schemacache.h"

#include "payload/protoschema.h"

#include <QMutexLocker>

namespace wsw::desktop {

Result<std::shared_ptr<const payload::ProtoSchema>> SchemaCache::get(const QString &path)
{
    const QMutexLocker lock(&m_mutex);
    if (m_schema && m_path == path && m_schema->isCurrent())
        return m_schema;
    auto schema = payload::ProtoSchema::load(path);
    m_path = path;
    m_schema = schema ? *schema : nullptr;
    return schema;
}

} // namespace wsw::desktop
