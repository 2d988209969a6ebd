#include "protoargument.h"

#include "payload/jsonwriter.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace wsw::cli {

Result<std::optional<ProtoArgument>> ProtoArgument::read(const QString &file, const QString &message)
{
    if (file.isEmpty() && !message.isEmpty())
        return Error{ErrorKind::Usage, u"--message names a type, but no --proto says what it is."_s, u"Add --proto FILE."_s, {}};
    if (file.isEmpty())
        return std::optional<ProtoArgument>();
    const auto schema = payload::ProtoSchema::load(file);
    if (!schema)
        return schema.error();
    const QStringList types = (*schema)->messages();
    const QString type = message.isEmpty() && types.size() == 1 ? types.constFirst() : message;
    if (type.isEmpty() || !(*schema)->has(type)) {
        const QString name = QFileInfo(file).fileName();
        return Error{ErrorKind::Usage, type.isEmpty() ? u"%1 has %2 types of messages."_s.arg(name).arg(types.size()) : u"%1 has no message %2."_s.arg(name, type),
                     u"Choose one with --message: %1."_s.arg(types.join(u", "_s)), {}};
    }
    return std::optional(ProtoArgument(*schema, type));
}

QString ProtoArgument::textOf(const capture::Record &record) const
{
    const capture::RecordHeader &header = record.header;
    const bool isWhole = header.integrity == capture::Integrity::Intact && header.kind == wire::RecordKind::Frame && header.frame.opcode == wire::Opcode::Binary
        && header.frame.fin && static_cast<quint64>(record.bytes(capture::PayloadForm::Meant).size()) == header.stored(capture::PayloadForm::Meant);
    if (!isWhole)
        return {};
    payload::JsonWriter writer;
    const auto outcome = m_schema->read(record.bytes(capture::PayloadForm::Meant), m_message, writer);
    const QString text = writer.takeOnOneLine();
    return outcome.problem ? u"%1 (%2)"_s.arg(text, outcome.problem->message) : text;
}

} // namespace wsw::cli
