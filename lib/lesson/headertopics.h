#pragma once

#include "lesson/judgement.h"

#include <span>

namespace wsw::lesson {

/// A header line in its head, as the judges see it.
struct HeadLine
{
    const wire::Head &head;
    const wire::HeaderField &field;
    const wire::Head *request;      ///< for a response: the request it answers, or null where it is not known

    [[nodiscard]] bool inRequest() const noexcept { return head.kind == wire::Head::Kind::Request; }
    [[nodiscard]] bool isUpgrade() const noexcept { return inRequest() || head.status == 101; }
    /// Does the same name stand in another line of this head as well?
    [[nodiscard]] bool isRepeated() const;
};

/// What is known about one header, by name. A text that is null: the header has no place in that kind of head.
struct HeaderTopic
{
    const char *name;           ///< in its usual spelling; compared without case
    const char *request;
    const char *response;
    const char *reference;
    Judgement (*judge)(const HeadLine &);   ///< null: nothing to judge
};

/// Lines that the opening handshake itself is made of.
[[nodiscard]] std::span<const HeaderTopic> handshakeTopics() noexcept;
/// Lines that belong to HTTP at large and are met in handshakes.
[[nodiscard]] std::span<const HeaderTopic> httpTopics() noexcept;
/// The topic of @p name in either table, or null.
[[nodiscard]] const HeaderTopic *findTopic(QByteArrayView name) noexcept;

// The judges, one for each header that can be right or wrong.
[[nodiscard]] Judgement judgeHost(const HeadLine &line);
[[nodiscard]] Judgement judgeUpgrade(const HeadLine &line);
[[nodiscard]] Judgement judgeConnection(const HeadLine &line);
[[nodiscard]] Judgement judgeWebSocketKey(const HeadLine &line);
[[nodiscard]] Judgement judgeWebSocketVersion(const HeadLine &line);
[[nodiscard]] Judgement judgeWebSocketProtocol(const HeadLine &line);
[[nodiscard]] Judgement judgeWebSocketExtensions(const HeadLine &line);
[[nodiscard]] Judgement judgeWebSocketAccept(const HeadLine &line);
[[nodiscard]] Judgement judgeOrigin(const HeadLine &line);
[[nodiscard]] Judgement judgeContentLength(const HeadLine &line);
[[nodiscard]] Judgement judgeTransferEncoding(const HeadLine &line);
[[nodiscard]] Judgement judgeAuthorization(const HeadLine &line);
[[nodiscard]] Judgement judgeAuthenticate(const HeadLine &line);
[[nodiscard]] Judgement judgeLocation(const HeadLine &line);
[[nodiscard]] Judgement judgeAllowOrigin(const HeadLine &line);
/// For lines of drafts from before RFC 6455.
[[nodiscard]] Judgement judgeDraftLine(const HeadLine &line);
/// For lines that are no part of any standard, but harmless.
[[nodiscard]] Judgement judgeNoUpgradeRole(const HeadLine &line);

} // namespace wsw::lesson
