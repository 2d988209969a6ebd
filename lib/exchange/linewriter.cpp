#include "exchange/csvfields.h"
#include "exchange/jsonfields.h"
#include "exchange/recordwriter.h"

namespace wsw::exchange {

namespace {

class JsonLines final : public RecordWriter
{
public:
    JsonLines(Output &output, const ClockAnchor &clock) : m_output(output), m_fields(output.buffer()), m_clock(clock) {}
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

private:
    void endLine()
    {
        m_fields.end();
        m_output.buffer() += '\n';
        m_output.flushIfFull();
    }

    Output &m_output;
    JsonFields m_fields;
    ClockAnchor m_clock;
};

class CsvTable final : public RecordWriter
{
public:
    CsvTable(Output &output, Unit unit, const ClockAnchor &clock)
        : m_output(output), m_fields(output.buffer(), unit == Unit::Messages ? messageFieldNames() : recordFieldNames()), m_clock(clock)
    {
    }
    void begin() override { m_fields.head(); }
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

private:
    void endLine()
    {
        m_fields.end();
        m_output.flushIfFull();
    }

    Output &m_output;
    CsvFields m_fields;
    ClockAnchor m_clock;
};

} // namespace

std::unique_ptr<RecordWriter> lineWriter(Output &output, const ExportOptions &options, const ClockAnchor &clock)
{
    if (options.format == Format::Csv)
        return std::make_unique<CsvTable>(output, options.unit, clock);
    return std::make_unique<JsonLines>(output, clock);
}

} // namespace wsw::exchange
