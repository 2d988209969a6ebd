#pragma once

#include "capture/connectioninfo.h"
#include "net/relaydirection.h"
#include "wire/head.h"

#include <functional>
#include <memory>

namespace wsw::exchange {

/// How a direction ends whose end is in no packet.
inline constexpr QByteArrayView notSeen = "the end was not captured";

/// Reads what two others said to each other, both directions of one TCP connection, and records it as live traffic is recorded: heads,
/// frames, findings. The client's side counts as this program's. Sans-I/O.
class Conversation final
{
public:
    enum class Side : quint8 { Client, Server };
    enum class Kind : quint8 { Undecided, WebSocket, Other };
    /// @p newId is asked when it has turned out to be a WebSocket. @p sink must outlive this.
    Conversation(wire::TrafficSink &sink, std::function<ConnectionId()> newId);
    ~Conversation();

    /// Bytes in order. After a gap they begin where a segment began.
    void bytes(Side side, QByteArrayView bytes, MonotonicNs time);
    void gap(Side side, quint64 missing, MonotonicNs time);
    /// @p how as in the records of live traffic.
    void end(Side side, const QString &how, MonotonicNs time, net::RelayDirection::MissingClose missingClose);

    [[nodiscard]] Kind kind() const noexcept { return m_kind; }
    /// What is known of the connection from what was said: id, url, subprotocol, extensions. WebSocket only.
    [[nodiscard]] const capture::ConnectionInfo &info() const noexcept { return m_info; }

private:
    void request(QByteArrayView bytes, MonotonicNs time);
    void response(QByteArrayView bytes, MonotonicNs time);
    void accept(MonotonicNs time);
    void open();
    void frames(Side side, QByteArrayView bytes, MonotonicNs time);
    void raw(Side side, QByteArrayView bytes, MonotonicNs time);
    [[nodiscard]] bool looksLikeFrames(Side side, QByteArrayView bytes) const;
    [[nodiscard]] net::RelayDirection &direction(Side side) { return side == Side::Client ? *m_client : *m_server; }

    wire::TrafficSink &m_sink;
    std::function<ConnectionId()> m_newId;
    Kind m_kind = Kind::Undecided;
    enum class Stage : quint8 { Request, Response, Frames, Body, Unreadable } m_stage = Stage::Request;
    capture::ConnectionInfo m_info;
    wire::HeadParser m_requestHead{wire::Head::Kind::Request};
    wire::HeadParser m_responseHead{wire::Head::Kind::Response};
    MonotonicNs m_headStart = 0;
    QByteArray m_early;         ///< what the client sent before it had an answer
    MonotonicNs m_earlyTime = 0;
    bool m_compressed = false;
    std::unique_ptr<net::RelayRecorder> m_recorder;
    std::unique_ptr<net::RelayDirection> m_client;
    std::unique_ptr<net::RelayDirection> m_server;
};

} // namespace wsw::exchange
