#pragma once

#include "base/result.h"
#include "session/types.h"

#include <optional>

namespace wsw::replay {

/// When the next message is sent.
enum class Timing : quint8 {
    Turns,      ///< as soon as as many messages have come from the other side as had in the recording
    Original,   ///< as long after the one before as in the recording, divided by the speed
    Fast,       ///< at once
};
/// "turns", "original", "fast": the words of `wsw replay --timing`.
[[nodiscard]] QString timingName(Timing timing);
[[nodiscard]] std::optional<Timing> timingFromName(QStringView name);

/// Slower than this nobody waits for, faster is Timing::Fast.
inline constexpr double leastSpeed = 0.1;
inline constexpr double greatestSpeed = 100;
/// How much longer than in the recording, in ms, silence of the other side is waited through unless told otherwise.
inline constexpr int answerWaitMs = 5'000;

/// What is done when it is the other side's turn and nothing comes.
enum class WhenLate : bool {
    GoOn,   ///< count it, and say the next thing all the same
    End,    ///< close
};

struct PlayOptions
{
    Timing timing = Timing::Turns;
    double speed = 1;                   ///< Original: leastSpeed to greatestSpeed, 2 is twice as fast
    int waitMs = answerWaitMs;          ///< for answers, beyond the silence that came before them in the recording
    WhenLate whenLate = WhenLate::GoOn;
    bool recordedFragments = false;     ///< messages of several frames in as many, cut where they were and written by hand
    bool recordedHeaders = false;       ///< client: the further lines of each recorded request as well, and its Origin
    /// How clients connect. An empty URL: the recorded one of each connection; no subprotocols: the recorded ones.
    session::ClientOptions client{};
    /// Where a server listens; it says nothing by itself, whatever behaviour stands here.
    session::HostOptions host{};
};

/// How far a replay is.
struct PlayProgress
{
    enum class Stage : quint8 { Connecting, WaitingForClient, Playing, Closing };
    Stage stage = Stage::Connecting;
    quint64 messages = 0;       ///< handed over, of total
    quint64 total = 0;
    quint64 bytes = 0;          ///< payload handed over, of totalBytes
    quint64 totalBytes = 0;
    quint64 answers = 0;        ///< data messages that came
    QString url;                ///< what is connected to, or where it listens; empty until known
    bool waitsForAnswer = false;
    ConnectionId connection;    ///< the first that has come to stand; not valid: none yet
    friend bool operator==(const PlayProgress &, const PlayProgress &) = default;
};

/// How a replay has ended.
struct PlayOutcome
{
    enum class End : quint8 {
        Done,           ///< everything was said
        NotStarted,     ///< no connection came to stand, see error
        Broken,         ///< connections ended before everything was said, see error
        Cancelled,
    };
    End end = End::Done;
    quint64 messages = 0;       ///< that were sent, of total
    quint64 total = 0;
    quint64 bytes = 0;          ///< payload of those
    quint64 connections = 0;    ///< that came to stand
    quint64 answers = 0;
    quint64 answersExpected = 0;
    quint64 late = 0;           ///< how often silence was waited through in vain
    quint64 refused = 0;        ///< messages that the endpoint would not send
    int waitMs = 0;
    QString url;
    QList<std::pair<ConnectionId, ConnectionId>> played{};  ///< recorded connections, and those on which they were replayed
    std::optional<Error> error{};   ///< the first thing that went wrong

    /// Said whole, and answered by as many messages as in the recording.
    [[nodiscard]] bool isAsRecorded() const noexcept { return end == End::Done && late == 0 && refused == 0 && answers >= answersExpected; }
    /// All of it, in sentences for a person.
    [[nodiscard]] QString sentence() const;
};

} // namespace wsw::replay
