#pragma once

#include "base/direction.h"
#include "replay/messagelist.h"
#include "session/types.h"

namespace wsw::replay {

/// Whether an endpoint sends such a message. It refuses text that is no UTF-8, a Ping over 125 bytes, and a Close with a code that must
/// not be sent or a reason that is too long.
[[nodiscard]] bool isSendable(MessageKind kind, const QByteArray &payload);
/// The message as one; its @p payload as it was meant, of a Close code and reason.
[[nodiscard]] session::Outgoing outgoingOf(MessageKind kind, const QByteArray &payload);
/// A data message in the same fragments as it was recorded in; not compressed, whatever has been agreed on.
[[nodiscard]] QList<session::Outgoing> fragmentsOf(MessageKind kind, const QByteArrayList &frames, Role sender);

} // namespace wsw::replay
