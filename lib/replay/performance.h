#pragma once

#include "replay/handover.h"
#include "replay/playoptions.h"
#include "replay/script.h"

#include <QHash>
#include <QSet>

#include <condition_variable>
#include <mutex>
#include <set>

namespace wsw::session {
class Workbench;
}

namespace wsw::replay {

/// One replay under way: what the worker that sends, the network thread that reports, and whoever watches share. Everything here may be
/// called from any thread; run() is the worker's. It may outlive the workbench, see letGo().
class Performance final
{
public:
    /// At most so many frames are handed over before the network thread has written them: each costs memory, however small it is.
    static constexpr quint64 framesAhead = 16 * 1024;

    Performance(session::Workbench &bench, Script script, PlayOptions options);

    /// Plays until the end; takes as long as that takes.
    void run();

    void endpointChanged(const session::EndpointInfo &info);
    void connectionChanged(const session::ConnectionStatus &status);
    void messageReceived(ConnectionId connection);
    void sendFailed(ConnectionId connection, const Error &error);
    void sendPressure(ConnectionId connection, bool high);

    /// Closes what is open, and ends.
    void cancel();
    /// The workbench ends: it is touched no more from the moment this returns.
    void letGo();
    /// Both: nobody watches any more.
    void abandon();

    [[nodiscard]] PlayProgress progress() const;
    /// Nothing while it goes on.
    [[nodiscard]] std::optional<PlayOutcome> outcome() const;

private:
    /// One part on its connection.
    struct Line
    {
        enum class State : quint8 { Waiting, Connecting, Open, Closing, Ended };
        State state = State::Waiting;
        EndpointId endpoint;
        ConnectionId connection;
        size_t next = 0;            ///< step
        quint64 answers = 0;
        quint64 forgiven = 0;       ///< answers that were waited for in vain, and have not come since
        MonotonicNs openedAt = 0;
        MonotonicNs quietSince = 0; ///< when something was last said or heard
        Handover handover;
        std::optional<MonotonicNs> due;     ///< its place in m_queue
        size_t refusals = 0;        ///< messages on their way that the endpoint will not send
        size_t unsaid = 0;          ///< of the steps before next: refused, lost, or not to be read
        bool underPressure = false;
        bool closes = false;        ///< by itself: everything has been said
        bool closeIsStep = false;   ///< and not refused
        bool wasOpen = false;
    };
    using Lock = std::unique_lock<std::recursive_mutex>;

    [[nodiscard]] bool isOver() const;
    [[nodiscard]] std::optional<MonotonicNs> due(size_t index) const;
    [[nodiscard]] MonotonicNs dueToSay(size_t index) const;
    /// Puts a line where it belongs among those that something is due on; after everything that may change when that is.
    void schedule(size_t index);
    /// How long silence is waited through now.
    [[nodiscard]] qint64 patience(size_t index) const;
    /// What lay so far apart in the recording lies so far apart now.
    [[nodiscard]] qint64 inPlay(qint64 recordedNs) const;
    [[nodiscard]] quint64 missing(size_t index) const;
    [[nodiscard]] static bool isCrowded(const Line &line) { return line.underPressure || line.handover.frames() >= framesAhead; }
    void act(Lock &lock, size_t index);
    void listen();
    void connectTo(size_t index);
    [[nodiscard]] bool giveUpWaiting(size_t index);
    void say(Lock &lock, size_t index);
    void hand(Line &line, size_t step, MessageKind kind, const QByteArrayList &frames);
    void close(Line &line);
    void lineEnded(size_t index, const std::optional<Error> &error, const QString &stateText);
    /// Takes back what was counted as said and was never written; returns whether there was any.
    bool takeBackLost(size_t index);
    /// The line of a connection, which may be new: then it gets one where one waits for it.
    [[nodiscard]] std::optional<size_t> lineOf(const session::ConnectionStatus &status);
    [[nodiscard]] std::optional<size_t> lineOf(ConnectionId connection) const;
    void turnAway(ConnectionId connection);
    void note(const Error &error);
    void stopEndpoints();
    void conclude();

    mutable std::recursive_mutex m_mutex;   ///< guards all below; recursive, since the bench tells of pressure from within send()
    std::condition_variable_any m_changed;
    session::Workbench *m_bench;            ///< null: gone
    const Script m_script;
    const PlayOptions m_options;
    std::vector<Line> m_lines;              ///< one a part
    std::set<std::pair<MonotonicNs, size_t>> m_queue;   ///< on which lines something is due, and when
    QHash<EndpointId, size_t> m_byEndpoint; ///< lines of clients
    QHash<ConnectionId, size_t> m_byConnection;
    size_t m_nextLine = 0;                  ///< server: what the next client gets
    size_t m_ended = 0;                     ///< lines
    MonotonicNs m_firstOpening = 0;         ///< of all parts, in the recording
    EndpointId m_host;
    QSet<ConnectionId> m_turnedAway;        ///< clients beyond those of the recording
    MonotonicNs m_began = 0;
    QString m_url;
    PlayOutcome m_outcome;
    bool m_cancelled = false;
    bool m_gaveUp = false;                  ///< WhenLate::End
    bool m_hostEnded = false;
    bool m_concluded = false;
};

} // namespace wsw::replay
