#include "exchange/csvfields.h"
#include "exchange/jsonfields.h"
#include "exchange/recordwriter.h"

namespace wsw::exchange {

namespace {

/// One line for each record or message; @p Fields writes the line itself.
template<class Fields>
class LineWriter : public RecordWriter
{
public:
    template<class... Arguments>
    LineWriter(Output &output, const ClockAnchor &clock, Arguments &&...arguments)
        : m_output(output), m_fields(output.buffer(), std::forward<Arguments>(arguments)...), m_clock(clock)
    {
    }
    void record(const capture::Record &record) override
    {
        m_fields.begin();
        putRecord(m_fields, record, m_clock);
        endLine();
    }
    void message(const Message &message) override
    {
        m_fields.begin();
        putMessage(m_fields, message, m_clock);
        endLine();
    }
    Result<> end(ExportSummary &) override { return {}; }

protected:
    virtual void endLine()
    {
        m_fields.end();
        m_output.flushIfFull();
    }

    Output &m_output;
    Fields m_fields;
    ClockAnchor m_clock;
};

class JsonLines final : public LineWriter<JsonFields>
{
    using LineWriter::LineWriter;
    void endLine() override
    {
        m_fields.end();
        m_output.buffer() += '\n';
        m_output.flushIfFull();
    }
};

class CsvTable final : public LineWriter<CsvFields>
{
public:
    CsvTable(Output &output, Unit unit, const ClockAnchor &clock)
        : LineWriter(output, clock, unit == Unit::Messages ? messageFieldNames() : recordFieldNames())
    {
    }
    void begin() override { m_fields.head(); }
};

} // namespace

std::unique_ptr<RecordWriter> lineWriter(Output &output, const ExportOptions &options, const ClockAnchor &clock)
{
    if (options.format == Format::Csv)
        return std::make_unique<CsvTable>(output, options.unit, clock);
    return std::make_unique<JsonLines>(output, clock);
}

} // namespace wsw::exchange
