#pragma once

#include "capture/connectioninfo.h"
#include "capture/database.h"

#include <QHash>
#include <QList>
#include <QSet>

#include <mutex>
#include <optional>

namespace wsw::capture {

/// What a capture knows beside its records: connections and TCP samples. All of it is in memory, and what is new waits for
/// the writer. Any thread.
class Facts final
{
public:
    /// What has changed since the last take().
    struct Changes
    {
        QList<ConnectionInfo> connections;
        QList<TcpSample> samples;
        [[nodiscard]] bool isEmpty() const { return connections.isEmpty() && samples.isEmpty(); }
    };

    [[nodiscard]] ConnectionId newConnectionId();
    void put(const ConnectionInfo &info);
    void put(const TcpSample &sample);
    [[nodiscard]] QList<ConnectionInfo> connections() const;
    [[nodiscard]] std::optional<ConnectionInfo> connection(ConnectionId id) const;
    [[nodiscard]] QList<TcpSample> samples(ConnectionId connection, MonotonicNs from) const;

    /// Hands over what is to be written ...
    [[nodiscard]] Changes take();
    /// ... and takes it back when writing has failed.
    void putBack(const Changes &changes);

    /// Reads the tables of an opened file; what cannot be read is left out and named in the error.
    [[nodiscard]] Result<> load(Database &database);

private:
    mutable std::mutex m_mutex;
    quint32 m_lastId = 0;
    QHash<ConnectionId, ConnectionInfo> m_connections;
    QHash<ConnectionId, QList<TcpSample>> m_samples;
    QSet<ConnectionId> m_changed;
    QList<TcpSample> m_newSamples;
};

/// Writes changes through statements of its own, inside the caller's transaction.
class FactsWriter final
{
public:
    [[nodiscard]] static Result<FactsWriter> prepare(Database &database);
    [[nodiscard]] bool write(const Facts::Changes &changes);

private:
    Statement m_connection;
    Statement m_sample;
};

} // namespace wsw::capture
