#pragma once

#include "net/relay.h"
#include "session/connectiontap.h"
#include "session/types.h"

#include <QObject>
#include <QPointer>
#include <QWebSocket>

#include <memory>

namespace wsw::capture {
class Document;
struct ConnectionInfo;
}

namespace wsw::session {

class Connection;
class WorkbenchCore;

/// Who has a Connection (its endpoint). Network thread.
class ConnectionOwner
{
public:
    virtual ~ConnectionOwner() = default;
    /// A hosted connection wants a speaker: see Relay::openNearSocket().
    virtual void connectionUpgrade(Connection &connection) = 0;
    /// Messages can be sent.
    virtual void connectionOpened(Connection &connection) = 0;
    virtual void connectionChanged(Connection &connection) = 0;
    /// Much waits to be sent (true), or nothing any more (false).
    virtual void connectionPressure(Connection &connection, bool high) = 0;
    virtual void connectionMessage(Connection &connection, const QString &text) = 0;
    virtual void connectionMessage(Connection &connection, const QByteArray &binary) = 0;
    /// The last call; the connection goes with the event loop's next turn.
    virtual void connectionEnded(Connection &connection) = 0;
};

/// What distinguishes a connection when it is made.
struct ConnectionSetup
{
    net::RelayOptions relay;
    EndpointId endpoint;
    EndpointKind endpointKind = EndpointKind::Client;
    QString endpointName;
    QString name;               ///< "client 1"
    QString url;
    bool secure = false;
    QJsonObject phases;         ///< connect phases so far, in ns
    MonotonicNs began = 0;      ///< when connecting began; 0: accepted
};

/// One connection of an endpoint: its relay, its speaker where it has one, its counters and what is known of it. Network thread.
class Connection final : public QObject, private net::RelayObserver, private ConnectionTap::Listener
{
    Q_OBJECT
public:
    Connection(WorkbenchCore &core, ConnectionOwner &owner, ConnectionSetup setup, std::unique_ptr<net::ByteStream> far);
    ~Connection() override;

    [[nodiscard]] net::Relay &relay() noexcept { return *m_relay; }
    [[nodiscard]] const net::Relay &relay() const noexcept { return *m_relay; }
    [[nodiscard]] ConnectionId id() const noexcept { return m_id; }
    void start() { m_relay->start(); }

    /// The QWebSocket that speaks on it (not owned by this where it has a parent). Connects its signals.
    void setSpeaker(QWebSocket *speaker);
    [[nodiscard]] QWebSocket *speaker() const { return m_speaker; }
    /// Hands a message to the speaker as one frame. Ignored while it cannot speak.
    void say(const QString &text);
    void say(const QByteArray &binary);

    /// Sends; the Error says what does not do about @p outgoing or about the connection's state.
    [[nodiscard]] Result<> send(const Outgoing &outgoing);
    void close(quint16 code, const QString &reason = {});
    void ping(const QByteArray &payload);

    /// The connection as the window shows it now.
    [[nodiscard]] ConnectionStatus status() const;
    /// Counters may be told again; see WorkbenchCore.
    void counted() noexcept { m_tap.counted(); }
    [[nodiscard]] bool isOpen() const noexcept { return m_state == EndpointState::Open; }
    [[nodiscard]] bool isUnderPressure() const noexcept { return m_pressure; }
    /// It has been open at some time.
    [[nodiscard]] bool wasOpen() const noexcept { return m_wasOpen; }
    /// Takes a sample of the kernel's view into the document, where frames have passed since the last.
    void sampleTcp();

private:
    void relayUpgrade(net::Relay &relay) override;
    void relayChanged(net::Relay &relay) override;
    void relayPressure(net::Relay &relay, bool high) override;
    void relayFailing(net::Relay &relay) override;
    void relayEnded(net::Relay &relay) override;
    void tapMoved() override;

    void opened();
    void becomeOpen();
    void heard();
    void handshakeDone();
    void speakerWritten();
    void setPressure(bool high);
    [[nodiscard]] capture::ConnectionInfo info() const;
    void putInfo();
    [[nodiscard]] Result<> sendMessage(const Outgoing &outgoing);
    [[nodiscard]] Result<> sendControl(const Outgoing &outgoing);
    [[nodiscard]] Result<> sendClose(const Outgoing &outgoing);
    [[nodiscard]] bool isCompressed(const Outgoing &outgoing) const;
    void sendFrames(const Outgoing &outgoing);
    void writeFrame(wire::Opcode opcode, wire::Fin fin, QByteArrayView payload, net::Relay::Marking marking);
    [[nodiscard]] bool speaks() const;
    [[nodiscard]] bool maySpeak() const;

    WorkbenchCore &m_core;
    ConnectionOwner &m_owner;
    ConnectionId m_id;
    EndpointId m_endpoint;
    EndpointKind m_endpointKind;
    std::shared_ptr<capture::Document> m_document;
    ConnectionTap m_tap;
    std::unique_ptr<net::Relay> m_relay;
    QPointer<QWebSocket> m_speaker;
    EndpointState m_state = EndpointState::Connecting;
    bool m_secure;
    bool m_pressure = false;
    bool m_handshakeDone = false;
    bool m_wasOpen = false;
    bool m_failing = false;         ///< the relay's failing Close waits for the speaker
    quint64 m_heard = 0;            ///< messages that the speaker has delivered, and that have been handled
    quint64 m_handed = 0;           ///< messages handed to the speaker, see Relay::spoken()
    quint64 m_sampledFrames = 0;
    QString m_endpointName;
    QString m_name;
    QString m_url;
    QString m_local;    ///< as m_peer kept: a socket that is closed has none
    QString m_peer;
    QJsonObject m_tls;  ///< as well
    QString m_subprotocol;
    QString m_extensions;
    QJsonObject m_phases;
    MonotonicNs m_began = 0;
    MonotonicNs m_opened = 0;
    MonotonicNs m_closed = 0;
};

} // namespace wsw::session
