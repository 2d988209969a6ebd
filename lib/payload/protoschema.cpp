#include "payload/protoschema.h"

#include "payload/protomessage.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

namespace wsw::payload {

namespace {

namespace pb = google::protobuf;

/// Folders above the file's own in which what it imports is looked for as well.
constexpr int searchedFolders = 8;

Error unreadable(const QString &path, const QString &why)
{
    return {ErrorKind::Io, QStringLiteral("%1 cannot be read: %2.").arg(QFileInfo(path).fileName(), why), QStringLiteral("Choose another file."), {}};
}

Result<QByteArray> contentOf(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return Error{ErrorKind::NotFound, QStringLiteral("There is no file %1.").arg(path), QStringLiteral("Choose the file again."), {}};
    if (!file.open(QIODevice::ReadOnly))
        return unreadable(path, file.errorString());
    if (file.size() > ProtoSchema::mostFileBytes) {
        return Error{ErrorKind::Limit, QStringLiteral("%1 has more than %2 bytes.").arg(QFileInfo(path).fileName()).arg(ProtoSchema::mostFileBytes),
                     QStringLiteral("Choose a file with the messages that matter."), {}};
    }
    return file.readAll();
}

/// What protoc says is wrong, as a sentence: its first line that names a place, else all of it.
Error mistake(const QString &path, const QString &said)
{
    static const QRegularExpression place(QStringLiteral("^(.+?):(\\d+):(\\d+): (.+)$"), QRegularExpression::MultilineOption);
    static const QRegularExpression withoutPlace(QStringLiteral("^(.+?): (.+)$"), QRegularExpression::MultilineOption);
    const auto sentence = [](QString text) { return text.endsWith(u'.') ? text : text + u'.'; };
    const QString remedy = QStringLiteral("Correct the file, or choose another one.");
    if (const auto match = place.match(said); match.hasMatch()) {
        return {ErrorKind::Usage, QStringLiteral("%1, line %2, column %3: %4").arg(match.captured(1), match.captured(2), match.captured(3), sentence(match.captured(4))),
                remedy, said};
    }
    if (const auto match = withoutPlace.match(said); match.hasMatch())
        return {ErrorKind::Usage, QStringLiteral("%1: %2").arg(match.captured(1), sentence(match.captured(2))), remedy, said};
    return {ErrorKind::Usage, QStringLiteral("%1 cannot be read as a .proto file.").arg(QFileInfo(path).fileName()), remedy, said};
}

/// The file with all that it imports, as protoc has read it.
Result<QByteArray> compiled(const QString &path)
{
    if (const auto source = contentOf(path); !source)
        return source.error();
    const QTemporaryDir folder;
    const QString out = folder.filePath(QStringLiteral("descriptors"));
    const QFileInfo file(path);
    QStringList arguments{QStringLiteral("--include_imports"), QStringLiteral("--descriptor_set_out=") + out};
    // As a rule what is imported is named from some folder above.
    QDir above = file.absoluteDir();
    for (int i = 0; i < searchedFolders; ++i) {
        arguments.append(QStringLiteral("--proto_path=") + above.absolutePath());
        if (above.isRoot() || !above.cdUp() || above.isRoot())
            break;
    }
    arguments.append(file.absoluteFilePath());
    QProcess protoc;
    protoc.start(QStringLiteral("protoc"), arguments, QIODevice::ReadOnly);
    if (!protoc.waitForStarted()) {
        return Error{ErrorKind::NotFound, QStringLiteral("The program protoc, which reads .proto files, does not start: %1.").arg(protoc.errorString()),
                     QStringLiteral("Install it (Debian: protobuf-compiler), or choose a set of descriptors."), {}};
    }
    if (!protoc.waitForFinished(ProtoSchema::readLimitMs)) {
        protoc.kill();
        protoc.waitForFinished();
        return Error{ErrorKind::TimedOut, QStringLiteral("protoc has not read %1 within %2 seconds.").arg(file.fileName()).arg(ProtoSchema::readLimitMs / 1000),
                     QStringLiteral("Choose a file that imports less."), {}};
    }
    if (protoc.exitStatus() != QProcess::NormalExit || protoc.exitCode() != 0)
        return mistake(path, QString::fromUtf8(protoc.readAllStandardError()).trimmed());
    return contentOf(out);
}

void addNames(const pb::Descriptor *message, QStringList &names)
{
    // A map's entry is no message that anyone sends.
    if (message->options().map_entry())
        return;
    names.append(QString::fromStdString(message->full_name()));
    for (int i = 0; i < message->nested_type_count(); ++i)
        addNames(message->nested_type(i), names);
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
    const pb::FileDescriptor *file = nullptr;
};

ProtoSchema::ProtoSchema(std::unique_ptr<Data> data) : m_data(std::move(data)) {}

ProtoSchema::~ProtoSchema() = default;

Result<std::shared_ptr<const ProtoSchema>> ProtoSchema::load(const QString &path)
{
    const bool isSource = path.endsWith(QLatin1String(".proto"), Qt::CaseInsensitive);
    const auto bytes = isSource ? compiled(path) : contentOf(path);
    if (!bytes)
        return bytes.error();
    pb::FileDescriptorSet set;
    if (!set.ParseFromArray(bytes->constData(), static_cast<int>(bytes->size())) || set.file_size() == 0) {
        return Error{ErrorKind::Usage, QStringLiteral("%1 is neither a .proto file nor a set of descriptors.").arg(QFileInfo(path).fileName()),
                     QStringLiteral("Choose a file whose name ends in .proto, or one that protoc has written with --descriptor_set_out."), {}};
    }
    auto data = std::make_unique<Data>();
    for (const pb::FileDescriptorProto &file : set.file()) {
        Complaints complaints;
        data->file = data->pool.BuildFileCollectingErrors(file, &complaints);
        if (data->file == nullptr) {
            return Error{ErrorKind::Usage, QStringLiteral("%1 cannot be used: %2.").arg(QFileInfo(path).fileName(), complaints.first()),
                         QStringLiteral("Write it with --include_imports, or choose the .proto file."), {}};
        }
    }
    return std::shared_ptr<const ProtoSchema>(new ProtoSchema(std::move(data)));
}

QStringList ProtoSchema::messages() const
{
    QStringList names;
    for (int i = 0; i < m_data->file->message_type_count(); ++i)
        addNames(m_data->file->message_type(i), names);
    return names;
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
