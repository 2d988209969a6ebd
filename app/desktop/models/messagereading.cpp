#include "models/messagereading.h"

#include "models/messagetext.h"

#include <QBuffer>
#include <QImageReader>

namespace wsw::desktop {

namespace {

QImage pictureIn(const QByteArray &bytes)
{
    QByteArray data = bytes;
    QBuffer buffer(&data);
    QImageReader reader(&buffer);
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
    const auto guessed = magic.isEmpty() ? payload::guess(message.bytes, false) : std::nullopt;
    reading.seems = guessed ? payload::formatName(*guessed) : magic;
    if (choice.kind == ReadingChoice::Kind::Bytes)
        return reading;
    if (choice.kind == ReadingChoice::Kind::AsItSeems) {
        reading.format = guessed;
        if (!magic.isEmpty())
            reading.picture = pictureIn(message.bytes);
    } else {
        reading.format = choice.format;
    }
    if (!reading.format)
        return reading;
    auto text = payload::layOut(message.bytes, *reading.format);
    if (text) {
        reading.text = std::move(text).value();
    } else {
        reading.problem = text.error();
        reading.format.reset();
    }
    return reading;
}

} // namespace wsw::desktop
