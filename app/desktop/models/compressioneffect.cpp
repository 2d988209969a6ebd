#include "models/compressioneffect.h"

#include "capture/document.h"
#include "lesson/extensionparts.h"
#include "models/recordtext.h"
#include "wire/deflate.h"

#include <QCoreApplication>

namespace wsw::desktop {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("CompressionEffect", text);
}

/// Fed to the compressor at a time, so that its output does not need as much room as the message again.
constexpr qsizetype stepBytes = 64 * 1024;

quint64 compressedAlone(QByteArrayView plain, wire::DeflateSide side)
{
    side.contextTakeover = wire::ContextTakeover::No;
    wire::Deflater deflater(side);
    quint64 bytes = 0;
    while (plain.size() > stepBytes) {
        bytes += static_cast<quint64>(deflater.compress(plain.first(stepBytes), wire::MessagePart::More).size());
        plain = plain.sliced(stepBytes);
    }
    return bytes + static_cast<quint64>(deflater.compress(plain, wire::MessagePart::Last).size());
}

QString contextText(const CompressionEffect &effect)
{
    if (effect.sender && effect.sender->contextTakeover == wire::ContextTakeover::No)
        return translated("Each message stands alone on this connection.");
    if (!effect.aloneBytes)
        return {};
    const quint64 alone = *effect.aloneBytes;
    if (alone == effect.wireBytes)
        return translated("Alone it would take as many: the messages before it did not help.");
    const QString bytes = groupedNumber(alone);
    if (alone < effect.wireBytes)
        return translated("This program would make %1 of it alone: its zlib packs tighter.").arg(bytes);
    return translated("Alone it would take %1: the messages before it saved %2.").arg(bytes, groupedNumber(alone - effect.wireBytes));
}

/// Nothing where compression changed nothing.
QString savedOneWay(quint64 wire, quint64 plain, const char *saved, const char *added)
{
    if (plain == wire)
        return {};
    return plain > wire ? translated(saved).arg(groupedNumber(plain - wire), groupedNumber(plain))
                        : translated(added).arg(groupedNumber(wire - plain), groupedNumber(plain));
}

} // namespace

std::optional<CompressionEffect> compressionEffect(const capture::Document &document, const capture::RecordHeader &frame,
                                                   const LoadedMessage &message)
{
    if (!message.compressed)
        return std::nullopt;
    CompressionEffect effect{message.totalBytes, message.wireBytes, std::nullopt, std::nullopt};
    const auto connection = document.connection(frame.connection);
    if (const auto agreed = connection ? lesson::agreedDeflate(connection->extensions) : std::nullopt) {
        const Role sender = frame.direction == Direction::Sent ? connection->localRole : other(connection->localRole);
        effect.sender = agreed->of(sender);
    }
    // zlib cannot write a window of 8 bits.
    const bool known = effect.sender && effect.sender->windowBits >= wire::leastOwnWindowBits;
    if (known && effect.sender->contextTakeover == wire::ContextTakeover::Yes && message.isWhole()
        && message.bytes.size() <= mostCompressedAgain)
        effect.aloneBytes = compressedAlone(message.bytes, *effect.sender);
    return effect;
}

QString compressionText(const CompressionEffect &effect)
{
    QString sizes = translated("Compressed from %1 to %2 bytes").arg(groupedNumber(effect.plainBytes), groupedNumber(effect.wireBytes));
    if (effect.plainBytes > 0) {
        const double percent = 100.0 * static_cast<double>(effect.wireBytes) / static_cast<double>(effect.plainBytes);
        sizes += translated(" (%1 %)").arg(percent, 0, 'f', percent < 9.95 ? 1 : 0);
    }
    const QString context = contextText(effect);
    return context.isEmpty() ? sizes + QLatin1Char('.') : sizes + QStringLiteral(". ") + context;
}

QString savedText(quint64 wireSent, quint64 plainSent, quint64 wireReceived, quint64 plainReceived)
{
    QStringList ways{savedOneWay(wireSent, plainSent, "saved %1 of %2 bytes sent", "added %1 to %2 bytes sent"),
                     savedOneWay(wireReceived, plainReceived, "saved %1 of %2 bytes received", "added %1 to %2 bytes received")};
    ways.removeAll(QString());
    return ways.isEmpty() ? QString() : translated("Compression: %1").arg(ways.join(QLatin1String(", ")));
}

} // namespace wsw::desktop
