#pragma once

#include <QByteArrayView>

namespace wsw::wire {

/// Checks UTF-8 (RFC 3629) in pieces and fails at the first byte that cannot continue any valid text.
class Utf8Validator final
{
public:
    /// Checks further bytes. Returns false from the first bad byte on, for ever; see badOffset().
    bool feed(QByteArrayView bytes) noexcept;
    /// True where no code point is left open: a message may end here.
    [[nodiscard]] bool atBoundary() const noexcept { return m_state == 0; }
    /// Offset of the first bad byte counted from the first byte fed, or -1.
    [[nodiscard]] qint64 badOffset() const noexcept { return m_bad; }
    /// Bytes fed so far and found good.
    [[nodiscard]] qint64 fed() const noexcept { return m_fed; }
    /// Bytes at the end of what was fed that belong to an unfinished code point (0 to 3).
    [[nodiscard]] int openBytes() const noexcept { return m_open; }
    void reset() noexcept { *this = {}; }

private:
    void noteOpenBytes(QByteArrayView bytes) noexcept;
    qint64 m_fed = 0;
    qint64 m_bad = -1;
    quint8 m_state = 0;
    quint8 m_open = 0;
};

} // namespace wsw::wire
