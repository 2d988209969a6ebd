#include "clientarguments.h"
#include "console.h"
#include "follower.h"
#include "measurement.h"
#include "run.h"
#include "session/workbench.h"
#include "stats/durationtext.h"
#include "stats/percentile.h"
#include "sizelimit.h"
#include "verbs.h"

#include "capture/document.h"

#include <chrono>
#include <limits>
#include <thread>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

/// Without any answer for this long, in ms, what is still open counts as lost.
constexpr int answerWaitMs = 5000;
/// With a rate, the first message is due this long after the last connection has opened, so that none starts late.
constexpr qint64 leadNs = 20 * nsPerMs;

enum class Format : quint8 { Text, Json };

/// Opens the connections, sends by the plan, and prints what was measured. Main thread, but for the sender with a rate.
class Measuring final : public QObject
{
public:
    Measuring(Run &run, const MeasurePlan &plan, const session::ClientOptions &options, Format format, int waitMs);
    void start();

private:
    void endpointChanged(const session::EndpointInfo &info);
    void connectionChanged(const session::ConnectionStatus &status);
    void begin();
    void startSender();
    void sendNext(qsizetype index);
    void recorded(const capture::RecordView &record);
    void failed(const Error &error);
    void end();
    void print() const;
    [[nodiscard]] QJsonObject report() const;

    Run &m_run;
    session::Workbench &m_workbench;
    MeasurePlan m_plan;
    session::ClientOptions m_options;
    Format m_format;
    QList<EndpointId> m_endpoints;
    QList<ConnectionId> m_connections;
    std::unique_ptr<Measurement> m_measurement;
    std::unique_ptr<Follower> m_follower;
    std::vector<quint64> m_nextToSend;      ///< by connection
    QTimer m_answerWait;
    std::jthread m_sender;
    bool m_failed = false;
};

Measuring::Measuring(Run &run, const MeasurePlan &plan, const session::ClientOptions &options, Format format,
                     int waitMs)
    : m_run(run)
    , m_workbench(run.workbench())
    , m_plan(plan)
    , m_options(options)
    , m_format(format)
{
    connect(&m_workbench, &session::Workbench::endpointChanged, this, &Measuring::endpointChanged);
    connect(&m_workbench, &session::Workbench::connectionChanged, this, &Measuring::connectionChanged);
    connect(&m_workbench, &session::Workbench::sendFailed, this,
            [this](ConnectionId, const Error &error) { failed(error); });
    connect(&m_run, &Run::stopRequested, this, &Measuring::end);
    m_answerWait.setSingleShot(true);
    m_answerWait.setInterval(waitMs);
    connect(&m_answerWait, &QTimer::timeout, this, &Measuring::end);
}

void Measuring::start()
{
    for (int i = 0; i < m_plan.connections; ++i) {
        m_endpoints.append(m_workbench.connectClient(m_options));
        // A message that is delivered is a good moment to look at the record; Pongs are found by looking every millisecond.
        m_workbench.setMessagesWanted(m_endpoints.last(), m_plan.kind == MeasureKind::Echo);
    }
}

void Measuring::endpointChanged(const session::EndpointInfo &info)
{
    if (!m_endpoints.contains(info.id) || m_run.isFinishing())
        return;
    if (info.state != session::EndpointState::Failed && info.state != session::EndpointState::Closed)
        return;
    const Error error = info.error.value_or(
        Error{ErrorKind::Io, u"The server ended the connection: %1."_s.arg(info.stateText), {}, {}});
    if (m_measurement) {
        failed(error);
        return;
    }
    console::error(error);
    m_run.finish(exitCodeForStart(error.kind));
}

void Measuring::connectionChanged(const session::ConnectionStatus &status)
{
    if (m_measurement || status.state != session::EndpointState::Open || !m_endpoints.contains(status.endpoint))
        return;
    if (!m_connections.contains(status.id))
        m_connections.append(status.id);
    if (m_connections.size() == m_plan.connections)
        begin();
}

void Measuring::begin()
{
    m_measurement = std::make_unique<Measurement>(m_plan, m_connections);
    m_follower = std::make_unique<Follower>(
        m_run.document(), [this](const capture::RecordView &record) { recorded(record); });
    connect(m_follower.get(), &Follower::failed, this, &Measuring::failed);
    connect(&m_workbench, &session::Workbench::messageReceived, m_follower.get(), &Follower::look);
    m_answerWait.start();
    if (m_plan.rate > 0) {
        startSender();
        return;
    }
    m_nextToSend.resize(static_cast<size_t>(m_connections.size()));
    for (qsizetype i = 0; i < m_connections.size(); ++i)
        sendNext(i);
}

/// An event loop's timers are a millisecond coarse; a thread that sleeps until each intended time is not.
void Measuring::startSender()
{
    m_measurement->setStart(monotonicNow() + leadNs);
    // The plan's last message may be far off: silence until then is no loss.
    const qint64 spanMs = static_cast<qint64>(static_cast<double>(m_plan.count) / m_plan.rate * 1000);
    m_answerWait.setInterval(static_cast<int>(qMin<qint64>(m_answerWait.interval() + spanMs, std::numeric_limits<int>::max())));
    m_answerWait.start();
    m_sender = std::jthread([this](const std::stop_token &stop) {
        const auto connections = static_cast<quint64>(m_connections.size());
        const auto kind = m_plan.kind == MeasureKind::Ping ? session::Outgoing::Kind::Ping : session::Outgoing::Kind::Text;
        for (quint64 number = 0; number < m_plan.count && !stop.stop_requested(); ++number) {
            const auto index = static_cast<qsizetype>(number % connections);
            const quint64 n = number / connections;
            const std::chrono::nanoseconds due(m_measurement->intended(index, n));
            std::this_thread::sleep_until(std::chrono::steady_clock::time_point(due));
            m_workbench.send(m_connections.at(index), {.kind = kind, .payload = m_measurement->payload(n)});
        }
    });
}

void Measuring::sendNext(qsizetype index)
{
    quint64 &n = m_nextToSend.at(static_cast<size_t>(index));
    if (n == m_measurement->share(index))
        return;
    const auto kind = m_plan.kind == MeasureKind::Ping ? session::Outgoing::Kind::Ping : session::Outgoing::Kind::Text;
    m_workbench.send(m_connections.at(index), {.kind = kind, .payload = m_measurement->payload(n)});
    ++n;
}

void Measuring::recorded(const capture::RecordView &record)
{
    const std::optional<qsizetype> answered = m_measurement->take(record);
    if (!answered || m_run.isFinishing())
        return;
    if (m_measurement->isComplete())
        end();
    else if (m_plan.rate <= 0) {
        m_answerWait.start();
        sendNext(*answered);
    }
}

void Measuring::failed(const Error &error)
{
    if (m_run.isFinishing())
        return;
    console::error(error);
    m_failed = true;
    end();
}

void Measuring::end()
{
    if (m_run.isFinishing())
        return;
    m_answerWait.stop();
    if (m_sender.joinable()) {
        m_sender.request_stop();
        m_sender.join();
    }
    if (!m_measurement) {
        m_run.finish(ExitCode::Failed);
        return;
    }
    m_follower->stop();
    print();
    const bool lost = m_measurement->answered() < m_measurement->sent();
    m_run.finish(m_failed || lost ? ExitCode::Failed : ExitCode::Done);
}

QJsonObject Measuring::report() const
{
    const stats::Summary summary = stats::summarize(m_measurement->roundTrips());
    const double seconds = static_cast<double>(m_measurement->duration()) / nsPerSecond;
    QJsonObject object{
        {u"url"_s, m_options.url},
        {u"kind"_s, m_plan.kind == MeasureKind::Ping ? u"ping"_s : u"echo"_s},
        {u"connections"_s, m_plan.connections},
        {u"size"_s, m_plan.size},
        {u"sent"_s, static_cast<qint64>(m_measurement->sent())},
        {u"answered"_s, static_cast<qint64>(m_measurement->answered())},
        {u"lost"_s, static_cast<qint64>(m_measurement->sent() - m_measurement->answered())},
        {u"otherMessages"_s, static_cast<qint64>(m_measurement->others())},
        {u"seconds"_s, seconds},
        {u"perSecond"_s, seconds > 0 ? static_cast<double>(m_measurement->answered()) / seconds : 0},
        {u"unit"_s, u"ns"_s},
        {u"measuredFrom"_s, m_plan.rate > 0 ? u"intended send time"_s : u"send time"_s},
        {u"min"_s, summary.min},
        {u"mean"_s, summary.mean},
        {u"p50"_s, summary.p50},
        {u"p90"_s, summary.p90},
        {u"p99"_s, summary.p99},
        {u"p99.9"_s, summary.p999},
        {u"max"_s, summary.max},
    };
    if (m_plan.rate > 0) {
        object.insert(u"rate"_s, m_plan.rate);
        object.insert(u"sentLateP99"_s, m_measurement->lateness().percentile(99));
    }
    return object;
}

void Measuring::print() const
{
    if (m_format == Format::Json) {
        console::line(report());
        return;
    }
    using stats::durationText;
    const stats::Summary summary = stats::summarize(m_measurement->roundTrips());
    const QString how = m_plan.rate > 0 ? u"%1 a second, from the intended send time"_s.arg(m_plan.rate)
                                        : u"each waits for the answer to the one before"_s;
    const QString connections = m_plan.connections == 1 ? u"1 connection"_s : u"%1 connections"_s.arg(m_plan.connections);
    console::line(u"%1: %2 round trips, %3, %4, %5"_s.arg(
        m_options.url, m_plan.kind == MeasureKind::Ping ? u"ping"_s : u"echo"_s,
        stats::sizeText(static_cast<quint64>(m_plan.size)), connections, how));
    console::line(u"  sent %1, answered %2, lost %3, in %4"_s.arg(m_measurement->sent())
                      .arg(m_measurement->answered())
                      .arg(m_measurement->sent() - m_measurement->answered())
                      .arg(durationText(m_measurement->duration())));
    const std::initializer_list<std::pair<QString, qint64>> rows = {
        {u"min"_s, summary.min}, {u"mean"_s, qRound64(summary.mean)}, {u"p50"_s, summary.p50},
        {u"p90"_s, summary.p90}, {u"p99"_s, summary.p99}, {u"p99.9"_s, summary.p999}, {u"max"_s, summary.max}};
    for (const auto &[name, ns] : rows)
        console::line(u"  %1 %2"_s.arg(name, -6).arg(durationText(ns), 10));
    if (m_plan.rate > 0) {
        console::line(u"  99 % were written at most %1 after their intended time"_s.arg(
            durationText(m_measurement->lateness().percentile(99))));
    }
}

Result<MeasurePlan> readPlan(const Arguments &arguments)
{
    MeasurePlan plan;
    plan.kind = arguments.has(u"echo"_s) ? MeasureKind::Echo : MeasureKind::Ping;
    if (arguments.has(u"echo"_s) && arguments.has(u"ping"_s))
        return Error{ErrorKind::Usage, u"--ping and --echo are two measurements."_s, u"Give one of them."_s, {}};
    const bool ping = plan.kind == MeasureKind::Ping;
    const Result<qint64> count = arguments.number(u"count"_s, 100, 1, 1'000'000'000);
    const Result<qint64> size = arguments.number(u"size"_s, plan.size, 0,
                                                 ping ? qint64(limits::controlPayloadBytes) : 64 * 1024 * 1024);
    const Result<qint64> connections = arguments.number(u"connections"_s, plan.connections, 1, 10'000);
    const Result<qint64> rate = arguments.number(u"rate"_s, 0, 0, 10'000'000);
    for (const Result<qint64> *number : {&count, &size, &connections, &rate}) {
        if (!*number)
            return number->error();
    }
    plan.count = static_cast<quint64>(*count);
    plan.size = *size;
    plan.connections = static_cast<int>(*connections);
    plan.rate = static_cast<double>(*rate);
    return plan;
}

} // namespace

CommandSpec measureSpec()
{
    return {
        u"measure"_s,
        u"Measures round trips to a server and prints their percentiles."_s,
        {u"URL"_s},
        QList<OptionSpec>{
            {u"ping"_s, {}, u"Ping to Pong, which every server must answer; what is done when not told."_s},
            {u"echo"_s, {}, u"Text message to its reply; the server must send back what it gets (anything may stand around it)."_s},
            {u"count"_s, {u"N"_s}, u"How many round trips in all; 100."_s},
            {u"size"_s, {u"BYTES"_s}, u"Payload of each; 16. At most 125 for a Ping."_s},
            {u"connections"_s, {u"N"_s}, u"Over how many connections; 1."_s},
            {u"rate"_s, {u"N"_s}, u"Sends N a second, answered or not, and measures from the intended send time. Without it each "
                                   "connection waits for the answer to the one before."_s},
            {u"wait"_s, {u"MS"_s}, u"Gives up after this long without an answer; %1."_s.arg(answerWaitMs)},
            {u"capture"_s, {u"FILE"_s}, u"Records into this new file (*.wscapture)."_s},
            sizeLimitSpec(),
            {u"json"_s, {}, u"Prints one JSON object; durations are in ns."_s},
        } + clientOptionSpecs(),
        u"Times are taken where the bytes cross the network. Exit code 1 says that something sent was not answered."_s,
    };
}

ExitCode runMeasure(const Arguments &arguments)
{
    const Result<MeasurePlan> plan = readPlan(arguments);
    const Result<session::ClientOptions> options = readClientOptions(arguments, arguments.operand(0));
    const Result<qint64> wait = arguments.number(u"wait"_s, answerWaitMs, 1, std::numeric_limits<int>::max());
    if (!plan || !options || !wait) {
        console::error(!plan ? plan.error() : !options ? options.error() : wait.error());
        return ExitCode::Usage;
    }
    const Result<std::unique_ptr<Run>> run = Run::start(arguments);
    if (!run) {
        console::error(run.error());
        return exitCodeForFile(run.error().kind);
    }
    Measuring measuring(**run, *plan, *options, arguments.has(u"json"_s) ? Format::Json : Format::Text,
                        static_cast<int>(*wait));
    measuring.start();
    return (*run)->exec();
}

} // namespace wsw::cli
