#include "payload/protosource.h"

#include "payload/protoschema.h"
#include "payload/reading.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <deque>
#include <set>

namespace wsw::payload {

namespace {

namespace pb = google::protobuf;

/// Folders above the file's own in which what it imports is looked for as well.
constexpr int searchedFolders = 8;

QString stdText(const std::string &text)
{
    return QString::fromStdString(text);
}

/// Nobody is told: what is wrong in a file is said when it is parsed.
class Ignorer final : public pb::io::ErrorCollector
{
public:
    void AddError(int, int, const std::string &) override {}
};

/// The parser goes into itself at each brace, without a bound.
bool isNestedTooDeep(const QByteArray &source)
{
    pb::io::ArrayInputStream stream(source.constData(), static_cast<int>(source.size()));
    Ignorer ignorer;
    pb::io::Tokenizer tokens(&stream, &ignorer);
    int depth = 0;
    while (depth <= mostDepth && tokens.Next()) {
        const std::string &token = tokens.current().text;
        depth += token == "{" ? 1 : token == "}" ? -1 : 0;
    }
    return depth > mostDepth;
}

/// The files from which a schema is read, by the names under which they are imported.
class SourceFiles final : public pb::compiler::SourceTree
{
public:
    explicit SourceFiles(const QFileInfo &file)
    {
        // As a rule what is imported is named from some folder above.
        QDir above = file.absoluteDir();
        for (int i = 0; i < searchedFolders; ++i) {
            m_folders.append(above.absolutePath());
            if (above.isRoot() || !above.cdUp() || above.isRoot())
                break;
        }
    }

    pb::io::ZeroCopyInputStream *Open(const std::string &name) override
    {
        const QString wanted = stdText(name);
        m_why = "File not found.";
        // Nothing outside these folders.
        if (QDir::isAbsolutePath(wanted) || QDir::cleanPath(wanted) != wanted || wanted.startsWith(QLatin1String("..")))
            return nullptr;
        for (const QString &folder : std::as_const(m_folders)) {
            const QFileInfo file(folder + u'/' + wanted);
            if (file.isFile())
                return open(file);
        }
        return nullptr;
    }
    std::string GetLastErrorMessage() override { return m_why; }

    [[nodiscard]] std::vector<ReadFile> takeFiles() { return std::move(m_files); }

private:
    pb::io::ZeroCopyInputStream *open(const QFileInfo &info)
    {
        QFile file(info.filePath());
        if (!file.open(QIODevice::ReadOnly)) {
            m_why = "It cannot be read: " + file.errorString().toStdString() + '.';
            return nullptr;
        }
        if (m_bytes + file.size() > ProtoSchema::mostFileBytes) {
            m_why = "With it, all that is imported has more than " + std::to_string(ProtoSchema::mostFileBytes) + " bytes.";
            return nullptr;
        }
        m_files.push_back(ReadFile::at(info.filePath()));
        m_contents.push_back(file.readAll());
        m_bytes += m_contents.back().size();
        if (isNestedTooDeep(m_contents.back())) {
            m_why = "It is nested more than " + std::to_string(mostDepth) + " deep.";
            return nullptr;
        }
        return new pb::io::ArrayInputStream(m_contents.back().constData(), static_cast<int>(m_contents.back().size()));
    }

    QStringList m_folders;
    std::deque<QByteArray> m_contents;      ///< streams read from these
    qint64 m_bytes = 0;
    std::vector<ReadFile> m_files;
    std::string m_why;
};

/// Keeps what is said against files.
class Mistakes final : public pb::compiler::MultiFileErrorCollector
{
public:
    void AddError(const std::string &file, int line, int column, const std::string &message) override
    {
        QString sentence = stdText(message);
        if (!sentence.endsWith(u'.'))
            sentence += u'.';
        // Lines and columns are counted from 0; before 0 there is no place.
        const bool hasPlace = line >= 0;
        const QString said = hasPlace ? QStringLiteral("%1, line %2, column %3: %4").arg(stdText(file)).arg(line + 1).arg(column + 1).arg(sentence)
                                      : QStringLiteral("%1: %2").arg(stdText(file), sentence);
        if (m_all.isEmpty() || (hasPlace && !m_hasPlace))
            m_first = said;
        m_hasPlace = m_hasPlace || hasPlace;
        m_all.append(said);
    }

    /// The first that names a place, else the first.
    [[nodiscard]] Error error(const QFileInfo &file) const
    {
        const QString said = m_all.isEmpty() ? QStringLiteral("%1 cannot be read as a .proto file.").arg(file.fileName()) : m_first;
        return {ErrorKind::Usage, said, QStringLiteral("Correct the file, or choose another one."), m_all.join(u'\n')};
    }

private:
    QString m_first;
    bool m_hasPlace = false;
    QStringList m_all;
};

void addFile(const pb::FileDescriptor *file, std::set<const pb::FileDescriptor *> &added, pb::FileDescriptorSet &set)
{
    if (!added.insert(file).second)
        return;
    for (int i = 0; i < file->dependency_count(); ++i)
        addFile(file->dependency(i), added, set);
    file->CopyTo(set.add_file());
}

} // namespace

bool ReadFile::isCurrent() const
{
    const ReadFile now = at(path);
    return now.size == size && now.modified == modified;
}

ReadFile ReadFile::at(const QString &path)
{
    const QFileInfo file(path);
    return {file.absoluteFilePath(), file.lastModified(), file.size()};
}

Result<QByteArray> contentOf(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return Error{ErrorKind::NotFound, QStringLiteral("There is no file %1.").arg(path), QStringLiteral("Choose the file again."), {}};
    const QString name = QFileInfo(path).fileName();
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorKind::Io, QStringLiteral("%1 cannot be read: %2.").arg(name, file.errorString()), QStringLiteral("Choose another file."), {}};
    if (file.size() > ProtoSchema::mostFileBytes) {
        return Error{ErrorKind::Limit, QStringLiteral("%1 has more than %2 bytes.").arg(name).arg(ProtoSchema::mostFileBytes),
                     QStringLiteral("Choose a file with the messages that matter."), {}};
    }
    return file.readAll();
}

Result<ProtoSource> readProtoSource(const QString &path)
{
    // What is wrong with the file itself is said as for any other.
    if (const auto content = contentOf(path); !content)
        return content.error();
    const QFileInfo file(path);
    SourceFiles files(file);
    Mistakes mistakes;
    // Warnings would be written to the program's own output.
    const pb::LogSilencer silence;
    pb::DescriptorPoolDatabase known(*pb::DescriptorPool::generated_pool());
    pb::compiler::SourceTreeDescriptorDatabase database(&files, &known);
    database.RecordErrorsTo(&mistakes);
    pb::DescriptorPool pool(&database, database.GetValidationErrorCollector());
    const pb::FileDescriptor *read = pool.FindFileByName(file.fileName().toStdString());
    if (read == nullptr)
        return mistakes.error(file);
    ProtoSource source;
    std::set<const pb::FileDescriptor *> added;
    addFile(read, added, source.descriptors);
    source.files = files.takeFiles();
    return source;
}

} // namespace wsw::payload
