#pragma once

#include "capture/samples.h"

#include "capture/storedrecord.h"

namespace wsw::test {

/// The bytes of a sample as it is stored: header, unmasked payload and what that has become.
[[nodiscard]] inline QByteArray pack(const Sample &sample)
{
    const qsizetype size = capture::storedHeaderBytes + sample.plain.size() + sample.inflated.size();
    const capture::StoredHeader header = capture::packHeader(sample.view(), static_cast<quint32>(size),
                                                             static_cast<quint32>(sample.inflated.size()));
    QByteArray bytes(reinterpret_cast<const char *>(&header), sizeof header);
    return bytes + sample.plain + sample.inflated;
}

} // namespace wsw::test
