#pragma once

#include "net/listener.h"
#include "session/endpoint.h"

namespace wsw::session {

/// Stands between a third program and an endpoint: accepts, dials the target for each connection, and relays. Where the target cannot
/// be reached nothing crosses the far side, and what is recorded is the near one: the program's request, and our answer to it (502).
/// Network thread.
class ProxySession final : public Endpoint, private net::ListenerHandler
{
    Q_OBJECT
public:
    ProxySession(WorkbenchCore &core, EndpointId id, ProxyOptions options);
    ~ProxySession() override;

    void start(quint16 port) override;

protected:
    void stopBringing() override;

private:
    class Passage;

    void accepted(std::unique_ptr<net::ByteStream> stream) override;
    void acceptFailed(const QString &peer, const Error &error) override;
    void acceptStalled(const std::optional<Error> &error) override { stall(error); }
    void passed(Passage &passage, std::unique_ptr<net::ByteStream> far, const QJsonObject &phases);
    void notPassed(Passage &passage, const Error &error, const QJsonObject &phases);
    [[nodiscard]] ConnectionSetup setupOf(const QJsonObject &phases);
    void forget(Passage &passage);

    ProxyOptions m_options;
    CheckedUrl m_target;
    std::unique_ptr<net::Listener> m_listener;
    std::vector<std::unique_ptr<Passage>> m_passages;   ///< accepted, the target still being dialled
};

} // namespace wsw::session
