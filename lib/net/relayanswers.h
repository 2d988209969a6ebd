#pragma once

#include "base/result.h"
#include "wire/handshake.h"

namespace wsw::net {

/// The answer to a request that is not upgraded: a status, and a page or a sentence that says why and what would be right.
struct RelayAnswer
{
    int status = 400;
    QByteArray bytes;       ///< head and body
    qsizetype headBytes = 0;
    QString text;           ///< for the tree, e.g. "answered 426: no upgrade was asked for"
};

/// A request that breaks the rules of RFC 6455, 4.2.1 (@p findings not empty), or one that asks for no upgrade at all. @p url: the host's.
[[nodiscard]] RelayAnswer answerRequest(const wire::Head &request, const wire::Findings &findings, const QString &url);
/// Bytes that are no head, or one that is too large.
[[nodiscard]] RelayAnswer answerBrokenHead(wire::HeadStatus status, const QString &problem);
/// No whole request within the time limit.
[[nodiscard]] RelayAnswer answerTimeout(int ms);
/// A proxy cannot reach its target, @p error says why.
[[nodiscard]] RelayAnswer answerBadGateway(const Error &error);

} // namespace wsw::net
