#pragma once

#include "capture/document.h"

#include <QByteArray>
#include <QList>

namespace wsw::test {

/// A record together with the bytes that it points to, and the payload as it must be read back.
struct Sample
{
    wire::TrafficRecord record;     ///< payload is set by view()
    QByteArray onWire;
    QByteArray plain;               ///< unmasked
    QByteArray inflated;            ///< Content::Inflated only

    /// The record with its payload and what that has become pointing into this sample.
    [[nodiscard]] wire::TrafficRecord view() const;
};

/// What payloads are made of.
enum class Content {
    Noise,  ///< bytes that do not compress
    Text,   ///< bytes that do
    Mixed,  ///< 3000 samples of the one, 3000 of the other
    Inflated,   ///< noise; two of three are Compressed and have become text, of twice payloadBytes or 0 to 599 bytes
};

/// Sample number @p number of a fixed, varied series: every kind, opcode, flag, mask and length form comes by. With
/// @p payloadBytes < 0 the payload is 0 to 299 bytes long.
[[nodiscard]] Sample sample(quint64 number, qsizetype payloadBytes = -1, Content content = Content::Noise);
/// Bytes that look random and depend on @p seed only.
[[nodiscard]] QByteArray noise(quint64 seed, qsizetype bytes);
/// What a program might say to another one; depends on @p seed only.
[[nodiscard]] QByteArray text(quint64 seed, qsizetype bytes);
/// What must be read back differs from @p sample in this, in words; empty where it is the same.
[[nodiscard]] QString difference(const capture::RecordHeader &header, QByteArrayView payload, const Sample &sample,
                                 QByteArrayView inflated = {});

/// A sample that is masked, whatever the size of its payload.
inline constexpr quint64 maskedSample = 3;
/// Records samples @p from to @p to - 1, so that record n holds sample n - 1 where they are the only ones.
void record(capture::Document &document, quint64 from, quint64 to, qsizetype payloadBytes = -1,
            Content content = Content::Noise);
/// Scans the first @p count records: in words what is not as record() has put it; empty where all of them are right.
[[nodiscard]] QString check(const capture::Document &document, quint64 count, qsizetype payloadBytes = -1,
                            Content content = Content::Noise);

} // namespace wsw::test
