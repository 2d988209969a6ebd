#include "models/recordsaying.h"

#include "capture/document.h"

namespace wsw::desktop {

std::optional<payload::Dialect> Dialects::of(const capture::Document &document, ConnectionId connection)
{
    const auto known = m_known.constFind(connection);
    if (known != m_known.cend())
        return *known;
    const auto info = document.connection(connection);
    return m_known.insert(connection, info ? payload::dialectOf(info->subprotocol, info->url) : std::nullopt).value();
}

std::optional<payload::Saying> sayingOf(const capture::RecordHeader &header, const QByteArray &meant, std::optional<payload::Dialect> dialect)
{
    const wire::Opcode opcode = header.frame.opcode;
    const bool begins = header.kind == wire::RecordKind::Frame && (opcode == wire::Opcode::Text || opcode == wire::Opcode::Binary);
    return begins ? payload::sayingOf(meant, opcode == wire::Opcode::Text, dialect) : std::nullopt;
}

} // namespace wsw::desktop
