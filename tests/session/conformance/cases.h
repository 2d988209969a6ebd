#pragma once

#include "rawpeer.h"

#include <QByteArray>
#include <QList>

namespace wsw::test {

/// What the peer writes: a frame, or bytes as they are, some at a time, and how long it waits before.
struct Step
{
    RawFrame frame;
    QByteArray raw;         ///< instead of the frame, where not empty
    qsizetype chop = 0;     ///< bytes a write; 0: in one piece
    int pauseMs = 0;        ///< before writing
};

/// How a case ends.
enum class Ending : quint8 {
    PeerCloses,     ///< the peer sends Close 1000, gets a Close 1000 back, then the end of TCP where it is the client
    Answered,       ///< the peer has sent a Close as its last step: the answer is checked, then the end of TCP
    Failed,         ///< the program fails the connection with closeCode, then ends TCP
};

/// One dialogue with an endpoint that echoes.
struct Case
{
    QByteArray name;
    QList<Step> steps;
    QList<RawFrame> replies;    ///< messages and control frames that must come, in order, before the ending
    Ending ending = Ending::PeerCloses;
    int closeCode = 1000;       ///< expected in the program's Close; 0: an empty Close
};

/// Framing, pings, reserved bits, opcodes, fragmentation, UTF-8, closing and limits.
[[nodiscard]] QList<Case> conformanceCases();

} // namespace wsw::test
