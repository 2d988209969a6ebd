#pragma once

#include "base/clock.h"
#include "base/direction.h"
#include "base/id.h"

#include <QJsonObject>
#include <QString>

namespace wsw::capture {

/// What a capture knows of one connection beside its records.
struct ConnectionInfo
{
    ConnectionId id;
    Role localRole = Role::Client;  ///< which end this program played (a proxy plays the client towards the far side)
    QString endpoint;               ///< name of the endpoint, as in the Endpoints tree; several may have the same
    EndpointId endpointId;          ///< which endpoint; none: the file does not say
    QString endpointKind;           ///< "host", "client", "proxy" or "raw"; empty: the file does not say
    QString name;                   ///< e.g. "client 1"
    QString url;                    ///< ws:// or wss://
    QString localAddress;           ///< host:port
    QString peerAddress;            ///< host:port
    QString subprotocol;
    QString extensions;
    MonotonicNs opened = 0;         ///< TCP established
    MonotonicNs closed = 0;         ///< 0 while open
    QString closeText;              ///< how it ended, for a person
    QJsonObject tls;                ///< protocol, cipher, chain; empty for plain TCP
    QJsonObject phases;             ///< connect phases in ns: dns, tcp, proxy, tls, upgrade; "via": the outgoing proxy; "failed": the
                                    ///< last one that was reached, its time until then
};

/// The kernel's view of a connection at one moment (TCP_INFO).
struct TcpSample
{
    ConnectionId connection;
    MonotonicNs time = 0;
    qint64 rttNs = 0;               ///< smoothed
    qint64 rttVarNs = 0;
    quint32 retransmits = 0;        ///< in all
};

} // namespace wsw::capture
