#pragma once

#include "base/result.h"
#include "payload/valuesink.h"

#include <QByteArrayView>
#include <QStringList>

#include <memory>
#include <optional>

namespace wsw::payload {

/// What a .proto file says about messages: their fields' names and types. Immutable; any thread.
class ProtoSchema final
{
public:
    /// Reads @p path: a .proto file, which the program protoc is asked to read with all that it imports, or a set of descriptors as protoc
    /// writes it (--descriptor_set_out, --include_imports). The error names file, line and column of the first mistake. Takes as long as
    /// protoc does, at most readLimitMs; for workers.
    [[nodiscard]] static Result<std::shared_ptr<const ProtoSchema>> load(const QString &path);
    ~ProtoSchema();

    static constexpr int readLimitMs = 20'000;
    /// A larger file is refused.
    static constexpr qint64 mostFileBytes = 16 * 1024 * 1024;

    /// The types of messages that the file itself defines, by their full names, in its order, also those inside others.
    [[nodiscard]] QStringList messages() const;
    /// Any type that the file or one that it imports defines.
    [[nodiscard]] bool has(const QString &message) const;

    /// What a payload is as a message of a type.
    struct Outcome
    {
        qsizetype unknownFields = 0;        ///< that the type does not name
        std::optional<Error> problem;       ///< from which byte on it is no such message, and why
    };
    /// Gives the fields of @p payload to @p sink, in the order in which they stand there, by their names: also those that no type names, by
    /// their numbers, and bytes that fit nothing. Everything that was begun is ended, unless the sink is full. @p message must be one that it has().
    [[nodiscard]] Outcome read(QByteArrayView payload, const QString &message, ValueSink &sink) const;

private:
    struct Data;
    explicit ProtoSchema(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

} // namespace wsw::payload
