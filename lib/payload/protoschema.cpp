#include "payload/protoschema.h"

#include "payload/protomessage.h"
#include "payload/protosource.h"

#include <QFileInfo>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <set>

namespace wsw::payload {

namespace {

namespace pb = google::protobuf;

void addNames(const pb::Descriptor *message, QStringList &names)
{
    // A map's entry is no message that anyone sends.
    if (message->options().map_entry())
        return;
    names.append(QString::fromStdString(message->full_name()));
    for (int i = 0; i < message->nested_type_count(); ++i)
        addNames(message->nested_type(i), names);
}

void addNames(const pb::FileDescriptor *file, QStringList &names)
{
    for (int i = 0; i < file->message_type_count(); ++i)
        addNames(file->message_type(i), names);
}

/// Keeps what is said against descriptors.
class Complaints final : public pb::DescriptorPool::ErrorCollector
{
public:
    void AddError(const std::string &file, const std::string &element, const pb::Message *, ErrorLocation, const std::string &message) override
    {
        if (m_first.isEmpty())
            m_first = QStringLiteral("%1, %2: %3").arg(QString::fromStdString(file), QString::fromStdString(element), QString::fromStdString(message));
    }
    [[nodiscard]] const QString &first() const { return m_first; }

private:
    QString m_first;
};

} // namespace

struct ProtoSchema::Data
{
    pb::DescriptorPool pool;
    std::vector<const pb::FileDescriptor *> files;  ///< each behind what it imports
    QStringList messages;
    std::vector<ReadFile> read;

    [[nodiscard]] Result<> build(const pb::FileDescriptorSet &set, const QString &name);
    /// The messages of the last file; of all where it has none.
    void offerLast();
    /// Those of all files, first of what no other file imports.
    void offerAll();
};

Result<> ProtoSchema::Data::build(const pb::FileDescriptorSet &set, const QString &name)
{
    for (const pb::FileDescriptorProto &file : set.file()) {
        Complaints complaints;
        files.push_back(pool.BuildFileCollectingErrors(file, &complaints));
        if (files.back() == nullptr) {
            return Error{ErrorKind::Usage, QStringLiteral("%1 cannot be used: %2.").arg(name, complaints.first()),
                         QStringLiteral("Write it with --include_imports, or choose the .proto file."), {}};
        }
    }
    return {};
}

void ProtoSchema::Data::offerLast()
{
    addNames(files.back(), messages);
    if (messages.isEmpty())
        offerAll();
}

void ProtoSchema::Data::offerAll()
{
    std::set<const pb::FileDescriptor *> imported;
    for (const pb::FileDescriptor *file : files) {
        for (int i = 0; i < file->dependency_count(); ++i)
            imported.insert(file->dependency(i));
    }
    const auto addAll = [&](bool isImported) {
        for (const pb::FileDescriptor *file : files) {
            if (imported.contains(file) == isImported)
                addNames(file, messages);
        }
    };
    addAll(false);
    addAll(true);
}

ProtoSchema::ProtoSchema(std::unique_ptr<Data> data) : m_data(std::move(data)) {}

ProtoSchema::~ProtoSchema() = default;

Result<std::shared_ptr<const ProtoSchema>> ProtoSchema::load(const QString &path)
{
    const QString name = QFileInfo(path).fileName();
    auto data = std::make_unique<Data>();
    if (!path.endsWith(QLatin1String(".proto"), Qt::CaseInsensitive)) {
        data->read.push_back(ReadFile::at(path));
        const auto bytes = contentOf(path);
        return bytes ? ofDescriptors(std::move(data), *bytes, name) : bytes.error();
    }
    auto source = readProtoSource(path);
    if (!source)
        return source.error();
    if (const auto built = data->build(source->descriptors, name); !built)
        return built.error();
    data->offerLast();
    data->read = std::move(source->files);
    return offering(std::move(data), name);
}

Result<std::shared_ptr<const ProtoSchema>> ProtoSchema::ofDescriptors(QByteArrayView bytes, const QString &name)
{
    return ofDescriptors(std::make_unique<Data>(), bytes, name);
}

Result<std::shared_ptr<const ProtoSchema>> ProtoSchema::ofDescriptors(std::unique_ptr<Data> data, QByteArrayView bytes, const QString &name)
{
    pb::FileDescriptorSet set;
    if (!set.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || set.file_size() == 0) {
        return Error{ErrorKind::Usage, QStringLiteral("%1 is neither a .proto file nor a set of descriptors.").arg(name),
                     QStringLiteral("Choose a file whose name ends in .proto, or one that protoc has written with --descriptor_set_out."), {}};
    }
    if (const auto built = data->build(set, name); !built)
        return built.error();
    data->offerAll();
    return offering(std::move(data), name);
}

Result<std::shared_ptr<const ProtoSchema>> ProtoSchema::offering(std::unique_ptr<Data> data, const QString &name)
{
    if (data->messages.isEmpty()) {
        return Error{ErrorKind::Usage, QStringLiteral("Neither %1 nor anything that it imports defines a type of message.").arg(name),
                     QStringLiteral("Choose a file that defines the types of the messages."), {}};
    }
    return std::shared_ptr<const ProtoSchema>(new ProtoSchema(std::move(data)));
}

QStringList ProtoSchema::messages() const
{
    return m_data->messages;
}

bool ProtoSchema::isCurrent() const
{
    return std::all_of(m_data->read.begin(), m_data->read.end(), [](const ReadFile &file) { return file.isCurrent(); });
}

bool ProtoSchema::has(const QString &message) const
{
    return m_data->pool.FindMessageTypeByName(message.toStdString()) != nullptr;
}

ProtoSchema::Outcome ProtoSchema::read(QByteArrayView payload, const QString &message, ValueSink &sink) const
{
    const pb::Descriptor *type = m_data->pool.FindMessageTypeByName(message.toStdString());
    Q_ASSERT(type != nullptr);
    ProtoMessage reader(&m_data->pool, sink);
    reader.read(payload, type);
    Outcome outcome;
    outcome.unknownFields = reader.unknownFields();
    if (sink.isFull()) {
        outcome.problem = Error{ErrorKind::Limit, QStringLiteral("This message is too large to be shown by its names."), QStringLiteral("Its bytes can be read, or saved to a file."), {}};
    } else if (reader.wrongAt() >= 0) {
        outcome.problem = Error{ErrorKind::Usage, QStringLiteral("This is no %1 from byte %2 on: %3.").arg(message).arg(reader.wrongAt()).arg(reader.why()),
                                QStringLiteral("What fits is shown, and the rest as bytes. Another type of message may fit better."), {}};
    }
    return outcome;
}

} // namespace wsw::payload
