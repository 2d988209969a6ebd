#pragma once

#include "base/result.h"
#include "session/pairing.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace wsw::capture {
class Document;
}

namespace wsw::exchange {

/// Records into a document from one thread that may wait for the disk: where the document says Hold, the next call waits. Adds the
/// round trips of Pings.
class ImportSink final : public wire::TrafficSink
{
public:
    /// @p document must outlive this.
    explicit ImportSink(capture::Document &document);
    ~ImportSink() override;

    Pressure record(const wire::TrafficRecord &record) override;
    [[nodiscard]] wire::PayloadKey newPayloadKey() override;
    Pressure chunk(wire::PayloadKey payload, quint64 offset, QByteArrayView bytes, bool masked, wire::MaskingKey key) override;

    [[nodiscard]] quint64 records() const noexcept { return m_records; }
    /// Nothing more will be seen of a connection.
    void forget(ConnectionId connection) { m_trips.erase(connection.value()); }
    /// Why nothing can be written any more.
    [[nodiscard]] std::optional<Error> failure() const;

private:
    void waitWhile(Pressure pressure);

    capture::Document &m_document;
    std::unordered_map<quint32, session::Pairing> m_trips;
    quint64 m_records = 0;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_resumed = false;
    std::optional<Error> m_failure;
};

} // namespace wsw::exchange
