#pragma once

#include "models/messageloader.h"
#include "wire/deflatenegotiation.h"

namespace wsw::desktop {

/// What permessage-deflate has made of one message.
struct CompressionEffect
{
    quint64 plainBytes = 0;
    quint64 wireBytes = 0;
    std::optional<wire::DeflateSide> sender;    ///< how its sender compresses, where known
    /// What the payload would be had it been compressed alone, with this program's zlib; only of whole messages up to a size.
    std::optional<quint64> aloneBytes;
};

/// More than this is not compressed once more just to be compared.
inline constexpr qsizetype mostCompressedAgain = 16 * 1024 * 1024;

/// Measures @p message, to which @p frame belongs; nothing where it was not compressed. For workers: compresses the message once more.
[[nodiscard]] std::optional<CompressionEffect> compressionEffect(const capture::Document &document, const capture::RecordHeader &frame,
                                                                 const LoadedMessage &message);
/// "Compressed from 24 to 19 bytes (79 %). Alone it would take 27: the messages before it saved 8."
[[nodiscard]] QString compressionText(const CompressionEffect &effect);

/// What compression has saved of the payloads of a connection in both directions, "Compression: saved 1 204 of 3 400 bytes
/// sent, ..."; wire and plain: bytes on the wire and what they would be without. Empty where nothing was compressed.
[[nodiscard]] QString savedText(quint64 wireSent, quint64 plainSent, quint64 wireReceived, quint64 plainReceived);

} // namespace wsw::desktop
