#pragma once

#include <QByteArrayView>
#include <QString>

#include <optional>
#include <span>

namespace wsw::wire {

/// RFC 6455, 7.4: may this code stand in a Close frame?
enum class CloseCodeClass : quint8 {
    Registered,     ///< in the IANA registry and may be sent
    NeverSent,      ///< 1004, 1005, 1006, 1015
    Unassigned,     ///< 1016-2999 without an entry
    Library,        ///< 3000-3999: registered by libraries and frameworks
    Private,        ///< 4000-4999
    OutOfRange,
};

struct CloseCodeInfo
{
    quint16 code;
    const char *name;       ///< e.g. "Normal Closure", the registry's word
    const char *reference;  ///< e.g. "RFC 6455, 7.4.1"
};

[[nodiscard]] CloseCodeClass closeCodeClass(quint16 code) noexcept;
/// Registered, a library's, or private.
[[nodiscard]] bool maySendCloseCode(quint16 code) noexcept;
/// The code that the payload of a Close begins with; nothing where it is too short for one.
[[nodiscard]] std::optional<quint16> closeCodeIn(QByteArrayView payload) noexcept;
/// The IANA registry's entries below 3000, in order.
[[nodiscard]] std::span<const CloseCodeInfo> registeredCloseCodes() noexcept;
/// The registry's name, or what the range means ("private use", "library", ...).
[[nodiscard]] QString closeCodeName(quint16 code);

} // namespace wsw::wire
