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
    /// Reads @p path: a .proto file with all that it imports, or a set of descriptors as protoc writes it (--descriptor_set_out,
    /// --include_imports). The error names file, line and column of the first mistake. For workers.
    [[nodiscard]] static Result<std::shared_ptr<const ProtoSchema>> load(const QString &path);
    /// Reads the bytes of a set of descriptors. @p name: what they are called in errors.
    [[nodiscard]] static Result<std::shared_ptr<const ProtoSchema>> ofDescriptors(QByteArrayView bytes, const QString &name);
    ~ProtoSchema();

    /// Larger files, or those of more with all that they import, are refused.
    static constexpr qint64 mostFileBytes = 16 * 1024 * 1024;

    /// No file of which it was read has been written since. Looks at the disk.
    [[nodiscard]] bool isCurrent() const;
    /// The types of messages that one chooses from, by their full names, also those inside others, at least one: those that a .proto file
    /// itself defines, in its order, or where it defines none, those that it imports; of a set of descriptors all.
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
    [[nodiscard]] static Result<std::shared_ptr<const ProtoSchema>> ofDescriptors(std::unique_ptr<Data> data, QByteArrayView bytes, const QString &name);
    /// What has been read, if it offers something to choose.
    [[nodiscard]] static Result<std::shared_ptr<const ProtoSchema>> offering(std::unique_ptr<Data> data, const QString &name);
    std::unique_ptr<Data> m_data;
};

} // namespace wsw::payload
