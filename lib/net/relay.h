#pragma once

#include "base/limits.h"
#include "net/bytestream.h"
#include "net/leniency.h"
#include "net/relayclose.h"
#include "net/relaycompressor.h"
#include "net/relaydirection.h"
#include "net/relayhandshake.h"
#include "net/relaynear.h"
#include "net/relayspeaker.h"

#include <QBasicTimer>
#include <QFlags>
#include <QObject>

#include <memory>
#include <vector>

namespace wsw::net {

class Relay;

enum class RelayState : quint8 {
    Opening,    ///< the heads are passing
    Open,       ///< frames pass
    Closing,    ///< a Close has passed, or TCP is being ended
    Ended,
};

/// What a relay keeps of its options while it lives.
struct RelaySettings
{
    enum class Opening : quint8 { Handshake, None };
    Opening opening = Opening::Handshake; ///< None: Raw only, the user writes the heads as well
    quint64 maxFrameBytes = limits::defaultFrameBytes;
    quint64 maxMessageBytes = limits::messageBytes;
    quint64 maxInflatedBytes = limits::inflatedBytes;   ///< what a compressed message may become; never over maxMessageBytes
    int compressionLevel = -1;                          ///< as wire::Deflater's
    int handshakeTimeoutMs = limits::handshakeTimeoutMs;
    int closeTimeoutMs = limits::closeTimeoutMs;
};

struct RelayOptions : RelaySettings
{
    RelayHandshakeOptions handshake;    ///< .mode is the relay's
};

/// Who owns a Relay and hears from it, on the network thread. A relay may be deleted with deleteLater() from within a call.
class RelayObserver
{
public:
    virtual ~RelayObserver() = default;
    /// Host: a good request has come. Call openNearSocket() and give the socket to a QWebSocketServer.
    virtual void relayUpgrade(Relay &relay) = 0;
    /// state() has changed (not to Ended).
    virtual void relayChanged(Relay &relay) = 0;
    /// Whoever has much to send should wait (true): more waits to be written to the far side than limits::writeHighWater, or the
    /// recording has fallen behind. Or may go on (false): all has been written, and the recording has room.
    virtual void relayPressure(Relay &relay, bool high) = 0;
    /// Client: the peer has broken a rule, and its failing Close waits for what the speaker says to the relay.passed() messages before.
    /// Call failAfter(), now or within a second.
    virtual void relayFailing(Relay &relay) = 0;
    /// The last call. See endText() and error().
    virtual void relayEnded(Relay &relay) = 0;
};

/// One connection: stands between a speaker and the network, records every byte of the far side through a TrafficSink, judges it,
/// and passes it on. Lives on the network thread. See README.md for the way of a byte.
class Relay final : public QObject, private ByteStreamHandler, private RelayNearHandler
{
    Q_OBJECT
public:
    /// @p sink and @p observer are not owned and must outlive the relay.
    Relay(RelayOptions options, ConnectionId connection, std::unique_ptr<ByteStream> far, wire::TrafficSink &sink, RelayObserver &observer,
          QObject *parent = nullptr);
    ~Relay() override;

    /// Client, Proxy: the near side. Before start().
    void setNear(std::unique_ptr<ByteStream> near);
    /// Host, within relayUpgrade(): a socket that QWebSocketServer::handleConnection() takes over.
    [[nodiscard]] NearSocket *openNearSocket();
    /// Host: the QWebSocket behind that socket exists and listens; frames may come. After relayChanged() has said Open.
    void speakerReady();
    void start();

    /// Whether what is written is marked as the user's own making.
    enum class Marking : quint8 { Plain, Crafted };
    /// Writes a frame on the far side, at the next frame boundary and not before the speaker's @p afterSpoken-th message (counted
    /// from 1, see spoken()) has passed. A client's frame that is to be masked needs its key in @p header.
    void inject(const wire::FrameHeader &header, QByteArrayView payload, Marking marking, quint64 afterSpoken = 0);
    /// Writes bytes as they are, marked as crafted; at the next frame boundary.
    void injectRaw(QByteArrayView bytes, quint64 afterSpoken = 0);
    /// permessage-deflate has been agreed and is done here: what the speaker says is compressed, unless planned otherwise.
    [[nodiscard]] bool compresses() const noexcept { return m_compressor != nullptr; }
    /// compresses() only: how the speaker's @p message (counted from 1, see spoken()) goes onto the wire. Before the speaker has it.
    void planMessage(quint64 message, const SendPlan &plan) { m_compressor->plan(message, plan); }
    /// compresses() only: writes a whole message that no speaker has, compressed, in fragments as SendPlan says. Otherwise as inject().
    void injectMessage(wire::Opcode opcode, QByteArrayView payload, qsizetype fragmentBytes, Marking marking, quint64 afterSpoken = 0);
    /// Sends a Close and sees the closing through. @p code 0: an empty one. While opening: gives up. A Close that has to wait for its
    /// place waits as long as something flows, and the close time-out from then on.
    void close(quint16 code, const QString &reason, quint64 afterSpoken = 0);
    /// Cuts the connection with RST.
    void abort();
    /// After relayFailing(): the failing Close goes out as soon as the speaker's @p spoken-th message has.
    void failAfter(quint64 spoken);

    /// Why the far side is not read for the time being.
    enum class Hold : quint8 {
        NearFull = 0x01,    ///< the near side takes no more
        RepliesWait = 0x02, ///< what answers it cannot be written (see setHoldsForReplies())
        SinkFull = 0x04,    ///< the recording has fallen behind
        Observer = 0x08,    ///< setHeld()
        Opening = 0x10,     ///< not started, or the speaker is still answering the request
        FarFull = 0x20,     ///< (near side) the far side takes no more
        Unread = 0x40,      ///< of what was read before, a part waits for the other holds to end
    };
    Q_DECLARE_FLAGS(Holds, Hold)
    /// The speaker answers what it gets (echo): while its answers cannot be written, no more is read.
    void setHoldsForReplies(bool on);
    /// The observer wants this connection not to be read for now.
    void setHeld(bool on);
    /// The sink has room again.
    void resumeRecording();

    [[nodiscard]] RelayState state() const noexcept { return m_state; }
    [[nodiscard]] RelayMode mode() const noexcept { return m_mode; }
    [[nodiscard]] ConnectionId connection() const noexcept { return m_recorder.connection(); }
    [[nodiscard]] const ByteStream &far() const noexcept { return *m_far; }
    /// The heads and what they agreed; null once relayChanged() has said Open and returned.
    [[nodiscard]] const RelayHandshake *handshake() const noexcept { return m_handshake.get(); }
    /// Messages of the speaker that have passed.
    [[nodiscard]] quint64 spoken() const noexcept { return m_spoken; }
    /// Messages of the peer that have been given to the speaker.
    [[nodiscard]] quint64 passed() const noexcept { return m_passed; }
    /// This side has ended TCP: what is injected now goes nowhere.
    [[nodiscard]] bool hasEndedSending() const noexcept { return m_out.hasEnded(); }
    [[nodiscard]] bool isUnderPressure() const noexcept { return m_farFull || m_recorder.isHeld(); }

    [[nodiscard]] std::optional<quint16> closeCodeSent() const;
    [[nodiscard]] std::optional<quint16> closeCodeReceived() const;
    /// How it stands or ended, one short line: "open", "closed 1000", "cut inside a frame".
    [[nodiscard]] QString stateText() const;
    /// What went wrong, if anything did.
    [[nodiscard]] const std::optional<Error> &error() const noexcept { return m_error; }

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    // far side
    void bytesRead(QByteArrayView bytes, MonotonicNs time) override;
    void drained() override;
    void readEnded() override;
    void ended(StreamEnd end, const std::optional<Error> &error) override;
    // near side
    void nearBytes(QByteArrayView bytes) override;
    void nearDrained() override;
    void nearReadEnded() override;
    void nearEnded() override;
    [[nodiscard]] qsizetype farPending() const override;

    // opening (relay.cpp)
    void handshakeStep(RelayHandshake::Step step);
    void opened();
    void openingFailed(RelayHandshake::Outcome outcome);
    void passEarly();
    void recordEarly();
    // frames (relaytraffic.cpp)
    void framesFromFar(QByteArrayView bytes, MonotonicNs time);
    void takeFromFar(QByteArrayView bytes, MonotonicNs time);
    void passStep(const RelayDirection::Step &step, bool closeSeen);
    void stopFeeding() noexcept;
    [[nodiscard]] bool withholdsPing(const RelayDirection::Step &step) const noexcept;
    void passWithheldPing();
    void takeFromNear(QByteArrayView bytes, MonotonicNs now);
    [[nodiscard]] bool passesUntouched() const noexcept { return m_mode == RelayMode::Proxy && !m_compressor; }
    /// For which breach, if any, the connection is to be failed.
    [[nodiscard]] wire::Violation failureIn(const RelayDirection::Step &step) const noexcept;
    void framesFromNear(QByteArrayView bytes);
    void framesFromNearSingly(QByteArrayView bytes, MonotonicNs now);
    void writeFar(QByteArrayView bytes);
    void writeNear(QByteArrayView bytes);
    void injectDue();
    [[nodiscard]] bool isInjectionDue() const noexcept;
    struct Injection;
    void writeInjection(const Injection &injection);
    // compression (relaycompression.cpp)
    void beginCompression(const RelayDeflate &deflate);
    void compressedFromFar(QByteArrayView bytes, MonotonicNs time);
    void takeUnread();
    void compressedFromNear(QByteArrayView bytes);
    void writeMessage(const Injection &injection);
    void noteInjected(const wire::FrameHeader &header);
    /// Proxy: says to the program why the connection is being failed.
    void tellProgram(const wire::ViolationInfo &why);
    // closing (relayending.cpp)
    void failPeer(wire::Violation violation);
    [[nodiscard]] static bool speakerRefuses(quint16 closeCode) noexcept;
    void answerForSpeaker();
    void writeFailingClose();
    [[nodiscard]] bool isFailingDue() const noexcept { return m_failAfter && m_spoken >= *m_failAfter; }
    [[nodiscard]] Injection closeInjection(quint16 code, const QByteArray &reason) const;
    void writeClose(quint16 code, const QByteArray &reason);
    void follow(RelayClose::Order order);
    void armCloseTimer();
    void closeStillWaits();
    [[nodiscard]] std::optional<Error> ownDelay(int ms) const;
    void nothingTaken();
    void endTcp();
    void closeFar();
    /// How much of what was written the kernel has taken, counted from somewhere.
    [[nodiscard]] qint64 farTaken() const;
    [[nodiscard]] int patienceMs() const;
    void setState(RelayState state);
    void tellPressure();
    void setFarHold(Hold hold, bool on);
    void setNearHold(Hold hold, bool on);
    void checkSink();
    [[nodiscard]] QString endingText(StreamEnd end) const;
    [[nodiscard]] QString lossText() const;
    [[nodiscard]] std::optional<Error> endingError(StreamEnd end, const std::optional<Error> &streamError) const;

    /// Something to be written between the speaker's frames.
    struct Injection
    {
        wire::FrameHeader header;
        QByteArray bytes;           ///< as they go onto the wire
        quint64 afterSpoken = 0;
        enum class Sort : quint8 {
            Frame,
            Bytes,                  ///< as they are
            Message,                ///< .bytes is what is to be compressed, when its turn comes
        };
        Sort sort = Sort::Frame;
        qsizetype fragmentBytes = 0;    ///< Message only
        wire::RecordFlags flags;
    };

    RelaySettings m_options;
    RelayMode m_mode;
    RelayState m_state = RelayState::Opening;
    bool m_farFull = false;         ///< high water has been passed, and not all written since
    bool m_pressureTold = false;
    bool m_holdsForReplies = false;
    bool m_nearOver = false;        ///< nothing more comes from or goes to the near side
    bool m_nearIgnored = false;     ///< what it still says is not for the far side: our Close has been sent
    bool m_wasOpen = false;
    bool m_aborted = false;
    bool m_farReadEnded = false;    ///< the peer's FIN was read
    bool m_endedHere = false;       ///< this side ended TCP first; what still comes is recorded, and goes nowhere
    bool m_answersForSpeaker = false;   ///< the Close that the speaker sends next is replaced
    bool m_failWaits = false;       ///< a failing Close waits for the speaker's answers
    bool m_closeWaits = false;      ///< a Close waits for its turn: see close()
    bool m_closeGivenUp = false;    ///< its turn did not come in time
    bool m_farClosing = false;      ///< the far side is to end as soon as all has been written
    Holds m_farHolds = Hold::Opening;
    Holds m_nearHolds = Hold::Opening;
    RelayObserver &m_observer;
    RelayRecorder m_recorder;
    std::unique_ptr<ByteStream> m_far;
    std::unique_ptr<RelayNear> m_near;
    std::unique_ptr<RelayHandshake> m_handshake;
    RelayDirection m_in;            ///< far side, received
    RelayDirection m_out;           ///< far side, sent
    SpeakerFeed m_feed;
    std::unique_ptr<LenientFeed> m_lenientFeed;     ///< in its place, for a host that is lenient
    RelayClose m_close;
    std::vector<Injection> m_injections;
    quint64 m_spoken = 0;
    quint64 m_passed = 0;
    std::optional<quint64> m_failAfter;
    std::unique_ptr<RelayCompressor> m_compressor;  ///< where it is done here: an idle connection should cost little
    QByteArray m_unread;            ///< of the far side, while Hold::Unread is on
    MonotonicNs m_unreadTime = 0;
    std::optional<QByteArray> m_withheldPing;   ///< the payload of the latest Ping that came while no answer could be written
    QByteArray m_early;             ///< frames of the far side that came before the speaker was ready for them
    QByteArray m_earlyNear;         ///< what a third program sent before its request had an answer
    wire::Violation m_failing = wire::Violation::None;
    qint64 m_takenAtTimer = 0;      ///< farTaken(), when m_timer was started
    QBasicTimer m_timer;
    int m_secondLook = 0;           ///< m_timer's id while it only lets the network have its turn
    QString m_text;
    std::optional<Error> m_error;
};

Q_DECLARE_OPERATORS_FOR_FLAGS(Relay::Holds)

} // namespace wsw::net
