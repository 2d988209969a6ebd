#pragma once

#include "base/result.h"
#include "capture/record.h"
#include "payload/protoschema.h"

#include <memory>
#include <optional>

namespace wsw::cli {

/// --proto FILE --message TYPE: by what Protobuf messages are read.
class ProtoArgument final
{
public:
    /// Nothing where @p file is empty. Without a @p message the file must have only one type.
    [[nodiscard]] static Result<std::optional<ProtoArgument>> read(const QString &file, const QString &message);
    /// A binary message in one frame on one line, by the names of its fields, and what is wrong with it; empty for any other record.
    [[nodiscard]] QString textOf(const capture::Record &record) const;

private:
    ProtoArgument(std::shared_ptr<const payload::ProtoSchema> schema, const QString &message) : m_schema(std::move(schema)), m_message(message) {}

    std::shared_ptr<const payload::ProtoSchema> m_schema;
    QString m_message;
};

} // namespace wsw::cli
