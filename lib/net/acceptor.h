#pragma once

#include "net/ports.h"

#include <QHostAddress>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

namespace wsw::net {

class EpollLoop;

/// So long accepting rests where the system has no descriptor left: trying again at once would only burn time.
inline constexpr int acceptRestMs = 100;

/// Listens on one numeric address and hands over the descriptors of what connects. Deleting it stops listening.
class Acceptor
{
public:
    /// What became of listening.
    struct Failure
    {
        BindFailure why = BindFailure::Other;
        QString systemText;
    };
    /// A connected descriptor, to be taken over; -1: the system has none left (@p systemText), and accepting rests for a moment.
    using Accepted = std::function<void(qintptr descriptor, const QString &systemText)>;

    virtual ~Acceptor() = default;
    /// @returns nothing on success.
    [[nodiscard]] virtual std::optional<Failure> listen(const QHostAddress &address, quint16 port) = 0;
    [[nodiscard]] virtual quint16 port() const = 0;
    [[nodiscard]] virtual QHostAddress address() const = 0;
};

/// In @p loop where there is one, else over QTcpServer. @p accepted may delete the acceptor.
[[nodiscard]] std::unique_ptr<Acceptor> makeAcceptor(EpollLoop *loop, Acceptor::Accepted accepted);

} // namespace wsw::net
