#include "net/relayclose.h"

#include <QtEndian>

#include <algorithm>
#include <utility>

namespace wsw::net {

QByteArray closePayload(quint16 code, QByteArrayView reason)
{
    if (code == 0)
        return {};
    qsizetype length = std::min(reason.size(), closeReasonBytes);
    const auto isContinuation = [](char byte) { return (static_cast<uchar>(byte) & 0xc0) == 0x80; };
    while (length < reason.size() && length > 0 && isContinuation(reason[length]))
        --length;
    QByteArray payload(2, Qt::Uninitialized);
    qToBigEndian(code, payload.data());
    return payload + reason.first(length).toByteArray();
}

RelayClose::Order RelayClose::closeSent()
{
    m_sentFirst = !m_received;
    m_sent = true;
    return decide();
}

RelayClose::Order RelayClose::failed()
{
    m_failed = true;
    return decide();
}

RelayClose::Order RelayClose::closeReceived()
{
    m_received = true;
    return decide();
}

RelayClose::Order RelayClose::farReadEnded()
{
    m_peerFin = true;
    return decide();
}

RelayClose::Order RelayClose::nearReadEnded()
{
    m_nearFin = true;
    return decide();
}

RelayClose::Order RelayClose::nearEnded()
{
    m_nearFin = m_nearGone = true;
    return decide();
}

RelayClose::Order RelayClose::decide()
{
    const bool ownNear = m_mode == RelayMode::Host || m_mode == RelayMode::Client;
    if (m_peerFin) {
        // A third program may still have something to say to a peer that only reads (half-close).
        if (m_mode == RelayMode::Proxy && !m_nearFin)
            return Order::Nothing;
        return Order::EndTcp;
    }
    if (m_failed && m_sent)
        return std::exchange(m_finOrdered, true) ? Order::Nothing : Order::SendFin;
    if (m_sent && m_received)
        return m_mode == RelayMode::Host && !std::exchange(m_finOrdered, true) ? Order::SendFin : Order::Nothing;
    if (m_nearGone) {
        if (m_received && ownNear)
            return Order::AnswerClose;
        return m_sent ? Order::Nothing : Order::EndTcp;
    }
    if (m_nearFin && !m_sent && m_mode == RelayMode::Proxy && !std::exchange(m_finOrdered, true))
        return Order::SendFin;
    return Order::Nothing;
}

RelayClose::Order RelayClose::timedOut()
{
    if (m_peerFin)
        return Order::EndTcp;
    if (m_sent && m_received) {
        m_peerKeptTcp = true;
        return Order::EndTcp;
    }
    if (m_sent) {
        m_peerWasSilent = true;
        return Order::EndTcp;
    }
    if (m_received)
        return Order::AnswerClose;
    return Order::EndTcp;
}

int RelayClose::timerMs() const noexcept
{
    if (m_sent || m_peerFin)
        return m_timeoutMs;
    if (m_received)
        return m_mode == RelayMode::Host || m_mode == RelayMode::Client ? speakerAnswerMs : 0;
    return 0;
}

} // namespace wsw::net
