#pragma once

#include "base/result.h"

#include <QByteArray>

class QIODevice;

namespace wsw::exchange {

/// Gathers what is written in a buffer and hands it on in large pieces. After an error everything is dropped; finish() tells.
class Output final
{
public:
    static constexpr qsizetype pieceBytes = 256 * 1024;
    explicit Output(QIODevice &device) : m_device(device) { m_buffer.reserve(2 * pieceBytes); }

    /// Append to this, then call flushIfFull().
    [[nodiscard]] QByteArray &buffer() noexcept { return m_buffer; }
    void flushIfFull()
    {
        if (m_buffer.size() >= pieceBytes)
            flush();
    }
    void flush();
    [[nodiscard]] bool failed() const noexcept { return m_failed; }
    /// Hands on the rest; what went wrong.
    [[nodiscard]] Result<> finish();

private:
    QIODevice &m_device;
    QByteArray m_buffer;
    bool m_failed = false;
    QString m_why;
};

} // namespace wsw::exchange
