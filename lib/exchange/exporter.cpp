#include "exchange/exporter.h"

#include "capture/document.h"
#include "exchange/recordwriter.h"
#include "exchange/records.h"
#include "exchange/secrets.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>
#include <array>

namespace wsw::exchange {

namespace {

constexpr std::array formatTable{
    FormatInfo{Format::JsonLines, "jsonl", "jsonl", "JSON Lines: one object a line", FormatInfo::Units::Either, false},
    FormatInfo{Format::Csv, "csv", "csv", "CSV: a table", FormatInfo::Units::Either, false},
    FormatInfo{Format::Pcapng, "pcapng", "pcapng", "pcapng: packets for Wireshark", FormatInfo::Units::Frames, true},
    FormatInfo{Format::Har, "har", "har", "HAR: messages for browsers", FormatInfo::Units::Both, false},
    FormatInfo{Format::Html, "html", "html", "HTML: a page to read, with explanations", FormatInfo::Units::Frames, false},
};

/// Whoever watches is told once in so many records.
constexpr quint64 recordsPerReport = 4096;

std::unique_ptr<RecordWriter> writerFor(Output &output, const ExportOptions &options, const capture::Document &document)
{
    switch (options.format) {
    case Format::JsonLines:
    case Format::Csv: return lineWriter(output, options, document.clock());
    case Format::Pcapng: return pcapngWriter(output, options, document);
    case Format::Har: return harWriter(output, options, document);
    case Format::Html: return htmlWriter(output, options, document);
    }
    Q_UNREACHABLE();
}

bool choosesConnections(const ExportOptions &options)
{
    return formatInfo(options.format).wholeConnections && !options.filter.matchesEverything();
}

/// A secret may cross from one frame into the next: only where frames are written as they are does anybody have to look ahead for that.
bool looksAhead(const ExportOptions &options)
{
    return options.secrets == Secrets::Masked && options.unit == Unit::Frames && formatInfo(options.format).units != FormatInfo::Units::Both;
}

/// Tells whoever watches how far several passes over one document are, all of them together.
class Passes final
{
public:
    Passes(const capture::Document &document, const Progress &progress, quint64 passes) : m_progress(progress), m_records(document.received()), m_passes(passes) {}

    void next() noexcept { ++m_done; }
    /// Before each record of a pass; false: stop.
    [[nodiscard]] bool goesOn(RecordId record)
    {
        if (record.value() % recordsPerReport == 0 && m_progress && !m_progress(m_done * m_records + record.value(), m_passes * m_records))
            m_stopped = true;
        return !m_stopped;
    }
    [[nodiscard]] bool stopped() const noexcept { return m_stopped; }

private:
    const Progress &m_progress;
    quint64 m_records;
    quint64 m_passes;
    quint64 m_done = 0;
    bool m_stopped = false;
};

/// The connections, of those that are wanted, in which something matches.
QSet<ConnectionId> matchingConnections(const capture::Document &document, const ExportOptions &options, Passes &passes)
{
    QSet<ConnectionId> found;
    // What cannot be read is told by the pass that writes.
    std::ignore = forEachRecord(document, [&](const capture::Record &record) {
        if (!passes.goesOn(record.header.id))
            return false;
        const bool wanted = !options.connections || options.connections->contains(record.header.connection);
        if (wanted && !found.contains(record.header.connection) && options.filter.matches(viewOf(record)))
            found.insert(record.header.connection);
        return true;
    });
    return found;
}

Error exportCancelled()
{
    return {ErrorKind::Cancelled, QStringLiteral("The export was cancelled."), {}, {}};
}

/// One pass over the document into a writer.
class Export final
{
public:
    Export(const capture::Document &document, const ExportOptions &options, RecordWriter &writer, Output &output, Passes &passes)
        : m_document(document), m_options(options), m_writer(writer), m_output(output), m_passes(passes),
          m_gatherer(document, Payloads::Read, [this](Message &message) { take(message); })
    {
    }

    Result<ExportSummary> run()
    {
        if (looksAhead(m_options)) {
            if (!m_masker.prepare(m_document, [this](RecordId record) { return m_passes.goesOn(record); }))
                return exportCancelled();
            m_passes.next();
        }
        m_writer.begin();
        const Result<> read = forEachRecord(m_document, [this](const capture::Record &record) { return take(record); });
        if (m_passes.stopped())
            return exportCancelled();
        m_gatherer.end();
        if (!read && read.error().kind != ErrorKind::Damaged)
            return read.error();
        if (!read)
            m_summary.damage.append(read.error());
        m_summary.masked += m_masker.masked();
        if (m_binaryMasked) {
            m_summary.notes += QStringLiteral("Binary messages were searched for secrets as if they were text: what MessagePack, CBOR or Protocol Buffers "
                                              "hold may still be there.");
        }
        if (const Result<> ended = m_writer.end(m_summary); !ended)
            return ended.error();
        return m_summary;
    }

private:
    bool take(const capture::Record &record)
    {
        if (!m_passes.goesOn(record.header.id))
            return false;
        const bool matches = (!m_options.connections || m_options.connections->contains(record.header.connection))
            && m_options.filter.matches(viewOf(record));
        const bool isFrame = record.header.kind == wire::RecordKind::Frame;
        const bool inMessage = isFrame && record.header.message.isValid();
        const bool lost = record.header.integrity == capture::Integrity::Lost;
        m_binaryMasked |= m_options.secrets == Secrets::Masked && matches && isFrame && !lost && record.header.frame.opcode == wire::Opcode::Binary;
        if (m_units == FormatInfo::Units::Both && lost)
            m_gatherer.take(record);
        if (m_units == FormatInfo::Units::Both ? inMessage : m_options.unit == Unit::Messages) {
            m_gatherer.take(record, matches);
        } else if (matches || isHeadOfAll(record)) {
            capture::Record written = record;
            if (m_options.secrets == Secrets::Masked)
                m_masker.mask(written);
            m_writer.record(written);
            ++m_summary.written;
        }
        return !m_output.failed();
    }

    /// Messages mean little without the request that they follow from.
    [[nodiscard]] bool isHeadOfAll(const capture::Record &record) const
    {
        return m_units == FormatInfo::Units::Both && record.header.kind != wire::RecordKind::Frame;
    }

    void take(Message &message)
    {
        if (!message.matches)
            return;
        if (m_options.secrets == Secrets::Masked) {
            const std::vector<Range> secrets = secretsInText(message.payload);
            maskRanges(message.payload, secrets);
            m_summary.masked += secrets.size() + maskNote(message);
        }
        m_writer.message(message);
        ++m_summary.written;
    }

    /// Returns how many secrets there were.
    static size_t maskNote(Message &message)
    {
        const std::vector<Range> secrets = message.note ? secretsInText(*message.note) : std::vector<Range>();
        if (!secrets.empty())
            maskRanges(*message.note, secrets);
        return secrets.size();
    }

    const capture::Document &m_document;
    const ExportOptions &m_options;
    RecordWriter &m_writer;
    Output &m_output;
    Passes &m_passes;
    FormatInfo::Units m_units = formatInfo(m_options.format).units;
    SecretMasker m_masker;
    MessageGatherer m_gatherer;
    ExportSummary m_summary;
    bool m_binaryMasked = false;
};

} // namespace

std::span<const FormatInfo> formats() noexcept { return formatTable; }

const FormatInfo &formatInfo(Format format) noexcept { return formatTable.at(static_cast<size_t>(format)); }

std::optional<Format> formatNamed(QStringView name) noexcept
{
    const auto found = std::ranges::find_if(formatTable, [name](const FormatInfo &info) { return name == QLatin1String(info.name); });
    return found == formatTable.end() ? std::nullopt : std::optional(found->format);
}

std::optional<Format> formatOfFile(const QString &path)
{
    const QString ending = QFileInfo(path).suffix().toLower();
    const auto found = std::ranges::find_if(formatTable, [&ending](const FormatInfo &info) { return ending == QLatin1String(info.ending); });
    return found == formatTable.end() ? std::nullopt : std::optional(found->format);
}

Result<ExportSummary> exportCapture(const capture::Document &document, QIODevice &out, const ExportOptions &options, const Progress &progress)
{
    Output output(out);
    ExportOptions chosen = options;
    Passes passes(document, progress, 1 + (choosesConnections(options) ? 1 : 0) + (looksAhead(options) ? 1 : 0));
    if (choosesConnections(options)) {
        chosen.connections = matchingConnections(document, options, passes);
        if (passes.stopped())
            return exportCancelled();
        passes.next();
    }
    if (formatInfo(options.format).wholeConnections)
        chosen.filter = {};
    const std::unique_ptr<RecordWriter> writer = writerFor(output, chosen, document);
    Result<ExportSummary> summary = Export(document, chosen, *writer, output, passes).run();
    if (summary && formatInfo(options.format).wholeConnections && chosen.connections) {
        summary->notes += QStringLiteral("%1 holds whole connections: %2 of %3, those in which something matches.")
                              .arg(QLatin1String(formatInfo(chosen.format).name))
                              .arg(chosen.connections->size())
                              .arg(document.connections().size());
    }
    const Result<> written = output.finish();
    return written || !summary ? summary : Result<ExportSummary>(written.error());
}

Result<ExportSummary> exportToFile(const capture::Document &document, const QString &path, Overwrite overwrite, const ExportOptions &options,
                                   const Progress &progress)
{
    const QString name = QDir::toNativeSeparators(path);
    if (overwrite == Overwrite::No && QFileInfo::exists(path)) {
        return Error{ErrorKind::InUse, QStringLiteral("There is already a file \"%1\".").arg(name),
                     QStringLiteral("Choose another name, or ask for it to be replaced."), {}};
    }
    if (QFileInfo::exists(path) && QFileInfo(path).canonicalFilePath() == QFileInfo(document.path()).canonicalFilePath())
        return Error{ErrorKind::InUse, QStringLiteral("\"%1\" is the capture itself.").arg(name), QStringLiteral("Choose another name."), {}};
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        return Error{ErrorKind::Permission, QStringLiteral("\"%1\" cannot be written: %2.").arg(name, file.errorString()),
                     QStringLiteral("Choose a folder that exists and that you may write to."), {}};
    }
    Result<ExportSummary> summary = exportCapture(document, file, options, progress);
    if (!summary) {
        file.cancelWriting();
        return summary;
    }
    if (!file.commit()) {
        return Error{ErrorKind::Io, QStringLiteral("\"%1\" could not be written: %2.").arg(name, file.errorString()),
                     QStringLiteral("Check that there is space on the disk."), {}};
    }
    return summary;
}

} // namespace wsw::exchange
