#pragma once

#include "base/result.h"

#include <QDateTime>
#include <QString>

#include <google/protobuf/descriptor.pb.h>

#include <vector>

namespace wsw::payload {

/// A file as it was when it was read.
struct ReadFile
{
    QString path;
    QDateTime modified;
    qint64 size = 0;

    /// It has not been written since.
    [[nodiscard]] bool isCurrent() const;
    /// @p path as it is now.
    [[nodiscard]] static ReadFile at(const QString &path);
};

/// A .proto file with all that it imports.
struct ProtoSource
{
    google::protobuf::FileDescriptorSet descriptors;    ///< each file behind what it imports, so that itself is the last
    std::vector<ReadFile> files;
};

/// All of @p path, at most ProtoSchema::mostFileBytes.
[[nodiscard]] Result<QByteArray> contentOf(const QString &path);
/// Reads the .proto file @p path. What it imports is looked for in its folder and in those above; Google's own types are known without
/// files. The error names file, line and column of the first mistake. For workers.
[[nodiscard]] Result<ProtoSource> readProtoSource(const QString &path);

} // namespace wsw::payload
