#pragma once

#include "session/pairing.h"
#include "wire/traffic.h"

#include <utility>
#include <vector>

namespace wsw::session {

/// Stands between a relay and the document: counts what passes and adds round-trip times. Network thread.
class ConnectionTap final : public wire::TrafficSink
{
public:
    /// Who wants to know that the counters have moved; called once until counted() is called.
    class Listener
    {
    public:
        virtual ~Listener() = default;
        virtual void tapMoved() = 0;
    };
    /// @p inner and @p listener are not owned and must outlive this.
    ConnectionTap(wire::TrafficSink &inner, Pairing::Echo echo, Listener &listener);

    struct Counts
    {
        quint64 framesSent = 0;
        quint64 framesReceived = 0;
        quint64 bytesSent = 0;
        quint64 bytesReceived = 0;
        quint64 plainSent = 0;      ///< as bytesSent, but compressed payloads count as what they have become
        quint64 plainReceived = 0;
    };
    [[nodiscard]] const Counts &counts() const noexcept { return m_counts; }
    /// From the request handed to the far side to the last byte of the answer's head; 0: not both have passed.
    [[nodiscard]] qint64 upgradeNs() const noexcept { return m_requestSent != 0 && m_answered != 0 ? m_answered - m_requestSent : 0; }
    /// The counters have been looked at: tell again when they move.
    void counted() noexcept { m_told = false; }

    Pressure record(const wire::TrafficRecord &record) override;
    [[nodiscard]] wire::PayloadKey newPayloadKey() override { return m_inner.newPayloadKey(); }
    Pressure chunk(wire::PayloadKey payload, quint64 offset, QByteArrayView bytes, bool masked, wire::MaskingKey key) override;

private:
    void count(const wire::TrafficRecord &record) noexcept;
    [[nodiscard]] quint64 takeChunked(wire::PayloadKey payload) noexcept;

    wire::TrafficSink &m_inner;
    Listener &m_listener;
    Pairing m_trips;
    Counts m_counts;
    std::vector<std::pair<wire::PayloadKey, quint64>> m_chunked;    ///< bytes of payloads whose record is still to come
    MonotonicNs m_requestSent = 0;
    MonotonicNs m_answered = 0;
    bool m_told = false;
};

} // namespace wsw::session
