#pragma once

#include "capture/connectioninfo.h"
#include "capture/database.h"
#include "capture/record.h"

#include <QHash>
#include <QList>
#include <QSet>

#include <memory>
#include <mutex>
#include <optional>
#include <set>

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
        std::map<RecordId, std::optional<QByteArray>> notes;    ///< nothing: it was taken away
        [[nodiscard]] bool isEmpty() const { return connections.isEmpty() && samples.isEmpty() && notes.empty(); }
    };

    [[nodiscard]] ConnectionId newConnectionId();
    void put(const ConnectionInfo &info);
    void put(const TcpSample &sample);
    [[nodiscard]] QList<ConnectionInfo> connections() const;
    [[nodiscard]] std::optional<ConnectionInfo> connection(ConnectionId id) const;
    [[nodiscard]] QList<TcpSample> samples(ConnectionId connection, MonotonicNs from) const;

    /// Notes @p note on @p record in place of what was noted; nothing: takes it away.
    void putNote(RecordId record, const std::optional<QByteArray> &note);
    /// All of them as they are now; never null.
    [[nodiscard]] std::shared_ptr<const Notes> notes() const;

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
    std::shared_ptr<const Notes> m_notes = std::make_shared<const Notes>();     ///< copied when changed: there are few
    std::set<RecordId> m_changedNotes;
};

/// Writes changes through statements of its own, inside the caller's transaction.
class FactsWriter final
{
public:
    [[nodiscard]] static Result<FactsWriter> prepare(Database &database);
    /// @p database is the one it was prepared for.
    [[nodiscard]] bool write(Database &database, const Facts::Changes &changes);
    /// The notes alone, which a file of any age can take.
    [[nodiscard]] static bool writeNotes(Database &database, const Facts::Changes &changes);

private:
    Statement m_connection;
    Statement m_sample;
};

} // namespace wsw::capture
