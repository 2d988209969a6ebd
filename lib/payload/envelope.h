#pragma once

#include "payload/dialect.h"

#include <QList>
#include <QString>

#include <optional>

namespace wsw::payload {

/// A part of a message that is JSON by itself: in bytes.
struct JsonPart
{
    qsizetype at;
    qsizetype size;
    friend bool operator==(const JsonPart &, const JsonPart &) = default;
};

/// The JSON objects and arrays that a message of @p dialect has inside: behind the digits of Socket.IO, between SignalR's record separators,
/// as the body of STOMP and MQTT. None where the whole message is JSON (GraphQL, WAMP), or too little of it is. Any thread.
[[nodiscard]] QList<JsonPart> jsonPartsOf(QByteArrayView payload, Dialect dialect);

/// The text of a message with its JSON laid out: nothing but white space inside the parts, and a line end behind one that another follows,
/// is new. Nothing where it would be more than mostText characters.
[[nodiscard]] std::optional<QString> laidOutEnvelope(QByteArrayView payload, const QList<JsonPart> &parts);

} // namespace wsw::payload
