#pragma once

#include "base/result.h"

#include <QMutex>
#include <QString>

#include <memory>

namespace wsw::payload {
class ProtoSchema;
}

namespace wsw::desktop {

/// The schema that was asked for last, so that not every message has it read anew: until one of its files is written. Any thread.
class SchemaCache final
{
public:
    /// Reads it where it is not there; who asks meanwhile waits for it. For workers.
    [[nodiscard]] Result<std::shared_ptr<const payload::ProtoSchema>> get(const QString &path);

private:
    QMutex m_mutex;
    QString m_path;
    std::shared_ptr<const payload::ProtoSchema> m_schema;   ///< null: none, or it could not be read
};

} // namespace wsw::desktop
