#pragma once

#include "conformance/rawframe.h"

#include <QByteArray>
#include <QList>

namespace wsw::test {

/// What the peer writes, and how long it waits before.
struct Step
{
    RawFrame frame;
    Spelling spelling;
    int pauseMs = 0;
};

/// How a dialogue ends.
enum class Ending : quint8 {
    PeerCloses,     ///< the peer sends Close 1000 and gets a Close 1000 back
    Answered,       ///< the peer has sent a Close among its steps: the answer is checked
    Failed,         ///< the program fails the connection with closeCode, and nothing that came later has an effect
};

/// One dialogue with an endpoint that echoes. Everything is expected strictly: these replies, in this order, and no others; this
/// close code; TCP ended in good order, by the server first where nothing failed.
struct Case
{
    QByteArray name;
    QList<Step> steps;
    QList<RawFrame> replies;        ///< messages and control frames before the Close
    Ending ending = Ending::PeerCloses;
    int closeCode = 1000;           ///< expected in the program's Close; 0: an empty Close, or 1000 in answer to one
    qsizetype chop = 0;             ///< bytes a write; 0: each step in one piece
    bool joined = false;            ///< all steps in one piece (and then chopped)
    int rounds = 1;                 ///< how often the steps are written, each time followed by all replies
    enum class Size : quint8 { Small, Large };
    Size size = Size::Small;        ///< Large: megabytes, or a thousand round trips

    [[nodiscard]] Case named(const QByteArray &newName) const { return with([&](Case &c) { c.name = newName; }); }
    [[nodiscard]] Case chopped(qsizetype bytes) const { return with([&](Case &c) { c.chop = bytes; }); }
    [[nodiscard]] Case inOnePiece() const { return with([](Case &c) { c.joined = true; }); }
    [[nodiscard]] Case large() const { return with([](Case &c) { c.size = Size::Large; }); }
    [[nodiscard]] Case repeated(int count) const { return with([&](Case &c) { c.rounds = count; }); }
    /// Waits before each step.
    [[nodiscard]] Case withPauses(int ms) const
    {
        return with([&](Case &c) {
            for (Step &step : c.steps)
                step.pauseMs = ms;
        });
    }

private:
    template<class Change>
    [[nodiscard]] Case with(Change change) const
    {
        Case copy = *this;
        change(copy);
        return copy;
    }
};

namespace opcode {
inline constexpr int continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10;
}

[[nodiscard]] inline RawFrame frame(int code, const QByteArray &payload = {}, int rsv = 0) { return {code, payload, true, rsv}; }
/// A frame that more of its message follows.
[[nodiscard]] inline RawFrame part(int code, const QByteArray &payload = {}, int rsv = 0) { return {code, payload, false, rsv}; }

[[nodiscard]] inline RawFrame closeFrame(int code, const QByteArray &reason = {})
{
    QByteArray payload;
    payload.append(static_cast<char>(code >> 8)).append(static_cast<char>(code & 0xff));
    return frame(opcode::close, payload + reason);
}

[[nodiscard]] inline QList<Step> steps(const QList<RawFrame> &frames)
{
    QList<Step> list;
    for (const RawFrame &one : frames)
        list.append({one, {}, 0});
    return list;
}

/// The frames are lawful: the replies come, and the connection is still good afterwards.
[[nodiscard]] inline Case echoed(const QByteArray &name, const QList<RawFrame> &frames, const QList<RawFrame> &replies)
{
    Case made;
    made.name = name;
    made.steps = steps(frames);
    made.replies = replies;
    return made;
}

/// The last frame, or one before it, breaks a rule: what came before is answered, then the connection is failed with @p code.
[[nodiscard]] inline Case failed(const QByteArray &name, const QList<RawFrame> &frames, int code, const QList<RawFrame> &replies = {})
{
    Case made = echoed(name, frames, replies);
    made.ending = Ending::Failed;
    made.closeCode = code;
    return made;
}

/// There is a Close among the frames, and it is answered with @p code.
[[nodiscard]] inline Case answered(const QByteArray &name, const QList<RawFrame> &frames, int code, const QList<RawFrame> &replies = {})
{
    Case made = echoed(name, frames, replies);
    made.ending = Ending::Answered;
    made.closeCode = code;
    return made;
}

} // namespace wsw::test
