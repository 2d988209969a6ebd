#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace wsw::lesson {

/// How the value of Sec-WebSocket-Accept comes about, step by step (RFC 6455, 4.2.2).
struct AcceptSteps
{
    QByteArray key;     ///< Sec-WebSocket-Key as the client sent it
    QByteArray guid;    ///< the fixed text that the RFC appends
    QByteArray joined;  ///< key and guid in one
    QByteArray digest;  ///< SHA-1 of joined, 20 bytes
    QByteArray accept;  ///< base64 of digest, 28 characters
};

/// Computes the steps for @p key, whether it is a lawful key or not: a server uses the characters as they came.
[[nodiscard]] AcceptSteps acceptSteps(QByteArrayView key);

} // namespace wsw::lesson
