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
    const bool isWhole = header.frame.fin && static_cast<quint64>(meant.size()) == header.stored(capture::PayloadForm::Meant);
    const auto extent = isWhole ? payload::Extent::Whole : payload::Extent::Beginning;
    return begins ? payload::sayingOf(meant, opcode == wire::Opcode::Text, dialect, extent) : std::nullopt;
}

} // namespace wsw::desktop
