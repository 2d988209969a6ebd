#include "wire/wslayreader.h"

#include <wslay/wslay.h>

#include <algorithm>
#include <cstring>

namespace wsw::bench {

WslayReader::WslayReader(QByteArrayView stream) : m_stream(stream)
{
    const wslay_frame_callbacks callbacks{nullptr, &WslayReader::receive, nullptr};
    if (wslay_frame_context_init(&m_context, &callbacks, this) != 0)
        qFatal("libwslay gave no context");
}

WslayReader::~WslayReader()
{
    wslay_frame_context_free(m_context);
}

quint64 WslayReader::readAll()
{
    m_left = m_stream;
    quint64 seen = 0;
    wslay_frame_iocb frame{};
    for (;;) {
        const ssize_t got = wslay_frame_recv(m_context, &frame);
        if (got == WSLAY_ERR_WANT_READ)
            return seen;
        if (got < 0)
            qFatal("libwslay refused the stream: %d", static_cast<int>(got));
        seen += static_cast<quint64>(got);
    }
}

ssize_t WslayReader::receive(uchar *to, size_t room, int, void *self)
{
    QByteArrayView &left = static_cast<WslayReader *>(self)->m_left;
    const qsizetype size = std::min(static_cast<qsizetype>(room), left.size());
    if (size == 0)
        return -1; // no more for now
    std::memcpy(to, left.data(), static_cast<size_t>(size));
    left = left.sliced(size);
    return size;
}

} // namespace wsw::bench
