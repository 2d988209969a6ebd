#pragma once

#include "net/relaydirection.h"

namespace wsw::net {

/// What a lenient host does about each breach; it is recorded whatever that is.
///
/// | violation                   |         | what the speaker gets                                                      |
/// |-----------------------------|---------|----------------------------------------------------------------------------|
/// | rsv1-set, rsv2-set, rsv3-set | Mends  | the frame without the bit                                                  |
/// | reserved-opcode             | Skips   | nothing of the frame                                                       |
/// | length-not-minimal          | Mends   | the frame with its length in the shortest form                             |
/// | length-high-bit             | Ends    | nothing more: no frame can follow                                          |
/// | client-not-masked           | Mends   | the frame; a speaker asks for no mask                                      |
/// | control-fragmented          | Mends   | the frame with FIN 1                                                       |
/// | control-too-long            | Skips   | nothing of a Ping or Pong; of a Close, its code and what fits of its reason |
/// | continuation-without-start  | Skips   | nothing of the frame                                                       |
/// | data-inside-message         | Skips   | nothing of the message that was cut off; the new one                       |
/// | text-not-utf8, text-ends-in-sequence | Skips | nothing of the message                                              |
/// | compressed-data-damaged     | Skips   | nothing of the message, nor of later ones that build on it                 |
/// | frame-, message-, inflated-over-limit | Ends | nothing more                                                        |
/// | close-one-byte, close-code-reserved, -unregistered, -out-of-range | Mends | an empty Close                     |
/// | close-reason-not-utf8       | Mends   | a Close with the code alone                                                |
/// | frame-after-close           | Skips   | nothing of it                                                              |
/// | end-inside-frame, end-without-close | Ends | (TCP has ended)                                                       |
/// | method-not-get, upgrade-missing, key-missing, version-not-13, head-malformed, head-too-large | Ends | no connection: the request is refused |
/// | http-version-too-old, host-missing, connection-upgrade-missing, version-missing | Mends | a request as it should be      |
/// | key-not-16-bytes, header-repeated | Mends | a request; the key is accepted as it stands, of repeated lines the first counts |
/// | target-malformed, host-malformed, origin-malformed | Mends | a request for / ; with the host localhost; without the origin    |
/// | subprotocol-malformed, -repeated | Mends | a request; what of the list can be read counts                              |
/// | header-folded, line-end-bare | Mends  | a request (a strict host takes it as well)                                 |
/// | extension-malformed         | Skips   | a request; no extension is agreed on                                       |
/// | server-masked, and what only a response can break | Absent | (a host does not receive these)                            |
enum class Leniency : quint8 { Mends, Skips, Ends, Absent };

[[nodiscard]] Leniency leniency(wire::Violation violation) noexcept;

/// Makes frames for a QWebSocket out of what a lenient host receives: only lawful ones, whole messages, as the table above says.
/// Sans-I/O. Use for every chunk read: begin(), take() for every step of its direction, then finish(), as with SpeakerFeed. A message
/// is held until it is complete and good: the speaker cannot be made to forget what it has got.
class LenientFeed final
{
public:
    void begin();
    void take(const RelayDirection::Step &step, const wire::FrameJudge &judge);
    /// What the speaker is to be given now; valid until the next begin(). Empty: nothing yet.
    [[nodiscard]] QByteArrayView finish() const noexcept { return m_given; }
    /// From now on nothing is passed.
    void stop() noexcept { m_stopped = true; }

private:
    void takeControl(const RelayDirection::Step &step, const wire::FrameJudge &judge);
    void takeData(const RelayDirection::Step &step);
    void give(wire::Opcode opcode, QByteArrayView payload);

    QByteArray m_given;
    QByteArray m_message;           ///< of the open message so far
    wire::Opcode m_opcode = wire::Opcode::Binary;
    bool m_open = false;            ///< a message has begun and not ended
    bool m_spoiled = false;         ///< it will not be given
    bool m_skipsFrame = false;      ///< the current data frame belongs to no message
    bool m_stopped = false;
};

} // namespace wsw::net
