#pragma once

#include "wire/mask.h"

#include <QByteArray>

namespace wsw::desktop {

/// Stored payload bytes as they stood on the wire: masked where the frame was. @p offset: of the first byte within the payload.
[[nodiscard]] inline QByteArray asOnTheWire(QByteArray payload, const wire::FrameHeader &frame, quint64 offset = 0)
{
    if (frame.masked) {
        auto *bytes = reinterpret_cast<uchar *>(payload.data());
        wire::applyMask(bytes, bytes, payload.size(), frame.key, offset);
    }
    return payload;
}

} // namespace wsw::desktop
