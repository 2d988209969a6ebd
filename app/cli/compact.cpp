#include "capture/compaction.h"
#include "console.h"
#include "transfer.h"
#include "verbs.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace wsw::cli {

CommandSpec compactSpec()
{
    return {
        u"compact"_s,
        u"Writes a capture anew, as small as it can be: free space is given back, small blocks become large ones."_s,
        {u"FILE"_s, u"[OUT]"_s},
        {
            {u"force"_s, {}, u"Replaces OUT where it exists."_s},
            {u"json"_s, {}, u"Prints what has come of it as one JSON object."_s},
        },
        u"Without OUT, FILE itself is replaced, once what was written has been read back. Frames keep their numbers."_s,
    };
}

ExitCode runCompact(const Arguments &arguments)
{
    const QString from = arguments.operand(0);
    const QString to = arguments.operand(1).isEmpty() ? from : arguments.operand(1);
    if (QFileInfo(from) != QFileInfo(to) && QFileInfo::exists(to) && !arguments.has(u"force"_s)) {
        console::error({ErrorKind::InUse, u"There is already a file \"%1\"."_s.arg(to), u"Choose another name, or give --force to replace it."_s, {}});
        return ExitCode::Usage;
    }
    const Result<capture::CompactionReport> report = [&] {
        Transfer transfer(u"Compacting"_s);
        return capture::compactCapture(from, to, [&transfer](quint64 done, quint64 total) { return transfer.advance(done, total); });
    }();
    if (!report) {
        Error error = report.error();
        if (error.kind == ErrorKind::Damaged)
            error.remedy = u"`wsw repair` saves what can be read; that can be compacted."_s;
        console::error(error);
        return error.kind == ErrorKind::Cancelled ? ExitCode::Failed : exitCodeForFile(error.kind);
    }
    if (arguments.has(u"json"_s)) {
        const QJsonObject object{{u"records"_s, static_cast<qint64>(report->records)},
                                 {u"bytesBefore"_s, report->bytesBefore},
                                 {u"bytesAfter"_s, report->bytesAfter},
                                 {u"blocksBefore"_s, static_cast<qint64>(report->rowsBefore)},
                                 {u"blocksAfter"_s, static_cast<qint64>(report->rowsAfter)},
                                 {u"strayPieces"_s, static_cast<qint64>(report->strayPieces)},
                                 {u"archivedRecords"_s, static_cast<qint64>(report->archived)},
                                 {u"archivesCopied"_s, QJsonArray::fromStringList(report->archives)},
                                 {u"archivesMissing"_s, QJsonArray::fromStringList(report->missing)}};
        console::line(object);
        return ExitCode::Done;
    }
    for (const QString &sentence : report->words())
        console::line(sentence);
    return ExitCode::Done;
}

} // namespace wsw::cli
