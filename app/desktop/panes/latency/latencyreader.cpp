#include "panes/latency/latencyreader.h"

#include "capture/document.h"

#include <QCoreApplication>
#include <QSaveFile>
#include <QTextStream>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace wsw::desktop {

using stats::RoundTripKind;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("LatencyReader", text);
}

QString kindName(RoundTripKind kind)
{
    switch (kind) {
    case RoundTripKind::Echo: return QStringLiteral("echo");
    case RoundTripKind::Ping: return QStringLiteral("ping");
    case RoundTripKind::Tcp: return QStringLiteral("tcp");
    }
    Q_UNREACHABLE();
}

struct Scanned
{
    quint64 last = 0;       ///< the last record that was looked at; 0: none
    Result<> done;
};

/// Calls @p take for every record that carries a round trip, until it is @p cancelled.
template<class Take>
Scanned scanRoundTrips(const capture::Document &document, RecordId first, RecordId last, ConnectionId connection,
                       const std::atomic_bool &cancelled, const Take &take)
{
    Scanned scanned;
    scanned.done = document.scan(first, last, [&](const capture::RecordView &view) {
        const capture::RecordHeader &header = view.header;
        if (cancelled)
            return false;
        scanned.last = header.id.value();
        if (header.rttNs <= 0 || (connection.isValid() && header.connection != connection))
            return true;
        if (header.flags & wire::RecordFlag::EchoReply)
            take(RoundTripKind::Echo, header);
        else if (header.flags & wire::RecordFlag::PingReply)
            take(RoundTripKind::Ping, header);
        return true;
    });
    return scanned;
}

QList<ConnectionId> connectionsOf(const capture::Document &document, ConnectionId only)
{
    if (only.isValid())
        return {only};
    QList<ConnectionId> ids;
    for (const capture::ConnectionInfo &info : document.connections())
        ids.append(info.id);
    return ids;
}

} // namespace

LatencyReader::LatencyReader(std::shared_ptr<const capture::Document> document)
    : m_document(std::move(document))
{
}

LatencySnapshot LatencyReader::read(const LatencyRequest &request, const std::atomic_bool &cancelled)
{
    if (request.connection != m_connection) {
        m_connection = request.connection;
        m_trips.clear();
        m_sources = {};
        m_recordsRead = 0;
        m_tcpRead.clear();
        m_problem.clear();
    }
    readRecords(cancelled);
    readTcpSamples();

    LatencySnapshot snapshot;
    snapshot.problem = m_problem;
    snapshot.origin = std::numeric_limits<MonotonicNs>::max();
    const bool everything = request.from == 0 && request.to == 0;
    for (const RoundTripKind kind : stats::allRoundTripKinds) {
        LatencyKind &out = snapshot.kinds[static_cast<size_t>(kind)];
        const stats::Series &series = m_trips.series(kind);
        const stats::Histogram &histogram = m_trips.histogram(kind);
        out.several = m_sources[static_cast<size_t>(kind)].several;
        out.summary = stats::summarize(histogram);
        out.bars = logarithmicBars(histogram);
        out.curve = stats::percentileCurve(histogram);
        out.points = everything ? stats::thinned(series.points(), request.pointsPerKind)
                                : series.sampled(request.from, request.to, request.pointsPerKind);
        if (!series.isEmpty())
            snapshot.origin = std::min(snapshot.origin, series.points().front().time);
    }
    if (snapshot.isEmpty())
        snapshot.origin = 0;
    readPhases(request, snapshot);
    return snapshot;
}

void LatencyReader::readRecords(const std::atomic_bool &cancelled)
{
    const quint64 received = m_document->received();
    if (received <= m_recordsRead)
        return;
    const auto [last, done] = scanRoundTrips(*m_document, RecordId(m_recordsRead + 1), RecordId(received), m_connection, cancelled,
                                             [this](RoundTripKind kind, const capture::RecordHeader &header) {
        take(kind, header.connection, header.time, header.rttNs);
    });
    if (!done)
        m_problem = done.error().message;
    m_recordsRead = cancelled ? std::max(last, m_recordsRead) : received;
}

void LatencyReader::readTcpSamples()
{
    // Samples of several connections are merged by time, since a series runs forward.
    QList<capture::TcpSample> fresh;
    for (const ConnectionId id : connectionsOf(*m_document, m_connection)) {
        MonotonicNs &last = m_tcpRead[id];
        const QList<capture::TcpSample> samples = m_document->tcpSamples(id, last + 1);
        for (const capture::TcpSample &sample : samples)
            last = std::max(last, sample.time);
        fresh.append(samples);
    }
    std::sort(fresh.begin(), fresh.end(), [](const auto &a, const auto &b) { return a.time < b.time; });
    for (const capture::TcpSample &sample : std::as_const(fresh))
        take(RoundTripKind::Tcp, sample.connection, sample.time, sample.rttNs);
}

void LatencyReader::take(RoundTripKind kind, ConnectionId connection, MonotonicNs time, qint64 ns)
{
    Source &source = m_sources[static_cast<size_t>(kind)];
    if (!source.first.isValid())
        source.first = connection;
    source.several = source.several || source.first != connection;
    m_trips.record(kind, time, ns);
}

void LatencyReader::readPhases(const LatencyRequest &request, LatencySnapshot &snapshot) const
{
    if (!request.phasesOf.isValid())
        return;
    const auto info = m_document->connection(request.phasesOf);
    if (!info)
        return;
    snapshot.connectionName = info->name;
    // In the order in which they happen; a phase that did not happen (no TLS, a numeric address) has no entry or is 0.
    const std::array<std::pair<QString, QString>, 5> known{{
        {QStringLiteral("dns"), tr("Name")},
        {QStringLiteral("tcp"), tr("TCP")},
        {QStringLiteral("proxy"), tr("Proxy")},
        {QStringLiteral("tls"), tr("TLS")},
        {QStringLiteral("upgrade"), tr("Upgrade")},
    }};
    for (const auto &[key, name] : known) {
        const auto ns = static_cast<qint64>(info->phases.value(key).toDouble());
        if (info->phases.contains(key))
            snapshot.phases.push_back({name, std::max<qint64>(ns, 0)});
    }
}

std::vector<LatencyBar> logarithmicBars(const stats::Histogram &histogram, int barsPerDecade)
{
    std::map<int, quint64> counts;
    for (const auto &bucket : histogram.buckets()) {
        const double middle = (static_cast<double>(bucket.from) + static_cast<double>(bucket.to)) / 2;
        counts[static_cast<int>(std::floor(std::log10(middle) * barsPerDecade))] += bucket.count;
    }
    std::vector<LatencyBar> bars;
    for (const auto &[slot, count] : counts) {
        const double from = std::pow(10.0, static_cast<double>(slot) / barsPerDecade);
        const double to = std::pow(10.0, static_cast<double>(slot + 1) / barsPerDecade);
        bars.push_back({from, to, count});
    }
    return bars;
}

Result<> writeLatencyCsv(const capture::Document &document, ConnectionId connection, const QString &path, const std::atomic_bool &cancelled)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Text)) {
        return Error{ErrorKind::Io, tr("%1 cannot be written: %2.").arg(path, file.errorString()),
                     tr("Choose another folder."), {}};
    }
    QTextStream out(&file);
    out << "kind,connection,record,time_ns,rtt_ns\n";
    const auto line = [&out](RoundTripKind kind, ConnectionId of, quint64 record, MonotonicNs time, qint64 rtt) {
        out << kindName(kind) << ',' << of.value() << ',';
        if (record > 0)
            out << record;
        out << ',' << time << ',' << rtt << '\n';
    };
    const auto [last, done] = scanRoundTrips(document, RecordId(1), RecordId(document.received()), connection, cancelled,
                                             [&line](RoundTripKind kind, const capture::RecordHeader &header) {
        line(kind, header.connection, header.id.value(), header.time, header.rttNs);
    });
    if (!done)
        return done.error();
    if (cancelled) {
        return Error{ErrorKind::Cancelled, tr("%1 has not been written: its capture was closed.").arg(path),
                     tr("Open the capture again, then export."), {}};
    }
    for (const ConnectionId id : connectionsOf(document, connection)) {
        for (const capture::TcpSample &sample : document.tcpSamples(id))
            line(RoundTripKind::Tcp, id, 0, sample.time, sample.rttNs);
    }
    out.flush();
    if (!file.commit()) {
        return Error{ErrorKind::Io, tr("%1 could not be written: %2.").arg(path, file.errorString()),
                     tr("Look whether there is space left, then export again."), {}};
    }
    return {};
}

} // namespace wsw::desktop
