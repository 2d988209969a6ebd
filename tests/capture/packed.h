#pragma once

#include "capture/samples.h"

#include "capture/storedrecord.h"

namespace wsw::test {

/// The bytes of a sample as it is stored: header and unmasked payload.
[[nodiscard]] inline QByteArray pack(const Sample &sample)
{
    const qsizetype size = capture::storedHeaderBytes + sample.plain.size();
    const capture::StoredHeader header = capture::packHeader(sample.view(), static_cast<quint32>(size));
    QByteArray bytes(reinterpret_cast<const char *>(&header), sizeof header);
    return bytes + sample.plain;
}

} // namespace wsw::test
