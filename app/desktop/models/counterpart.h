#pragma once

#include "base/result.h"
#include "capture/record.h"

#include <QString>

#include <atomic>
#include <optional>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// What another record is to one: request and answer of a handshake, Ping and Pong, the two Closes, a message and its echo, a fragment and
/// the beginning of its message. Where this program asked, replies are paired when they are recorded; where it was asked, as a host, the message
/// that it sent back is known by what it says.
enum class Counterpart : quint8 { Answer, Question, Pong, Ping, OtherClose, Reply, Original, Echo, Echoed, Beginning };

/// Which one @p record can have; nothing for what stands alone.
[[nodiscard]] std::optional<Counterpart> counterpartOf(const capture::Record &record);
/// "Go to its Pong", for a menu.
[[nodiscard]] QString goToText(Counterpart counterpart);
/// Finds it, within bounds; an invalid id where there is none, or @p cancelled has become true. For workers.
[[nodiscard]] Result<RecordId> findCounterpart(const capture::Document &document, const capture::Record &record, const std::atomic_bool &cancelled);

} // namespace wsw::desktop
