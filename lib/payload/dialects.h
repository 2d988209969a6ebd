#pragma once

#include "payload/dialect.h"

#include <QByteArray>
#include <QString>

#include <optional>

/// One function a dialect: what a message says in a few words, or nothing where it is none; for sayingOf().
namespace wsw::payload {

using Words = std::optional<QString>;

[[nodiscard]] Words graphQlWords(QByteArrayView payload);
[[nodiscard]] Words mqttWords(QByteArrayView payload, Extent extent);
[[nodiscard]] Words signalRWords(QByteArrayView payload);
[[nodiscard]] Words socketIoWords(QByteArrayView payload);
[[nodiscard]] Words stompWords(QByteArrayView payload);
[[nodiscard]] Words wampWords(QByteArrayView payload);

/// 42["name", ...]: nothing else looks like that.
[[nodiscard]] bool isSocketIoEvent(QByteArrayView payload);

enum class Where : quint8 { Outermost, Anywhere };
/// The text of a member of a JSON object that may be cut off at its end: the first one of that name, in the outermost object or in any;
/// empty where there is none.
[[nodiscard]] QString textMember(QByteArrayView json, QByteArrayView name, Where where);
/// The text that stands first in a JSON array which may be cut off; empty where there is none.
[[nodiscard]] QString firstText(QByteArrayView json);

} // namespace wsw::payload
