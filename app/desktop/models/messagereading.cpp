#include "models/messagereading.h"

#include "models/messagetext.h"

#include <QBuffer>
#include <QImageReader>

namespace wsw::desktop {

namespace {

/// How Qt calls the picture that @p bytes begin like; empty: they begin like none. Nobody else is asked what they might be: some readers
/// take anything, inflate it and go on reading.
QByteArray pictureFormat(QByteArrayView bytes)
{
    if (bytes.startsWith("\x89PNG"))
        return QByteArrayLiteral("png");
    if (bytes.startsWith("\xff\xd8\xff"))
        return QByteArrayLiteral("jpeg");
    if (bytes.startsWith("GIF8"))
        return QByteArrayLiteral("gif");
    return bytes.startsWith("RIFF") && bytes.size() > 12 && bytes.sliced(8, 4) == "WEBP" ? QByteArrayLiteral("webp") : QByteArray();
}

QImage pictureIn(const QByteArray &bytes)
{
    const QByteArray format = pictureFormat(bytes);
    if (format.isEmpty())
        return {};
    QByteArray data = bytes;
    QBuffer buffer(&data);
    QImageReader reader(&buffer, format);
    reader.setAutoDetectImageFormat(false);
    reader.setAutoTransform(true);
    return reader.read();
}

} // namespace

bool canBeRead(const LoadedMessage &message, const capture::RecordHeader &frame)
{
    const bool isData = frame.kind == wire::RecordKind::Frame && wire::isData(frame.frame.opcode);
    return isData && message.content == LoadedMessage::Content::Binary && message.isWhole() && !message.bytes.isEmpty();
}

MessageReading readMessage(const LoadedMessage &message, const ReadingChoice &choice)
{
    MessageReading reading;
    const QString magic = contentGuess(message.bytes);
    const bool mayBeFormat = magic.isEmpty() || magic == payload::formatName(payload::Format::Cbor);
    auto guessed = mayBeFormat ? payload::readAsItSeems(message.bytes, false) : std::nullopt;
    reading.seems = guessed ? payload::formatName(guessed->format) : magic;
    if (choice.kind == ReadingChoice::Kind::Bytes)
        return reading;
    if (choice.kind == ReadingChoice::Kind::AsItSeems) {
        if (guessed) {
            reading.format = guessed->format;
            reading.text = std::move(guessed->text);
        }
        if (!magic.isEmpty())
            reading.picture = pictureIn(message.bytes);
        return reading;
    }
    auto text = payload::layOut(message.bytes, choice.format);
    if (text) {
        reading.format = choice.format;
        reading.text = std::move(text).value();
    } else {
        reading.problem = text.error();
    }
    return reading;
}

} // namespace wsw::desktop
