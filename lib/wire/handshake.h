#pragma once

#include "wire/head.h"
#include "wire/violation.h"

#include <utility>

namespace wsw::wire {

/// RFC 6455, 1.3: what a server appends to the key.
inline constexpr QByteArrayView acceptGuid("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
/// RFC 6455, 4.2.2: SHA-1(key + GUID), 20 bytes.
[[nodiscard]] QByteArray acceptDigest(QByteArrayView key);
/// RFC 6455, 4.2.2: base64 of that, 28 characters.
[[nodiscard]] QByteArray acceptValue(QByteArrayView key);
/// Is @p key the base64 form of exactly 16 bytes?
[[nodiscard]] bool isValidKey(QByteArrayView key);

using HeaderList = QList<std::pair<QByteArray, QByteArray>>;

/// What a client asks for.
struct RequestOptions
{
    QByteArray target = "/";        ///< path and query, percent-encoded
    QByteArray host;                ///< host[:port] as Host must say; port left out where it is the scheme's default
    QByteArray key;                 ///< base64 of 16 random bytes, from the caller
    QByteArray origin;              ///< empty: no Origin line
    QList<QByteArray> subprotocols;
    QByteArray extensions;          ///< whole value of Sec-WebSocket-Extensions; empty: no such line
    HeaderList extra;               ///< further lines, order kept; a name that the handshake itself sends replaces that line
};
/// The request head as bytes (RFC 6455, 4.1), the empty line included. Everything is written as it is given: a tester may
/// ask for lines that no rule allows.
[[nodiscard]] QByteArray composeRequest(const RequestOptions &options);

/// What a server answers.
struct ResponseOptions
{
    QByteArray key;                 ///< the request's Sec-WebSocket-Key
    QByteArray subprotocol;         ///< empty: none chosen
    QByteArray extensions;          ///< empty: none agreed
    HeaderList extra;
};
/// A 101 response head as bytes (RFC 6455, 4.2.2).
[[nodiscard]] QByteArray composeResponse(const ResponseOptions &options);
/// Any other answer with a text body, Content-Length and Connection: close.
[[nodiscard]] QByteArray composeAnswer(int status, QByteArrayView reason, QByteArrayView contentType, QByteArrayView body,
                                       const HeaderList &extra = {});

/// What @p parser has found wrong with the bytes themselves: HeadMalformed or HeadTooLarge, or nothing.
[[nodiscard]] Findings judgeHead(const HeadParser &parser);
/// Judges a client's request (RFC 6455, 4.2.1). No findings: a server may answer 101.
[[nodiscard]] Findings judgeRequest(const Head &request);
/// Judges a server's response to @p request (RFC 6455, 4.1). No findings: the connection is open.
[[nodiscard]] Findings judgeResponse(const Head &request, const Head &response);

} // namespace wsw::wire
