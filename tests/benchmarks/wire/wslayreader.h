#pragma once

#include <QByteArrayView>

#include <memory>

struct wslay_frame_context;

namespace wsw::bench {

/// Reads frames with libwslay, the baseline: it gets its bytes by callback, checks the header and unmasks the payload.
class WslayReader final
{
public:
    /// @p stream must outlive the reader.
    explicit WslayReader(QByteArrayView stream);
    ~WslayReader();
    /// Reads the whole stream once more and returns the number of payload bytes seen.
    [[nodiscard]] quint64 readAll();

private:
    static ssize_t receive(uchar *to, size_t room, int flags, void *self);

    QByteArrayView m_stream;
    QByteArrayView m_left;
    wslay_frame_context *m_context = nullptr;
};

} // namespace wsw::bench
