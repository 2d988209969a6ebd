#include "capture/facts.h"

#include "capture/schema.h"

#include <QJsonDocument>

#include <algorithm>

namespace wsw::capture {

namespace {

QString toText(const QJsonObject &object)
{
    return object.isEmpty() ? QStringLiteral("")
                            : QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QJsonObject toObject(const QString &text)
{
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

QString roleName(Role role)
{
    return role == Role::Client ? QStringLiteral("client") : QStringLiteral("server");
}

ConnectionInfo readConnection(const Statement &row)
{
    ConnectionInfo info;
    info.id = ConnectionId(static_cast<quint32>(row.number(0)));
    info.localRole = row.text(1) == QLatin1String("server") ? Role::Server : Role::Client;
    info.endpoint = row.text(2);
    info.name = row.text(3);
    info.url = row.text(4);
    info.localAddress = row.text(5);
    info.peerAddress = row.text(6);
    info.subprotocol = row.text(7);
    info.extensions = row.text(8);
    info.opened = row.number(9);
    info.closed = row.number(10);
    info.closeText = row.text(11);
    info.tls = toObject(row.text(12));
    info.phases = toObject(row.text(13));
    info.endpointId = EndpointId(static_cast<quint32>(row.number(14)));
    info.endpointKind = row.text(15);
    return info;
}

TcpSample readSample(const Statement &row)
{
    TcpSample sample;
    sample.connection = ConnectionId(static_cast<quint32>(row.number(0)));
    sample.time = row.number(1);
    sample.rttNs = row.number(2);
    sample.rttVarNs = row.number(3);
    sample.retransmits = static_cast<quint32>(row.number(4));
    return sample;
}

/// Calls @p take for each row; false where reading stopped before the end, or the numbers in column @p id do not rise: a tree that leads in a
/// circle gives the same rows without end.
template<class Take>
bool forEachRow(Database &database, const char *sql, int id, Take take)
{
    auto rows = Statement::prepare(database, sql);
    if (!rows)
        return false;
    for (std::optional<qint64> last;;) {
        switch (rows->step()) {
        case Statement::Step::Row:
            if (last && rows->number(id) <= *last)
                return false;
            last = rows->number(id);
            take(rows.value());
            break;
        case Statement::Step::Done: return true;
        case Statement::Step::Failed: return false;
        }
    }
}

/// Files that were made before these two columns came have the same version: what they hold is the same but for these.
bool hasEndpointColumns(Database &database)
{
    const auto found = database.number("SELECT count(*) FROM pragma_table_info('connection') WHERE name IN ('endpoint_id', 'endpoint_kind')");
    return found.ok() && *found == 2;
}

/// Files from before there were notes have the same version as well.
bool hasNotes(Database &database)
{
    const auto found = database.number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'note'");
    return found.ok() && *found != 0;
}

} // namespace

ConnectionId Facts::newConnectionId()
{
    const std::lock_guard lock(m_mutex);
    return ConnectionId(++m_lastId);
}

void Facts::put(const ConnectionInfo &info)
{
    const std::lock_guard lock(m_mutex);
    m_lastId = std::max(m_lastId, info.id.value());
    m_connections.insert(info.id, info);
    m_changed.insert(info.id);
}

void Facts::put(const TcpSample &sample)
{
    const std::lock_guard lock(m_mutex);
    m_samples[sample.connection].append(sample);
    m_newSamples.append(sample);
}

QList<ConnectionInfo> Facts::connections() const
{
    QList<ConnectionInfo> all;
    {
        const std::lock_guard lock(m_mutex);
        all = m_connections.values();
    }
    std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.id < b.id; });
    return all;
}

std::optional<ConnectionInfo> Facts::connection(ConnectionId id) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_connections.constFind(id);
    return found != m_connections.constEnd() ? std::optional(*found) : std::nullopt;
}

QList<TcpSample> Facts::samples(ConnectionId connection, MonotonicNs from) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_samples.constFind(connection);
    if (found == m_samples.constEnd())
        return {};
    const auto first = std::lower_bound(found->cbegin(), found->cend(), from,
                                        [](const TcpSample &sample, MonotonicNs at) { return sample.time < at; });
    return found->mid(first - found->cbegin());
}

void Facts::putNote(RecordId record, const std::optional<QByteArray> &note)
{
    const std::lock_guard lock(m_mutex);
    auto notes = std::make_shared<Notes>(*m_notes);
    if (note)
        notes->insert_or_assign(record, *note);
    else
        notes->erase(record);
    m_notes = std::move(notes);
    m_changedNotes.insert(record);
}

std::shared_ptr<const Notes> Facts::notes() const
{
    const std::lock_guard lock(m_mutex);
    return m_notes;
}

Facts::Changes Facts::take()
{
    const std::lock_guard lock(m_mutex);
    Changes changes;
    for (const RecordId record : std::exchange(m_changedNotes, {})) {
        const QByteArray *note = noteOn(record, *m_notes);
        changes.notes.emplace(record, note != nullptr ? std::optional(*note) : std::nullopt);
    }
    for (const ConnectionId id : std::as_const(m_changed))
        changes.connections.append(m_connections.value(id));
    m_changed.clear();
    changes.samples.swap(m_newSamples);
    return changes;
}

void Facts::putBack(const Changes &changes)
{
    const std::lock_guard lock(m_mutex);
    // Only which ones: what is known of them may have changed meanwhile.
    for (const ConnectionInfo &info : changes.connections)
        m_changed.insert(info.id);
    m_newSamples = changes.samples + m_newSamples;
    for (const auto &[record, note] : changes.notes)
        m_changedNotes.insert(record);
}

Result<> Facts::load(Database &database)
{
    const std::lock_guard lock(m_mutex);
    const bool connectionsRead = forEachRow(
        database,
        hasEndpointColumns(database)
            ? "SELECT id, local_role, endpoint, name, url, local_address, peer_address, subprotocol, extensions, opened, closed,"
              " close_text, tls, phases, endpoint_id, endpoint_kind FROM connection ORDER BY id"
            : "SELECT id, local_role, endpoint, name, url, local_address, peer_address, subprotocol, extensions, opened, closed,"
              " close_text, tls, phases, 0, '' FROM connection ORDER BY id",
        0,
        [this](const Statement &row) {
            const ConnectionInfo info = readConnection(row);
            m_lastId = std::max(m_lastId, info.id.value());
            m_connections.insert(info.id, info);
        });
    const bool samplesRead = forEachRow(
        database, "SELECT connection, time, rtt, rtt_var, retransmits, id FROM tcp_sample ORDER BY id", 5,
        [this](const Statement &row) {
            const TcpSample sample = readSample(row);
            m_samples[sample.connection].append(sample);
        });
    auto notes = std::make_shared<Notes>();
    const bool notesRead = !hasNotes(database) || forEachRow(database, "SELECT record, text FROM note WHERE record > 0 ORDER BY record", 0, [&notes](const Statement &row) {
        notes->insert_or_assign(RecordId(static_cast<quint64>(row.number(0))), row.text(1).toUtf8());
    });
    m_notes = std::move(notes);
    if (connectionsRead && samplesRead && notesRead)
        return {};
    return Error{ErrorKind::Damaged,
                 connectionsRead ? samplesRead ? QStringLiteral("Notes are missing.") : QStringLiteral("TCP samples are missing.")
                                 : QStringLiteral("What was known of some connections is missing."),
                 {}, {}};
}

Result<FactsWriter> FactsWriter::prepare(Database &database)
{
    FactsWriter writer;
    auto connection = Statement::prepare(
        database,
        "INSERT OR REPLACE INTO connection(id, local_role, endpoint, name, url, local_address, peer_address, subprotocol,"
        " extensions, opened, closed, close_text, tls, phases, endpoint_id, endpoint_kind) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    if (!connection)
        return connection.error();
    auto sample = Statement::prepare(
        database, "INSERT INTO tcp_sample(connection, time, rtt, rtt_var, retransmits) VALUES(?,?,?,?,?)");
    if (!sample)
        return sample.error();
    writer.m_connection = std::move(connection).value();
    writer.m_sample = std::move(sample).value();
    return writer;
}

bool FactsWriter::write(Database &database, const Facts::Changes &changes)
{
    for (const ConnectionInfo &info : changes.connections) {
        m_connection.bind(1, qint64{info.id.value()}).bind(2, roleName(info.localRole)).bind(3, info.endpoint);
        m_connection.bind(4, info.name).bind(5, info.url).bind(6, info.localAddress);
        m_connection.bind(7, info.peerAddress).bind(8, info.subprotocol);
        m_connection.bind(9, info.extensions).bind(10, info.opened).bind(11, info.closed);
        m_connection.bind(12, info.closeText).bind(13, toText(info.tls)).bind(14, toText(info.phases));
        m_connection.bind(15, qint64{info.endpointId.value()}).bind(16, info.endpointKind.isNull() ? QStringLiteral("") : info.endpointKind);
        if (!m_connection.run())
            return false;
    }
    for (const TcpSample &sample : changes.samples) {
        m_sample.bind(1, qint64{sample.connection.value()}).bind(2, sample.time).bind(3, sample.rttNs);
        m_sample.bind(4, sample.rttVarNs).bind(5, qint64{sample.retransmits});
        if (!m_sample.run())
            return false;
    }
    return changes.notes.empty() || writeNotes(database, changes);
}

bool FactsWriter::writeNotes(Database &database, const Facts::Changes &changes)
{
    // Prepared only here: a file that was made before there were notes gets its table with the first one.
    if (!database.exec(noteTableSql))
        return false;
    auto put = Statement::prepare(database, "INSERT OR REPLACE INTO note(record, text) VALUES(?, ?)");
    auto remove = Statement::prepare(database, "DELETE FROM note WHERE record = ?");
    if (!put || !remove)
        return false;
    for (const auto &[record, note] : changes.notes) {
        const auto number = static_cast<qint64>(record.value());
        if (note ? !put->bind(1, number).bind(2, QString::fromUtf8(*note)).run() : !remove->bind(1, number).run())
            return false;
    }
    return true;
}

} // namespace wsw::capture
