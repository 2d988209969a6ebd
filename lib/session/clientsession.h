#pragma once

#include "net/dialler.h"
#include "net/nearlistener.h"
#include "session/endpoint.h"

#include <QBasicTimer>
#include <QWebSocket>

namespace wsw::session {

/// What dialling and opening need of a client's options. They must have been checked: see checkTarget().
[[nodiscard]] net::DialOptions dialOptions(const ClientOptions &options, const CheckedUrl &url);
[[nodiscard]] net::RelayOptions relayOptions(const ClientOptions &options, const CheckedUrl &url, net::RelayMode mode);
/// As ConnectionInfo::phases has them.
[[nodiscard]] QJsonObject phasesOf(const net::DialTimes &times, const ClientOptions &options);
/// The URL; the Error is of the URL or of the outgoing proxy.
[[nodiscard]] Result<CheckedUrl> checkTarget(const ClientOptions &options);

/// A client: dials, opens, and lets a QWebSocket of its own speak. Also the raw session, where the user speaks. Network thread.
class ClientSession final : public Endpoint, private net::DiallerHandler, private net::NearListenerHandler
{
    Q_OBJECT
public:
    ClientSession(WorkbenchCore &core, EndpointId id, ClientOptions options);
    ClientSession(WorkbenchCore &core, EndpointId id, RawOptions options);
    ~ClientSession() override;

    void start(quint16 port) override;
    void setEchoBack(bool on) override;

    void connectionOpened(Connection &connection) override;
    void connectionChanged(Connection &connection) override;
    void connectionEnded(Connection &connection) override;

protected:
    void stopBringing() override;
    void handle(Connection &connection, const QString &text) override;
    void handle(Connection &connection, const QByteArray &binary) override;
    void timerEvent(QTimerEvent *event) override;

private:
    ClientSession(WorkbenchCore &core, EndpointId id, EndpointKind kind, ClientOptions options);
    void dialled(std::unique_ptr<net::ByteStream> stream, const net::DialTimes &times) override;
    void dialFailed(const Error &error, const net::DialTimes &times) override;
    void nearAccepted(std::unique_ptr<net::ByteStream> stream) override;
    void openSpeaker();
    void speakerFailed(const Error &error);
    void ping();

    ClientOptions m_options;
    net::RelayOptions::Opening m_opening = net::RelayOptions::Opening::Handshake;
    CheckedUrl m_url;
    bool m_echoBack = false;
    Connection *m_connection = nullptr;
    std::unique_ptr<net::Dialler> m_dialler;
    std::unique_ptr<net::NearListener> m_nearListener;
    MonotonicNs m_began = 0;
    QBasicTimer m_pingTimer;
    QBasicTimer m_speakerTimer;             ///< until the speaker has reached its relay, whose own time-out runs from then on
    quint64 m_pings = 0;
};

} // namespace wsw::session
