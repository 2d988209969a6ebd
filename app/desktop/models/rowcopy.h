#pragma once

#include "base/id.h"
#include "base/result.h"
#include "capture/filterindex.h"
#include "models/logrow.h"

#include <QList>
#include <QString>

#include <atomic>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// A row of the log to be copied: its record, and the record in the row above for the time between them (not valid: none).
struct RowToCopy
{
    RecordId record;
    RecordId above;
};

/// Formats @p rows, in ascending order, as lines of these @p columns with tabs between. Records are read from disk where they are not in
/// memory; of messages, where rows @p stand for them, all frames are looked at; those of a damaged part are said to be lost, in their line. For workers; stops early when @p cancelled becomes true.
[[nodiscard]] Result<QString> copiedText(const capture::Document &document, const QList<RowToCopy> &rows, const QList<LogRow::Column> &columns,
                                         const std::atomic_bool &cancelled, capture::FilterIndex::Rows stand = capture::FilterIndex::Rows::Frames);

} // namespace wsw::desktop
