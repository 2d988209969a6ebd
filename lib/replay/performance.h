#pragma once

#include "replay/playoptions.h"
#include "replay/script.h"

#include <QSet>

#include <condition_variable>
#include <mutex>

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
        quint64 forgiven = 0;       ///< answers that were waited for in vain
        MonotonicNs openedAt = 0;
        MonotonicNs quietSince = 0; ///< when something was last said or heard
        quint64 handed = 0;         ///< frames
        quint64 written = 0;
        bool underPressure = false;
        size_t failed = 0;          ///< of the steps before next
        bool closes = false;        ///< by itself: everything has been said
        bool closeIsRecorded = false;   ///< and not yet refused
        bool wasOpen = false;
    };

    [[nodiscard]] bool isOver() const;
    [[nodiscard]] std::optional<MonotonicNs> due(size_t index) const;
    [[nodiscard]] MonotonicNs dueToSay(size_t index) const;
    [[nodiscard]] quint64 missing(size_t index) const;
    [[nodiscard]] bool isCrowded(const Line &line) const { return line.underPressure || line.handed >= line.written + line.failed + framesAhead; }
    void act(std::unique_lock<std::recursive_mutex> &lock, size_t index);
    void listen();
    void connectTo(size_t index);
    [[nodiscard]] bool giveUpWaiting(size_t index);
    void say(std::unique_lock<std::recursive_mutex> &lock, size_t index);
    void sayClose(Line &line, const QByteArray &payload);
    void close(Line &line);
    void lineEnded(size_t index, const std::optional<Error> &error, const QString &stateText);
    /// The line of a connection, which may be new: then it gets one where one waits for it. Null: none does.
    [[nodiscard]] Line *lineOf(const session::ConnectionStatus &status);
    [[nodiscard]] Line *lineOf(ConnectionId connection);
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
