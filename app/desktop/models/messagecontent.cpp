#include "models/messagecontent.h"

#include "models/recordtext.h"
#include "payload/envelope.h"
#include "payload/jsonreader.h"
#include "payload/jsontext.h"

#include <QCoreApplication>

namespace wsw::desktop {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("MessageContent", text);
}

/// Laying out more than this as JSON helps nobody and takes long.
constexpr qsizetype jsonBytes = 8 * 1024 * 1024;

/// @p isRead: everything has been given to @p builder.
void takeTree(MessageContent &content, payload::TreeBuilder &builder, bool isRead)
{
    if (builder.isFull()) {
        content.treeProblem = builder.whyFull();
    } else if (isRead) {
        content.tree = builder.take();
    } else {
        // A part of it must not be taken for the whole.
        content.treeProblem = Error{ErrorKind::Usage, translated("The values of this message cannot be told apart."), translated("Read it as text."), {}};
    }
}

void takePretty(MessageContent &content, std::optional<QString> laidOut)
{
    content.isJsonLike = true;
    content.pretty = std::move(laidOut);
    if (!content.pretty) {
        content.prettyProblem = Error{ErrorKind::Limit, translated("Laid out, this message would be more than %1 characters.").arg(groupedNumber(static_cast<quint64>(payload::mostText))),
                                      translated("It is shown as it was on the wire."), {}};
    }
}

bool isWholeText(const LoadedMessage &message)
{
    return message.content == LoadedMessage::Content::Text && message.isWhole();
}

void readWholeJson(MessageContent &content, const LoadedMessage &message)
{
    const QString json = QString::fromUtf8(message.bytes);
    content.language = MessageContent::Language::Json;
    takePretty(content, payload::laidOutJson(json, payload::mostText));
    if (message.frames > 1)
        content.whyNoFilter = translated("filters look into frames, and this message has come in several");
    payload::TreeBuilder builder;
    builder.beginRoot(QStringLiteral("JSON"));
    const bool isRead = payload::readJson(json, builder);
    takeTree(content, builder, isRead);
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
    auto laidOut = isText ? payload::laidOutEnvelope(message.bytes, parts) : payload::laidOutEnvelope(last, {{0, last.size()}});
    if (laidOut && !isText)
        laidOut->prepend(saying.words + QStringLiteral("\n\n"));
    takePretty(content, std::move(laidOut));
    content.whyNoFilter = translated("filters look into messages that are JSON as a whole");
    payload::TreeBuilder builder;
    bool isRead = true;
    for (const payload::JsonPart &part : parts) {
        builder.beginRoot(parts.size() == 1 ? saying.words : QStringLiteral("JSON %1").arg(&part - parts.constData() + 1));
        isRead = isRead && payload::readJson(QString::fromUtf8(QByteArrayView(message.bytes).sliced(part.at, part.size)), builder);
    }
    takeTree(content, builder, isRead);
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
    if (isWholeText(message) && message.bytes.size() <= jsonBytes && payload::isJson(message.bytes))
        readWholeJson(content, message);
    else if (reading && reading->format)
        takeReading(content, *reading);
    else if (saying && (!reading || reading->isAsItSeems))
        readEnvelope(content, message, *saying);
    const bool mayBeXml = isWholeText(message) && !content.isJsonLike;
    if (auto xml = mayBeXml ? payload::readAsItSeems(message.bytes, true) : std::nullopt) {
        content.language = MessageContent::Language::Xml;
        content.pretty = std::move(xml->text);
    }
    return content;
}

} // namespace wsw::desktop
