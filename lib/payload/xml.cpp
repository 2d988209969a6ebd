#include "payload/formats.h"

#include <QXmlStreamReader>
#include <QXmlStreamWriter>

namespace wsw::payload {

namespace {

/// Within text, white space is a part of what is said: only elements without text of their own are laid out.
bool isSpace(const QXmlStreamReader &reader)
{
    return reader.isCharacters() && reader.isWhitespace();
}

} // namespace

Result<QString> layOutXml(QByteArrayView payload)
{
    QXmlStreamReader reader(payload.toByteArray());
    QString text;
    QXmlStreamWriter writer(&text);
    writer.setAutoFormatting(true);
    writer.setAutoFormattingIndent(2);
    int depth = 0;
    while (!reader.atEnd()) {
        reader.readNext();
        depth += reader.isStartElement() ? 1 : reader.isEndElement() ? -1 : 0;
        if (depth > mostDepth)
            return tooDeep(Format::Xml);
        // The reader invents a declaration where there is none.
        const bool isInvented = reader.isStartDocument() && reader.documentVersion().isEmpty();
        if (!reader.hasError() && !isInvented && !isSpace(reader) && !reader.isEndDocument())
            writer.writeCurrentToken(reader);
    }
    if (reader.hasError()) {
        Error error = isNone(Format::Xml, static_cast<qsizetype>(reader.characterOffset()));
        error.detail = reader.errorString();
        return error;
    }
    return text.trimmed();
}

} // namespace wsw::payload
