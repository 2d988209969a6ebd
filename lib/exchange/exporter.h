#pragma once

#include "base/result.h"
#include "capture/filter.h"
#include "capture/record.h"

#include <QSet>
#include <QStringList>

#include <functional>
#include <optional>
#include <span>

class QIODevice;

namespace wsw::capture {
class Document;
}

namespace wsw::exchange {

/// What captures are exported to.
enum class Format : quint8 { JsonLines, Csv, Pcapng, Har, Html };

struct FormatInfo
{
    Format format;
    const char *name;       ///< as --format says it
    const char *ending;     ///< of file names, without the dot
    const char *words;      ///< for a list to choose from
    enum class Units : quint8 {
        Either,             ///< Unit says whether a line is a frame or a message
        Frames,
        Both,               ///< messages, and what is none as records
    } units;
    bool wholeConnections;  ///< would be broken by frames that are left out
};
[[nodiscard]] std::span<const FormatInfo> formats() noexcept;
[[nodiscard]] const FormatInfo &formatInfo(Format format) noexcept;
/// By its name; nothing: there is none.
[[nodiscard]] std::optional<Format> formatNamed(QStringView name) noexcept;
/// By the ending of a file's name.
[[nodiscard]] std::optional<Format> formatOfFile(const QString &path);

enum class Unit : quint8 { Frames, Messages };
enum class Secrets : quint8 { Kept, Masked };

/// What a report says of a record beside its fields.
struct ReportNote
{
    QString title;
    QString text;
    QString judgement;      ///< of this one; may be empty
    QString reference;      ///< the rule it comes from
    bool isUnusual = false;
    bool isWrong = false;
};
/// Called on the exporting thread.
using Explain = std::function<QList<ReportNote>(const capture::Record &record)>;

struct ExportOptions
{
    Format format = Format::JsonLines;
    Unit unit = Unit::Frames;
    capture::Filter filter;     ///< what does not match is left out; where wholeConnections, connections in which nothing does
    std::optional<QSet<ConnectionId>> connections{};    ///< only these, and of them what the filter lets through
    Secrets secrets = Secrets::Kept;
    Explain explain{};          ///< Html only: lesson::reportNotes()
};

struct ExportSummary
{
    quint64 written = 0;        ///< lines, packets, messages
    quint64 masked = 0;         ///< secrets
    QStringList notes;          ///< what a person should know of the result, in sentences
    QList<Error> damage;        ///< what could not be read and is missing from the result
};

/// Told now and then how many records have been looked at, of how many; false: stop.
using Progress = std::function<bool(quint64 done, quint64 total)>;

/// Writes @p document to @p out as a stream, whatever its size. For workers and the command line. Errors: Io, DiskFull, Cancelled.
[[nodiscard]] Result<ExportSummary> exportCapture(const capture::Document &document, QIODevice &out, const ExportOptions &options,
                                                  const Progress &progress = {});

enum class Overwrite : bool { No, Yes };
/// The same into the file @p path, which is there when all of it is, and not before. Errors also: InUse where it exists already.
[[nodiscard]] Result<ExportSummary> exportToFile(const capture::Document &document, const QString &path, Overwrite overwrite,
                                                 const ExportOptions &options, const Progress &progress = {});

} // namespace wsw::exchange
