#include "models/recordsaying.h"

#include "capture/document.h"

namespace wsw::desktop {

std::optional<payload::Saying> sayingOf(const capture::Document &document, const capture::RecordHeader &header, const QByteArray &meant)
{
    const wire::Opcode opcode = header.frame.opcode;
    const bool begins = header.kind == wire::RecordKind::Frame && (opcode == wire::Opcode::Text || opcode == wire::Opcode::Binary);
    return begins ? sayingOf(document, header.connection, opcode == wire::Opcode::Text, meant) : std::nullopt;
}

std::optional<payload::Saying> sayingOf(const capture::Document &document, ConnectionId connection, bool isText, const QByteArray &message)
{
    const auto info = document.connection(connection);
    const auto dialect = info ? payload::dialectOf(info->subprotocol, info->url) : std::nullopt;
    return payload::sayingOf(message, isText, dialect);
}

} // namespace wsw::desktop
