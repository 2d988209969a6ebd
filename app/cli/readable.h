#pragma once

#include "capture/document.h"
#include "exchange/importer.h"

#include <QTemporaryDir>

#include <memory>

namespace wsw::cli {

/// What a verb reads: a capture as it stands, or what exchange::importFile() makes of packets or a HAR, in a folder that goes with this.
class Readable final
{
public:
    /// Errors: those of capture::Document::open() and exchange::importFile(). Reading another program's file may take a while: its
    /// progress is shown, and SIGINT and SIGTERM stop it (Cancelled).
    [[nodiscard]] static Result<Readable> open(const QString &path);

    [[nodiscard]] const capture::Document &document() const { return *m_document; }
    /// What was left out of another program's file, and why; where the oldest records of a capture are.
    [[nodiscard]] const QStringList &notes() const { return m_notes; }
    /// Where another program's file could not be read to its end; the document tells of its own damage by itself.
    [[nodiscard]] const QList<Error> &damage() const { return m_damage; }

private:
    std::unique_ptr<QTemporaryDir> m_folder;    ///< outlives the document in it
    std::unique_ptr<capture::Document> m_document;
    QStringList m_notes;
    QList<Error> m_damage;
};

} // namespace wsw::cli
