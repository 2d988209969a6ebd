#include "readable.h"

#include "transfer.h"

using namespace Qt::StringLiterals;

namespace wsw::cli {

Result<Readable> Readable::open(const QString &path)
{
    Readable readable;
    QString file = path;
    if (exchange::canImport(path)) {
        readable.m_folder = std::make_unique<QTemporaryDir>();
        if (!readable.m_folder->isValid()) {
            return Error{ErrorKind::Io, u"There is no room for what \"%1\" becomes: %2."_s.arg(path, readable.m_folder->errorString()),
                         u"Set TMPDIR to a folder that can be written to."_s, {}};
        }
        file = readable.m_folder->filePath(u"import.wscapture"_s);
        Transfer transfer(u"Reading"_s);
        const auto imported = exchange::importFile(path, file, exchange::Overwrite::No,
                                                   [&transfer](quint64 done, quint64 total) { return transfer.advance(done, total); });
        if (!imported)
            return imported.error();
        readable.m_notes = imported->notes;
        readable.m_damage = imported->damage;
    }
    auto document = capture::Document::open(file);
    if (!document)
        return document.error();
    readable.m_document = std::move(document).value();
    readable.m_notes += readable.m_document->remarks();
    return readable;
}

} // namespace wsw::cli
