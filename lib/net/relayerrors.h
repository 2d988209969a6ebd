#pragma once

#include "base/result.h"
#include "wire/handshake.h"

namespace wsw::net {

// What can go wrong while a connection is being opened, each with its own sentence and remedy. @p url names the endpoint.

/// An answer with another status than 101. @p content: what has come of its body, without transfer coding.
[[nodiscard]] Error notSwitched(const QString &url, const wire::Head &response, QByteArrayView content);
/// A 101 that breaks the rules of RFC 6455, 4.1.
[[nodiscard]] Error badUpgrade(const QString &url, const wire::Findings &findings);
/// An extension that was asked for by a header of the user's and that the speaker does not know.
[[nodiscard]] Error foreignExtension(const QString &url, const QByteArray &extensions);
/// An answer about permessage-deflate that cannot be kept to. @p problem: one sentence.
[[nodiscard]] Error deflateNotSpoken(const QString &url, const QString &problem);
/// The answer is no HTTP, or its head is larger than the limit. @p raw: what came.
[[nodiscard]] Error brokenHead(const QString &url, wire::HeadStatus status, const QString &problem, QByteArrayView raw);
/// The connection ended before or inside the answer's head.
[[nodiscard]] Error cutInHead(const QString &url, QByteArrayView raw, const QString &why);
[[nodiscard]] Error noAnswer(const QString &url, int ms, QByteArrayView raw);

/// "401 Unauthorized"
[[nodiscard]] QString statusText(const wire::Head &response);
/// Up to @p max bytes of foreign text for a person: other than printable characters and line ends are shown as dots.
[[nodiscard]] QString excerpt(QByteArrayView bytes, qsizetype max);

} // namespace wsw::net
