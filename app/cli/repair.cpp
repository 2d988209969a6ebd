#include "capture/repair.h"

#include "console.h"
#include "transfer.h"
#include "verbs.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

QJsonObject toJson(const capture::RepairReport &report)
{
    QJsonArray lost;
    for (const capture::RepairReport::Lost &gap : report.lost) {
        lost.append(QJsonObject{{u"first"_s, static_cast<qint64>(gap.first)}, {u"last"_s, static_cast<qint64>(gap.last)}, {u"why"_s, gap.why}});
    }
    return {{u"whole"_s, report.isWhole()},
            {u"saved"_s, static_cast<qint64>(report.saved)},
            {u"foundInPages"_s, static_cast<qint64>(report.found)},
            {u"unchecked"_s, static_cast<qint64>(report.unchecked)},
            {u"lostRecords"_s, static_cast<qint64>(report.lostRecords)},
            {u"lost"_s, lost},
            {u"endUnknown"_s, report.endUnknown},
            {u"incompletePayloads"_s, static_cast<qint64>(report.incompletePayloads)},
            {u"connections"_s, report.connections},
            {u"notes"_s, QJsonArray::fromStringList(report.words())}};
}

} // namespace

CommandSpec repairSpec()
{
    return {
        u"repair"_s,
        u"Saves what can be read of a damaged capture into a new one, and says what is lost."_s,
        {u"FILE"_s, u"OUT"_s},
        {
            {u"force"_s, {}, u"Replaces OUT where it exists."_s},
            {u"json"_s, {}, u"Prints what has come of it as one JSON object."_s},
        },
        u"FILE is only read. Frames keep their numbers; what is lost stays a gap. Exit code 0: nothing is lost, 1: something is, or nothing "
        "could be saved."_s,
    };
}

ExitCode runRepair(const Arguments &arguments)
{
    const QString from = arguments.operand(0);
    const QString to = arguments.operand(1);
    if (QFileInfo(from) != QFileInfo(to) && QFileInfo::exists(to) && !arguments.has(u"force"_s)) {
        console::error({ErrorKind::InUse, u"There is already a file \"%1\"."_s.arg(to), u"Choose another name, or give --force to replace it."_s, {}});
        return ExitCode::Usage;
    }
    const Result<capture::RepairReport> report = [&] {
        Transfer transfer(u"Repairing"_s);
        return capture::repairCapture(from, to, [&transfer](quint64 done, quint64 total) { return transfer.advance(done, total); });
    }();
    if (!report) {
        console::error(report.error());
        return report.error().kind == ErrorKind::Cancelled ? ExitCode::Failed : exitCodeForFile(report.error().kind);
    }
    if (arguments.has(u"json"_s)) {
        console::line(toJson(*report));
    } else {
        for (const QString &sentence : report->words())
            console::line(sentence);
    }
    return report->isWhole() ? ExitCode::Done : ExitCode::Failed;
}

} // namespace wsw::cli
