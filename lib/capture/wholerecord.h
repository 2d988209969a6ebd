#pragma once

#include "capture/document.h"
#include "capture/filter.h"

namespace wsw::capture {

/// A record with the bytes that a filter asks for: of a chunked payload a view has only the first. For workers.
class WholeRecord final
{
public:
    /// Of a larger payload only so much is read.
    static constexpr qsizetype mostBytes = 64 * 1024 * 1024;
    /// What the view is for.
    enum class For : quint8 { Header, Payload };

    /// @p record and @p document must live as long.
    WholeRecord(const Document &document, const RecordView &record, For what) : m_record(record)
    {
        constexpr auto chunked = wire::RecordFlags(wire::RecordFlag::Chunked) | wire::RecordFlag::InflatedChunked;
        if (what == For::Header || !record.header.flags.testAnyFlags(chunked))
            return;
        m_payload = document.readPayload(record.header.id, 0, mostBytes, PayloadForm::Wire);
        m_inflated = document.readPayload(record.header.id, 0, mostBytes, PayloadForm::Inflated);
        m_isCutOff = isUnreadNow(m_payload) || isUnreadNow(m_inflated);
        if (m_payload)
            m_record.payload = *m_payload;
        if (m_inflated)
            m_record.inflated = *m_inflated;
    }
    WholeRecord(const WholeRecord &) = delete;
    WholeRecord &operator=(const WholeRecord &) = delete;

    /// Something could not be read that may be read later; what is damaged is lost for good.
    [[nodiscard]] bool isCutOff() const noexcept { return m_isCutOff; }
    /// What could not be read is as in the record that was given.
    [[nodiscard]] const RecordView &view() const noexcept { return m_record; }

private:
    [[nodiscard]] static bool isUnreadNow(const Result<QByteArray> &bytes) { return !bytes && bytes.error().kind != ErrorKind::Damaged; }

    RecordView m_record;
    Result<QByteArray> m_payload{QByteArray()};
    Result<QByteArray> m_inflated{QByteArray()};
    bool m_isCutOff = false;
};

/// What @p filter asks for.
[[nodiscard]] inline WholeRecord::For neededFor(const Filter &filter) noexcept
{
    return filter.readsPayload() ? WholeRecord::For::Payload : WholeRecord::For::Header;
}

} // namespace wsw::capture
