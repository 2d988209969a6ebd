#include "models/messagecontent.h"

#include "payload/envelope.h"
#include "payload/jsonreader.h"

#include <QCoreApplication>

namespace wsw::desktop {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("MessageContent", text);
}

void takeTree(MessageContent &content, payload::TreeBuilder &builder)
{
    if (builder.isFull())
        content.treeProblem = payload::tooManyValues();
    else
        content.tree = builder.take();
}

void readWholeJson(MessageContent &content, const LoadedMessage &message)
{
    content.pretty = message.json;
    content.isJsonLike = true;
    if (message.frames > 1)
        content.whyNoFilter = translated("filters look into frames, and this message has come in several");
    payload::TreeBuilder builder;
    builder.beginRoot(QStringLiteral("JSON"));
    payload::readJson(QString::fromUtf8(message.bytes), builder);
    takeTree(content, builder);
}

/// JSON inside a protocol's message.
void readEnvelope(MessageContent &content, const LoadedMessage &message, const payload::Saying &saying)
{
    const auto parts = message.isWhole() ? payload::jsonPartsOf(message.bytes, saying.dialect) : QList<payload::JsonPart>();
    if (parts.isEmpty())
        return;
    const bool isText = message.content == LoadedMessage::Content::Text;
    // What stands in front of it in a binary message is no text.
    const QByteArrayView last = QByteArrayView(message.bytes).sliced(parts.constLast().at, parts.constLast().size);
    content.pretty = isText ? payload::laidOutEnvelope(message.bytes, parts)
                            : saying.words + QStringLiteral("\n\n") + payload::laidOutEnvelope(last, {{0, last.size()}});
    content.isJsonLike = true;
    content.whyNoFilter = translated("filters look into messages that are JSON as a whole");
    payload::TreeBuilder builder;
    for (const payload::JsonPart &part : parts) {
        builder.beginRoot(parts.size() == 1 ? saying.words : QStringLiteral("JSON %1").arg(&part - parts.constData() + 1));
        payload::readJson(QString::fromUtf8(QByteArrayView(message.bytes).sliced(part.at, part.size)), builder);
    }
    takeTree(content, builder);
}

void takeReading(MessageContent &content, const MessageReading &reading)
{
    content.pretty = reading.text;
    content.isJsonLike = payload::hasValues(*reading.format);
    content.tree = reading.tree;
    content.treeProblem = reading.treeProblem;
    content.whyNoFilter = translated("filters look into JSON, not into %1").arg(payload::formatName(*reading.format));
}

} // namespace

MessageContent contentOf(const LoadedMessage &message, const std::optional<payload::Saying> &saying, const std::optional<MessageReading> &reading)
{
    MessageContent content;
    if (message.json)
        readWholeJson(content, message);
    else if (reading && reading->format)
        takeReading(content, *reading);
    else if (saying && (!reading || reading->isAsItSeems))
        readEnvelope(content, message, *saying);
    if (!content.pretty && message.xml)
        content.pretty = message.xml;
    return content;
}

} // namespace wsw::desktop
