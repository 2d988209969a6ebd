#include "models/rowcopy.h"

#include "capture/document.h"
#include "models/kindhistory.h"
#include "models/logrow.h"
#include "models/messagesummary.h"
#include "models/recordsaying.h"

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
            const std::atomic_bool &cancelled, capture::FilterIndex::Rows stand)
        : m_document(document), m_rows(rows), m_columns(columns), m_cancelled(cancelled), m_stand(stand)
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
            LogRow row = format(view, above);
            if (m_columns.contains(LogRow::KindDelta)) {
                // What cannot be read is left out here; the scan itself comes across it as well.
                const auto before = findKindBefore(m_document, view.header, m_cancelled);
                row.text[LogRow::KindDelta] = before ? kindDeltaText(view.header, *before) : QString();
            }
            m_text += lineOf(row, m_columns);
            ++m_next;
        }
        if (m_next < m_rows.size() && id == m_rows.at(m_next).above)
            m_above = view.header.time;
    }

    LogRow format(const capture::RecordView &view, const std::optional<MonotonicNs> &above)
    {
        const auto beginning = [](QByteArrayView bytes) { return bytes.first(qMin(bytes.size(), previewBytes)).toByteArray(); };
        const capture::Record record{view.header, beginning(view.payload), beginning(view.inflated), view.note != nullptr ? std::optional(*view.note) : std::nullopt};
        const auto saying = [this](const capture::Record &of) {
            return sayingOf(of.header, of.bytes(capture::PayloadForm::Meant), m_dialects.of(m_document, of.header.connection));
        };
        if (m_stand == capture::FilterIndex::Rows::Frames || !beginsFragments(view.header))
            return formatRow(record, m_document.clock(), above, saying(record));
        MessageSummary message;
        message.upTo = view.header.id;
        const quint64 received = m_document.received();
        while ((message.frames == 0 || !message.isUpToDate(received)) && !m_cancelled) {
            if (!extend(message, m_document, m_cancelled))
                break;
        }
        return formatMessage(message, m_document.clock(), above, saying(message.whole));
    }

    const capture::Document &m_document;
    const QList<RowToCopy> &m_rows;
    const QList<LogRow::Column> &m_columns;
    const std::atomic_bool &m_cancelled;
    const capture::FilterIndex::Rows m_stand;
    Dialects m_dialects;
    qsizetype m_next = 0;
    std::optional<MonotonicNs> m_above;
    QString m_text;
};

} // namespace

Result<QString> copiedText(const capture::Document &document, const QList<RowToCopy> &rows, const QList<LogRow::Column> &columns,
                           const std::atomic_bool &cancelled, capture::FilterIndex::Rows stand)
{
    return RowCopy(document, rows, columns, cancelled, stand).run();
}

} // namespace wsw::desktop
