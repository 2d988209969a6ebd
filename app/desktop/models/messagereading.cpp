#include "models/messagereading.h"

#include "models/messagetext.h"
#include "models/recordtext.h"
#include "payload/jsonwriter.h"
#include "payload/protoschema.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImageReader>

namespace wsw::desktop {

namespace {

/// A larger picture stays bytes.
constexpr quint64 mostPictureBytes = quint64{16} * 1024 * 1024;

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

void takeText(MessageReading &reading, const LoadedMessage &message, payload::Format format, QString text)
{
    reading.format = format;
    reading.text = std::move(text);
    if (!payload::hasValues(format))
        return;
    if (auto tree = payload::treeOf(message.bytes, format))
        reading.tree = std::move(tree).value();
    else
        reading.treeProblem = tree.error();
}

QString translated(const char *text)
{
    return QCoreApplication::translate("MessageReading", text);
}

void readBySchema(MessageReading &reading, const LoadedMessage &message, const ReadingChoice &choice, SchemaCache &schemas)
{
    if (choice.schemaFile.isEmpty()) {
        reading.problem = Error{ErrorKind::Usage, translated("No .proto file has been chosen."), translated("Choose one: it names the fields."), {}};
        return;
    }
    const auto schema = schemas.get(choice.schemaFile);
    if (!schema) {
        reading.problem = schema.error();
        return;
    }
    reading.schemaTypes = (*schema)->messages();
    const QString type = choice.messageType.isEmpty() && reading.schemaTypes.size() == 1 ? reading.schemaTypes.constFirst() : choice.messageType;
    if (type.isEmpty() || !(*schema)->has(type)) {
        reading.problem = Error{ErrorKind::Usage, translated("It is not known of which type this message is."), translated("Choose the type of what is sent, and of what is received."), {}};
        return;
    }
    payload::JsonWriter writer;
    const auto outcome = (*schema)->read(message.bytes, type, writer);
    reading.problem = outcome.problem;
    reading.unknownFields = outcome.unknownFields;
    if (writer.isFull())
        return;
    reading.format = payload::Format::Protobuf;
    reading.text = writer.take();
    payload::TreeBuilder builder;
    builder.beginRoot(type);
    (void)(*schema)->read(message.bytes, type, builder);
    if (builder.isFull())
        reading.treeProblem = builder.whyFull();
    else
        reading.tree = builder.take();
}

/// Only its beginning is there.
MessageReading readTooLarge(const LoadedMessage &message, const ReadingChoice &choice)
{
    MessageReading reading;
    const QString magic = contentGuess(message.bytes);
    reading.seems = magic.isEmpty() ? translated("too large to read") : magic;
    reading.isAsItSeems = choice.kind == ReadingChoice::Kind::AsItSeems;
    const bool isSchema = choice.kind == ReadingChoice::Kind::Schema;
    if (choice.kind == ReadingChoice::Kind::Format || isSchema) {
        const QString name = payload::formatName(isSchema ? payload::Format::Protobuf : choice.format);
        reading.problem = Error{ErrorKind::Limit,
                                translated("This message has %1 bytes; up to %2 are read as %3.")
                                    .arg(groupedNumber(message.totalBytes), groupedNumber(static_cast<quint64>(payload::mostBytes)), name),
                                translated("Save it, and read it with a program of its own."), {}};
    }
    return reading;
}

} // namespace

Result<LoadedMessage> loadReadable(const capture::Document &document, const capture::RecordHeader &frame, quint64 maxBytes,
                                   const std::atomic_bool &cancelled)
{
    auto message = loadMessage(document, frame, maxBytes, cancelled);
    if (!message || !canBeRead(*message, frame) || message->isWhole())
        return message;
    const quint64 readable = pictureFormat(message->bytes).isEmpty() ? static_cast<quint64>(payload::mostBytes) : mostPictureBytes;
    return message->totalBytes <= readable ? loadMessage(document, frame, message->totalBytes, cancelled) : std::move(message);
}

bool canBeRead(const LoadedMessage &message, const capture::RecordHeader &frame)
{
    const bool isData = frame.kind == wire::RecordKind::Frame && wire::isData(frame.frame.opcode);
    const bool isThere = message.beginFound && message.endFound && message.gaps.isEmpty() && !message.bytes.isEmpty();
    return isData && message.content == LoadedMessage::Content::Binary && isThere;
}

MessageReading readMessage(const LoadedMessage &message, const ReadingChoice &choice, SchemaCache &schemas)
{
    if (!message.isWhole())
        return readTooLarge(message, choice);
    MessageReading reading;
    const QString magic = contentGuess(message.bytes);
    const bool mayBeFormat = magic.isEmpty() || magic == payload::formatName(payload::Format::Cbor);
    auto guessed = mayBeFormat ? payload::readAsItSeems(message.bytes, false) : std::nullopt;
    reading.isAsItSeems = choice.kind == ReadingChoice::Kind::AsItSeems;
    reading.seems = guessed ? payload::formatName(guessed->format) : magic;
    switch (choice.kind) {
    case ReadingChoice::Kind::AsItSeems:
        if (guessed)
            takeText(reading, message, guessed->format, std::move(guessed->text));
        if (!magic.isEmpty())
            reading.picture = pictureIn(message.bytes);
        break;
    case ReadingChoice::Kind::Bytes: break;
    case ReadingChoice::Kind::Format:
        if (auto text = payload::layOut(message.bytes, choice.format))
            takeText(reading, message, choice.format, std::move(text).value());
        else
            reading.problem = text.error();
        break;
    case ReadingChoice::Kind::Schema: readBySchema(reading, message, choice, schemas); break;
    }
    return reading;
}

} // namespace wsw::desktop
