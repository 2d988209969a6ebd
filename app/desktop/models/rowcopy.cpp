#include "models/rowcopy.h"

#include "capture/document.h"
#include "models/recordsaying.h"
#include "models/logrow.h"

namespace wsw::desktop {

namespace {

/// Records that are passed over in a scan rather than beginning a new one: about a block.
constexpr quint64 widestGap = 1024;

QString lineOf(const LogRow &row, const QList<LogRow::Column> &columns)
{
    QStringList cells;
    for (const LogRow::Column column : columns)
        cells += row.text[column];
    return cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
}

/// Goes through the document once, from row to row.
class RowCopy final
{
public:
    RowCopy(const capture::Document &document, const QList<RowToCopy> &rows, const QList<LogRow::Column> &columns,
            const std::atomic_bool &cancelled)
        : m_document(document), m_rows(rows), m_columns(columns), m_cancelled(cancelled)
    {
    }

    Result<QString> run()
    {
        while (m_next < m_rows.size() && !m_cancelled) {
            const auto done = m_document.scan(begin(m_rows.at(m_next)), endOfRun(), [this](const capture::RecordView &view) {
                visit(view);
                return !m_cancelled;
            });
            // What is damaged has been visited as lost, and stands in its line.
            if (!done && done.error().kind != ErrorKind::Damaged)
                return done.error();
        }
        return m_text;
    }

private:
    static RecordId begin(const RowToCopy &row) { return row.above.isValid() ? row.above : row.record; }

    [[nodiscard]] RecordId endOfRun() const
    {
        qsizetype last = m_next;
        while (last + 1 < m_rows.size() && begin(m_rows.at(last + 1)).value() <= m_rows.at(last).record.value() + widestGap)
            ++last;
        return m_rows.at(last).record;
    }

    void visit(const capture::RecordView &view)
    {
        const RecordId id = view.header.id;
        if (m_next < m_rows.size() && id == m_rows.at(m_next).record) {
            const std::optional<MonotonicNs> above = m_rows.at(m_next).above.isValid() ? m_above : std::nullopt;
            const auto beginning = [](QByteArrayView bytes) { return bytes.first(qMin(bytes.size(), previewBytes)).toByteArray(); };
            const capture::Record record{view.header, beginning(view.payload), beginning(view.inflated)};
            const auto saying = sayingOf(record.header, record.bytes(capture::PayloadForm::Meant), m_dialects.of(m_document, record.header.connection));
            m_text += lineOf(formatRow(record, m_document.clock(), above, saying), m_columns);
            ++m_next;
        }
        if (m_next < m_rows.size() && id == m_rows.at(m_next).above)
            m_above = view.header.time;
    }

    const capture::Document &m_document;
    const QList<RowToCopy> &m_rows;
    const QList<LogRow::Column> &m_columns;
    const std::atomic_bool &m_cancelled;
    Dialects m_dialects;
    qsizetype m_next = 0;
    std::optional<MonotonicNs> m_above;
    QString m_text;
};

} // namespace

Result<QString> copiedText(const capture::Document &document, const QList<RowToCopy> &rows, const QList<LogRow::Column> &columns,
                           const std::atomic_bool &cancelled)
{
    return RowCopy(document, rows, columns, cancelled).run();
}

} // namespace wsw::desktop
