#include "capture/document.h"
#include "clientarguments.h"
#include "console.h"
#include "filterargument.h"
#include "readable.h"
#include "replay/player.h"
#include "run.h"
#include "sizelimit.h"
#include "session/workbench.h"
#include "transfer.h"
#include "verbs.h"

#include <limits>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

Error usageError(const QString &message, const QString &remedy)
{
    return {ErrorKind::Usage, message, remedy, {}};
}

Result<double> readSpeed(const Arguments &arguments)
{
    if (!arguments.has(u"speed"_s))
        return 1.0;
    bool isNumber = false;
    const double speed = arguments.value(u"speed"_s).toDouble(&isNumber);
    if (isNumber && speed >= replay::leastSpeed && speed <= replay::greatestSpeed)
        return speed;
    return usageError(u"--speed cannot be \"%1\"."_s.arg(arguments.value(u"speed"_s)),
                      u"Give a number from %1 to %2; for no pauses at all, --timing fast."_s.arg(replay::leastSpeed).arg(replay::greatestSpeed));
}

Result<replay::Timing> readTiming(const Arguments &arguments)
{
    // A speed alone says clearly enough what is wanted.
    const QString name = arguments.value(u"timing"_s, arguments.has(u"speed"_s) ? u"original"_s : u"turns"_s);
    const std::optional<replay::Timing> timing = replay::timingFromName(name);
    if (!timing)
        return usageError(u"There is no timing \"%1\"."_s.arg(name), u"It is one of turns, original and fast."_s);
    if (arguments.has(u"speed"_s) && *timing != replay::Timing::Original) {
        return usageError(u"--speed and --timing %1 do not go together: only the original timing has a speed."_s.arg(name),
                          u"Leave one of them out."_s);
    }
    return *timing;
}

QStringList clientOnly()
{
    QStringList names{u"recorded-headers"_s};
    for (const OptionSpec &option : clientOptionSpecs()) {
        if (option.name != u"subprotocol"_s)
            names += option.name;
    }
    return names;
}

Result<Role> readSide(const Arguments &arguments)
{
    const QString side = arguments.value(u"side"_s, u"client"_s);
    if (side != u"client"_s && side != u"server"_s)
        return usageError(u"There is no side \"%1\"."_s.arg(side), u"It is one of client and server."_s);
    if (side == u"server"_s && !arguments.operand(1).isEmpty())
        return usageError(u"The server's side connects to nobody: there is no use for \"%1\"."_s.arg(arguments.operand(1)), u"Say with --port where it listens."_s);
    for (const QString &option : {u"port"_s, u"address"_s, u"tls"_s}) {
        if (side == u"client"_s && arguments.has(option))
            return usageError(u"--%1 says where a server listens, and the client's side does not listen."_s.arg(option), u"Add --side server, or leave it out."_s);
    }
    for (const QString &option : clientOnly()) {
        if (side == u"server"_s && arguments.has(option))
            return usageError(u"--%1 says how a client connects, and the server's side connects to nobody."_s.arg(option), u"Leave it out, or play the client's side."_s);
    }
    return side == u"server"_s ? Role::Server : Role::Client;
}

Result<replay::PlayOptions> readOptions(const Arguments &arguments, Role side)
{
    replay::PlayOptions options;
    const Result<replay::Timing> timing = readTiming(arguments);
    const Result<double> speed = readSpeed(arguments);
    const Result<qint64> wait = arguments.number(u"wait"_s, replay::answerWaitMs, 0, std::numeric_limits<int>::max());
    if (!timing || !speed || !wait)
        return !timing ? timing.error() : !speed ? speed.error() : wait.error();
    options.timing = *timing;
    options.speed = *speed;
    options.waitMs = static_cast<int>(*wait);
    options.whenLate = arguments.has(u"give-up"_s) ? replay::WhenLate::End : replay::WhenLate::GoOn;
    options.recordedFragments = arguments.has(u"recorded-fragments"_s);
    options.recordedHeaders = arguments.has(u"recorded-headers"_s);
    if (side == Role::Server) {
        const Result<qint64> port = arguments.number(u"port"_s, options.host.port, 0, 65535);
        if (!port)
            return port.error();
        options.host.port = static_cast<quint16>(*port);
        options.host.address = arguments.value(u"address"_s, options.host.address);
        options.host.subprotocols = arguments.values(u"subprotocol"_s);
        if (const QStringList files = arguments.all(u"tls"_s).value(0); !files.isEmpty())
            options.host.tls = session::TlsServerOptions{.certificateFile = files.at(0), .keyFile = files.at(1)};
        return options;
    }
    // Without a URL each connection goes where it went; what else is said of connecting is read with one that is right in any case.
    const QString url = arguments.operand(1);
    Result<session::ClientOptions> client = readClientOptions(arguments, url.isEmpty() ? u"ws://localhost/"_s : url);
    if (!client)
        return client.error();
    options.client = *client;
    options.client.url = url;
    return options;
}

Result<replay::ScriptRequest> readRequest(const Arguments &arguments, Role side, const capture::Document &document)
{
    replay::ScriptRequest request;
    request.side = side;
    request.control = arguments.has(u"control"_s) ? replay::ControlFrames::Replayed : replay::ControlFrames::Left;
    const Result<capture::Filter> filter = readFilter(arguments.value(u"filter"_s));
    if (!filter)
        return filter.error();
    request.choice.filter = *filter;
    if (!arguments.has(u"connection"_s))
        return request;
    request.choice.connections.emplace();
    for (const QString &word : arguments.values(u"connection"_s)) {
        const ConnectionId id(word.toUInt());
        if (!document.connection(id)) {
            return usageError(u"There is no connection \"%1\" in \"%2\"."_s.arg(word, arguments.operand(0)),
                              u"`wsw show %1 --connections` shows those that there are."_s.arg(arguments.operand(0)));
        }
        request.choice.connections->insert(id);
    }
    return request;
}

/// Plays, says how far it is and how it went. Main thread.
class Replaying final : public QObject
{
public:
    Replaying(Run &run, replay::Script script, const replay::PlayOptions &options, bool json, bool isWhole)
        : m_run(run), m_isServer(script.side == Role::Server), m_json(json), m_isWhole(isWhole),
          m_player(run.workbench(), std::move(script), options)
    {
        connect(&m_player, &replay::Player::progressed, this, &Replaying::progressed);
        connect(&m_player, &replay::Player::finished, this, &Replaying::finished);
        connect(&run, &Run::stopRequested, &m_player, &replay::Player::cancel);
        m_player.start();
    }

private:
    void progressed(const replay::PlayProgress &progress)
    {
        if (m_isServer && !m_announced && !progress.url.isEmpty()) {
            m_announced = true;
            if (m_json)
                console::line(QJsonObject{{u"listening"_s, progress.url}});
            else
                console::line(u"listening on "_s + progress.url);
        }
        console::progress(u"Replaying: %1 of %2 messages, %3 answers"_s.arg(progress.messages).arg(progress.total).arg(progress.answers));
    }

    void finished(const replay::PlayOutcome &outcome)
    {
        console::progress({});
        if (outcome.error)
            console::error(*outcome.error);
        if (m_json)
            console::line(report(outcome));
        else
            console::line(outcome.sentence());
        if (outcome.end == replay::PlayOutcome::End::NotStarted)
            m_run.finish(exitCodeForStart(outcome.error ? outcome.error->kind : ErrorKind::Io));
        else
            m_run.finish(outcome.isAsRecorded() && m_isWhole ? ExitCode::Done : ExitCode::Failed);
    }

    static QJsonObject report(const replay::PlayOutcome &outcome)
    {
        static constexpr std::array ends{"done", "notStarted", "broken", "cancelled"};
        QJsonObject object{
            {u"end"_s, QLatin1String(ends.at(static_cast<size_t>(outcome.end)))},
            {u"url"_s, outcome.url},
            {u"connections"_s, static_cast<qint64>(outcome.connections)},
            {u"messages"_s, static_cast<qint64>(outcome.messages)},
            {u"of"_s, static_cast<qint64>(outcome.total)},
            {u"bytes"_s, static_cast<qint64>(outcome.bytes)},
            {u"answers"_s, static_cast<qint64>(outcome.answers)},
            {u"answersRecorded"_s, static_cast<qint64>(outcome.answersExpected)},
            {u"late"_s, static_cast<qint64>(outcome.late)},
            {u"refused"_s, static_cast<qint64>(outcome.refused)},
        };
        if (outcome.error)
            object.insert(u"error"_s, outcome.error->message);
        return object;
    }

    Run &m_run;
    bool m_isServer;
    bool m_json;
    bool m_isWhole;             ///< nothing had to be left out of what was asked for
    bool m_announced = false;
    replay::Player m_player;
};

Result<replay::Script> readTheScript(const std::shared_ptr<const capture::Document> &document, const replay::ScriptRequest &request)
{
    Transfer transfer(u"Reading"_s);
    return replay::readScript(document, request, [&transfer](quint64 done, quint64 total) { return transfer.advance(done, total); });
}

/// Everything that has to be known before a connection is made.
struct Prepared
{
    replay::Script script;
    replay::PlayOptions options;
    QStringList notes;
};

Result<Prepared> prepare(const Arguments &arguments)
{
    const Result<Role> side = readSide(arguments);
    if (!side)
        return side.error();
    const Result<replay::PlayOptions> options = readOptions(arguments, *side);
    if (!options)
        return options.error();
    Result<Readable> opened = Readable::open(arguments.operand(0));
    if (!opened)
        return opened.error();
    const auto readable = std::make_shared<Readable>(std::move(opened).value());
    // The file, and the folder that it may be in, stay as long as anybody reads from it.
    const std::shared_ptr<const capture::Document> document(readable, &readable->document());
    const Result<replay::ScriptRequest> request = readRequest(arguments, *side, *document);
    if (!request)
        return request.error();
    Result<replay::Script> script = readTheScript(document, *request);
    if (!script)
        return script.error();
    Prepared prepared{std::move(script).value(), *options, readable->notes()};
    prepared.script.damage = readable->damage() + prepared.script.damage;
    if (prepared.script.leftOut > 0)
        prepared.notes += prepared.script.leftOut == 1 ? u"1 message is left out, since it is not recorded whole."_s
                                                       : u"%1 messages are left out, since they are not recorded whole."_s.arg(prepared.script.leftOut);
    return prepared;
}

} // namespace

CommandSpec replaySpec()
{
    return {
        u"replay"_s,
        u"Says again what one side of a recorded conversation said: connects and plays the client, or listens and plays the server."_s,
        {u"FILE"_s, u"[URL]"_s},
        QList<OptionSpec>{
            {u"side"_s, {u"SIDE"_s}, u"client (connects to URL, or to where each recorded connection went; the default) or server (listens, and "
                                      "plays to the clients that connect, the recorded connections in turn)."_s},
            {u"connection"_s, {u"N"_s}, u"Only this connection of the capture; as often as wanted. Without it, all of them at once."_s},
            {u"filter"_s, {u"EXPRESSION"_s}, u"Replays only messages that match, as in the window's filter bar."_s},
            {u"timing"_s, {u"NAME"_s}, u"turns (goes on as soon as as many messages have come from the other side as in the recording; the "
                                        "default), original (with the recorded pauses) or fast (without any)."_s},
            {u"speed"_s, {u"FACTOR"_s}, u"The original timing so many times as fast, %1 to %2. Means --timing original."_s.arg(replay::leastSpeed).arg(replay::greatestSpeed)},
            {u"wait"_s, {u"MS"_s}, u"How much longer than in the recording silence of the other side is waited through where it is its turn, and at the end; %1."_s.arg(replay::answerWaitMs)},
            {u"give-up"_s, {}, u"Ends when that time has passed. Without it, this is counted, and the next message is sent all the same."_s},
            {u"control"_s, {}, u"Replays Pings as well, and the recorded Close in place of 1000. Pongs answer Pings by themselves."_s},
            {u"recorded-fragments"_s, {}, u"Sends messages of several frames in as many, cut where they were. They are not compressed then, and are "
                                           "marked as crafted in the recording."_s},
            {u"recorded-headers"_s, {}, u"Sends the further lines of the recorded request as well: Origin, Authorization, Cookie and whatever there was."_s},
            {u"port"_s, {u"PORT"_s}, u"With --side server: where to listen; 8765. 0 takes any free one."_s},
            {u"address"_s, {u"ADDRESS"_s}, u"With --side server: on which address, as of `wsw serve`; 127.0.0.1."_s},
            {u"tls"_s, {u"CERTIFICATE"_s, u"KEY"_s}, u"With --side server: serves wss:// with this certificate and its key (PEM)."_s},
            {u"capture"_s, {u"FILE"_s}, u"Records the replay into this new file (*.wscapture), for `wsw diff` to compare."_s},
            sizeLimitSpec(),
            {u"json"_s, {}, u"Prints the result as one JSON object, and before it where it listens."_s},
        } + clientOptionSpecs(),
        u"Messages are sent whole and as they were meant, in one frame each unless told otherwise. Subprotocols are offered, and "
        "compression where it had been agreed on, as recorded. FILE may also be a pcap, pcapng or HAR. Exit code 1 says that not all was "
        "said, or that fewer answers came than were recorded."_s,
    };
}

ExitCode runReplay(const Arguments &arguments)
{
    Result<Prepared> prepared = prepare(arguments);
    if (!prepared) {
        console::error(prepared.error());
        return prepared.error().kind == ErrorKind::Cancelled ? ExitCode::Failed : exitCodeForFile(prepared.error().kind);
    }
    const Result<std::unique_ptr<Run>> run = Run::start(arguments);
    if (!run) {
        console::error(run.error());
        return exitCodeForFile(run.error().kind);
    }
    for (const QString &note : prepared->notes)
        console::note(note);
    for (const Error &damage : prepared->script.damage)
        console::error(damage);
    const bool isWhole = prepared->script.damage.isEmpty() && prepared->script.leftOut == 0;
    const Replaying replaying(**run, std::move(prepared->script), prepared->options, arguments.has(u"json"_s), isWhole);
    return (*run)->exec();
}

} // namespace wsw::cli
