#pragma once

#include "net/relaydirection.h"

namespace wsw::net {

/// U+FEFF. QWebSocket (6.4) takes one at the beginning of a frame for a byte order mark.
inline constexpr QByteArrayView byteOrderMark("\xef\xbb\xbf");

/// Prepares the frames of the far side for a QWebSocket: whole frames pass as they came, large ones unmasked; a frame that comes in
/// parts is held until it is whole, one over limits::payloadChunkBytes is passed in fragments as it comes; text is re-cut where a
/// fragment ends inside a code point or begins with U+FEFF; compressed messages pass inflated, in fragments as they come. QWebSocket
/// (6.4) needs it: a frame that arrives in part starts a timer that ends the connection; its decoder refuses legal fragments that end
/// inside a UTF-8 sequence, and drops one U+FEFF from the beginning of each frame: a fragment that begins with one is given a second
/// one to be dropped; and it knows no extension. Sans-I/O.
/// Use for every chunk read: begin(), take() for every step of its direction, then finish().
class SpeakerFeed final
{
public:
    enum class Taker : quint8 {
        WebSocketOfQt,
        Program,            ///< a third program gets inflated messages as fragments, and every text as it was
    };
    explicit SpeakerFeed(Taker taker = Taker::WebSocketOfQt) noexcept : m_taker(taker) {}

    /// @p chunk: what was read; its first byte has the offset @p wireOffset in the frames' stream. The view must stay valid until finish().
    void begin(QByteArrayView chunk, quint64 wireOffset);
    /// @p judge: of that direction, after the step.
    void take(const RelayDirection::Step &step, const wire::FrameJudge &judge);
    /// What the speaker is to be given now; valid until the next begin(). Empty: nothing yet.
    [[nodiscard]] QByteArrayView finish();
    /// From now on nothing is passed: the connection is being failed. What was taken before still goes.
    void stop() noexcept { m_stopped = true; }

private:
    void passWhole(const RelayDirection::Step &step);
    void passCopy(const RelayDirection::Step &step);
    void passFragment(const RelayDirection::Step &step, const wire::FrameJudge &judge);
    void gatherSpan();

    Taker m_taker;
    QByteArrayView m_chunk;
    quint64 m_chunkOffset = 0;
    qsizetype m_spanBegin = 0;      ///< whole frames within m_chunk that pass as they are
    qsizetype m_spanEnd = 0;
    QByteArray m_gathered;          ///< used only where one span does not do
    QByteArray m_carry;             ///< the end of the text so far, plain, that is no whole code point yet: it goes with the next fragment
    bool m_begun = false;           ///< of the message that is passed in fragments, the first has been written
    bool m_stopped = false;
};

} // namespace wsw::net
