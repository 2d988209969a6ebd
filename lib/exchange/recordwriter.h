#pragma once

#include "base/result.h"
#include "capture/record.h"
#include "exchange/messages.h"
#include "exchange/exporter.h"
#include "exchange/output.h"

#include <memory>

namespace wsw::exchange {

/// Writes one format: begin(), what the unit says, end(). Where FormatInfo::unit is Both, message() is called for data messages and
/// record() for everything else.
class RecordWriter
{
public:
    virtual ~RecordWriter() = default;
    virtual void begin() {}
    /// Unit::Frames: every record that is to be written.
    virtual void record(const capture::Record &record) = 0;
    /// Unit::Messages, each when its last frame has come.
    virtual void message(const Message &message) = 0;
    /// Adds to @p summary what only the writer knows.
    virtual Result<> end(ExportSummary &summary) = 0;
};

/// One line of text for each.
[[nodiscard]] std::unique_ptr<RecordWriter> lineWriter(Output &output, const ExportOptions &options, const ClockAnchor &clock);
/// Packets as they might have crossed a wire; frames only, and whole connections.
[[nodiscard]] std::unique_ptr<RecordWriter> pcapngWriter(Output &output, const ExportOptions &options, const capture::Document &document);
/// A page that holds all it needs; frames only.
[[nodiscard]] std::unique_ptr<RecordWriter> htmlWriter(Output &output, const ExportOptions &options, const capture::Document &document);
/// Entries with messages; both record() and message() are called.
[[nodiscard]] std::unique_ptr<RecordWriter> harWriter(Output &output, const ExportOptions &options, const capture::Document &document);

} // namespace wsw::exchange
