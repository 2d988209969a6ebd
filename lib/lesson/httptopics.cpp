#include "lesson/headertopics.h"

#include <array>

namespace wsw::lesson {

namespace {

constexpr const char *fetch = "Fetch Standard (WHATWG), CORS protocol";
constexpr const char *fetchMetadata = "Fetch Metadata Request Headers (W3C)";
constexpr const char *custom = "RFC 9110, section 16.3 (not registered)";
constexpr const char *forwardedText =
    "A proxy in between notes facts about the client's connection that the server cannot see itself. "
    "Only a line that one's own proxy wrote can be trusted: a client can send it too.";
constexpr const char *crossOriginText =
    "Tells a browser what pages of other sites may do with an ordinary HTTP answer (CORS). "
    "Browsers do not apply it to WebSocket connections; a server must look at Origin itself.";
constexpr const char *browserHintText =
    "A browser describes itself or the way the request came about. Servers may use it to refuse requests that they did not expect.";
constexpr const char *pageSafetyText =
    "A safety setting for web pages. It comes from a server that adds it to every answer and has no effect on a WebSocket connection.";
constexpr const char *traceText =
    "A number by which a request can be found again in the logs of all machines that handled it.";
constexpr const char *validatorText =
    "Makes a request depend on whether a stored copy is still fresh. An upgrade is never stored, so it has no effect here.";

constexpr std::array httpTable{
    HeaderTopic{"User-Agent", "Names the program that sends the request and its version. Useful in a server's log; easy to forge.",
                nullptr, "RFC 9110, section 10.1.5", nullptr},
    HeaderTopic{"Accept", "The kinds of content that the client would take in an ordinary answer. It plays no part in an upgrade.",
                nullptr, "RFC 9110, section 12.5.1", nullptr},
    HeaderTopic{"Accept-Charset", "The character sets that the client would take in an ordinary answer. It is out of use; WebSocket text is always UTF-8.",
                nullptr, "RFC 9110, section 12.5.2", nullptr},
    HeaderTopic{"Accept-Encoding",
                "The compressions that the client would take for the body of an ordinary answer. It does not compress WebSocket messages: "
                "that is permessage-deflate in Sec-WebSocket-Extensions.",
                nullptr, "RFC 9110, section 12.5.3", nullptr},
    HeaderTopic{"Accept-Language", "The languages that the user prefers. A server may choose the words of its messages by it.",
                nullptr, "RFC 9110, section 12.5.4", nullptr},
    HeaderTopic{"Cache-Control",
                "Rules for stores on the path. no-cache asks that the request reach the server itself; browsers send it with each WebSocket handshake.",
                "Rules for stores on the path: may this answer be kept, and for how long. An answer with status 101 is never stored.",
                "RFC 9111, section 5.2", nullptr},
    HeaderTopic{"Pragma", "The older form of Cache-Control: no-cache, for stores that speak HTTP/1.0 only. Browsers send both.",
                "The older form of Cache-Control. It has no defined meaning in answers.", "RFC 9111, section 5.4", nullptr},
    HeaderTopic{"Date", "When the request was written. Clients seldom send it.",
                "When the server wrote the answer, in universal time. It lets others judge the age of stored copies.",
                "RFC 9110, section 6.6.1", nullptr},
    HeaderTopic{"Server", nullptr, "Names the server program and perhaps its version. Useful when looking for a fault; it also helps an attacker, so some leave it out.",
                "RFC 9110, section 10.2.4", nullptr},
    HeaderTopic{"Content-Type", "The kind of content in the request's body. A WebSocket handshake has no body.",
                "The kind of content in the body of the answer, for example text/html. An answer with status 101 has no body.",
                "RFC 9110, section 8.3", judgeNoUpgradeRole},
    HeaderTopic{"Content-Length", "How many bytes of body follow the head. A WebSocket handshake has none.",
                "How many bytes of body follow the head. After status 101 no body follows: the next byte is the first WebSocket frame.",
                "RFC 9110, section 8.6", judgeContentLength},
    HeaderTopic{"Transfer-Encoding", "How the body is cut into pieces on the way. A WebSocket handshake has no body.",
                "How the body is cut into pieces on the way. After status 101 no body follows.",
                "RFC 9112, section 6.1", judgeTransferEncoding},
    HeaderTopic{"Content-Encoding", "How the body is compressed. A WebSocket handshake has no body.",
                "How the body of the answer is compressed. An answer with status 101 has no body.", "RFC 9110, section 8.4", judgeNoUpgradeRole},
    HeaderTopic{"Content-Language", "The language of the body. A WebSocket handshake has no body.", "The language of the body of the answer.",
                "RFC 9110, section 8.5", judgeNoUpgradeRole},
    HeaderTopic{"Content-Disposition", "How to name the body as a file. A WebSocket handshake has no body.",
                "Whether a browser should show the body or save it as a file. An answer with status 101 has no body.", "RFC 6266", judgeNoUpgradeRole},
    HeaderTopic{"Access-Control-Allow-Origin", nullptr, crossOriginText, fetch, judgeAllowOrigin},
    HeaderTopic{"Access-Control-Allow-Credentials", nullptr, crossOriginText, fetch, judgeNoUpgradeRole},
    HeaderTopic{"Access-Control-Allow-Methods", nullptr, crossOriginText, fetch, judgeNoUpgradeRole},
    HeaderTopic{"Access-Control-Allow-Headers", nullptr, crossOriginText, fetch, judgeNoUpgradeRole},
    HeaderTopic{"Access-Control-Allow-Private-Network", nullptr, crossOriginText, "Private Network Access (WICG)", judgeNoUpgradeRole},
    HeaderTopic{"Access-Control-Expose-Headers", nullptr, crossOriginText, fetch, judgeNoUpgradeRole},
    HeaderTopic{"Access-Control-Max-Age", nullptr, crossOriginText, fetch, judgeNoUpgradeRole},
    HeaderTopic{"Access-Control-Request-Method", crossOriginText, nullptr, fetch, nullptr},
    HeaderTopic{"Access-Control-Request-Headers", crossOriginText, nullptr, fetch, nullptr},
    HeaderTopic{"Timing-Allow-Origin", nullptr, pageSafetyText, "Resource Timing (W3C)", nullptr},
    HeaderTopic{"Vary", nullptr, "Names the request lines on which the answer depends, so that a store keeps apart what differs.",
                "RFC 9110, section 12.5.5", nullptr},
    HeaderTopic{"Allow", nullptr, "The methods that the target understands. It comes with status 405. A WebSocket handshake uses GET.",
                "RFC 9110, section 10.2.1", nullptr},
    HeaderTopic{"Retry-After", nullptr, "How long to wait before trying again, as seconds or a date. It comes with 429 and 503; a client should obey it.",
                "RFC 9110, section 10.2.3", nullptr},
    HeaderTopic{"Expires", nullptr, "Until when a stored copy of the answer is fresh. An answer with status 101 is never stored.", "RFC 9111, section 5.3", nullptr},
    HeaderTopic{"Age", nullptr, "How many seconds the answer has lain in a store. A WebSocket handshake must never be answered from one.",
                "RFC 9111, section 5.1", judgeNoUpgradeRole},
    HeaderTopic{"ETag", nullptr, "A mark by which a stored copy of the body can be recognised. An answer with status 101 has no body.",
                "RFC 9110, section 8.8.3", judgeNoUpgradeRole},
    HeaderTopic{"Last-Modified", nullptr, "When the content of the body last changed. An answer with status 101 has no body.",
                "RFC 9110, section 8.8.2", judgeNoUpgradeRole},
    HeaderTopic{"If-None-Match", validatorText, nullptr, "RFC 9110, section 13.1.2", nullptr},
    HeaderTopic{"If-Match", validatorText, nullptr, "RFC 9110, section 13.1.1", nullptr},
    HeaderTopic{"If-Modified-Since", validatorText, nullptr, "RFC 9110, section 13.1.3", nullptr},
    HeaderTopic{"Range", "Asks for a part of the content only. It has no effect on an upgrade.", nullptr, "RFC 9110, section 14.2", nullptr},
    HeaderTopic{"Accept-Ranges", nullptr, "Says whether the client may ask for parts of the content. It plays no part in an upgrade.",
                "RFC 9110, section 14.3", nullptr},
    HeaderTopic{"Expect", "Asks the server to say early whether it will take the body. A WebSocket handshake has no body.", nullptr,
                "RFC 9110, section 10.1.1", nullptr},
    HeaderTopic{"Referer", "The page from which the request came. The name has been misspelt since the beginning. Browsers do not send it with WebSocket.",
                nullptr, "RFC 9110, section 10.1.3", nullptr},
    HeaderTopic{"From", "The mail address of the person who runs the client. Robots send it, so that they can be reached.", nullptr,
                "RFC 9110, section 10.1.2", nullptr},
    HeaderTopic{"TE", "The ways of cutting up a body that the client understands. A WebSocket handshake has no body.", nullptr,
                "RFC 9110, section 10.1.4", nullptr},
    HeaderTopic{"Trailer", "Announces lines that follow the body. A WebSocket handshake has no body.", "Announces lines that follow the body.",
                "RFC 9110, section 6.6.2", judgeNoUpgradeRole},
    HeaderTopic{"Keep-Alive", "How long the client would keep the connection for further HTTP requests. After an upgrade it has no meaning.",
                "How long the server keeps the connection for further HTTP requests. After an upgrade it has no meaning.",
                "RFC 2068, section 19.7.1", nullptr},
    HeaderTopic{"Via", "Each proxy on the path adds its name. It shows that the request did not come straight from the client.",
                "Each proxy on the path adds its name. It shows that the answer did not come straight from the server.",
                "RFC 9110, section 7.6.3", nullptr},
    HeaderTopic{"Forwarded", forwardedText, nullptr, "RFC 7239", nullptr},
    HeaderTopic{"X-Forwarded-For", forwardedText, nullptr, "RFC 7239, section 7.4 (the line it replaces)", nullptr},
    HeaderTopic{"X-Forwarded-Proto", forwardedText, nullptr, "RFC 7239, section 7.4 (the line it replaces)", nullptr},
    HeaderTopic{"X-Forwarded-Host", forwardedText, nullptr, "RFC 7239, section 7.4 (the line it replaces)", nullptr},
    HeaderTopic{"X-Forwarded-Port", forwardedText, nullptr, custom, nullptr},
    HeaderTopic{"X-Real-IP", forwardedText, nullptr, custom, nullptr},
    HeaderTopic{"Proxy-Authorization", "The client proves to a proxy on the path who it is. The proxy takes the line out again.", nullptr,
                "RFC 9110, section 11.7.2", judgeAuthorization},
    HeaderTopic{"Proxy-Authenticate", nullptr, "A proxy on the path says how the client can prove who it is. It comes with status 407.",
                "RFC 9110, section 11.7.1", nullptr},
    HeaderTopic{"Proxy-Connection", "An old, mistaken form of Connection for proxies. It has no standard and should not be sent.", nullptr,
                "RFC 9112, appendix C.2.2", nullptr},
    HeaderTopic{"Upgrade-Insecure-Requests", browserHintText, nullptr, "Upgrade Insecure Requests (W3C)", nullptr},
    HeaderTopic{"Sec-Fetch-Site", browserHintText, nullptr, fetchMetadata, nullptr},
    HeaderTopic{"Sec-Fetch-Mode", browserHintText, nullptr, fetchMetadata, nullptr},
    HeaderTopic{"Sec-Fetch-Dest", browserHintText, nullptr, fetchMetadata, nullptr},
    HeaderTopic{"Sec-Fetch-User", browserHintText, nullptr, fetchMetadata, nullptr},
    HeaderTopic{"Sec-CH-UA", browserHintText, nullptr, "User-Agent Client Hints (WICG)", nullptr},
    HeaderTopic{"Sec-CH-UA-Mobile", browserHintText, nullptr, "User-Agent Client Hints (WICG)", nullptr},
    HeaderTopic{"Sec-CH-UA-Platform", browserHintText, nullptr, "User-Agent Client Hints (WICG)", nullptr},
    HeaderTopic{"Sec-GPC", browserHintText, nullptr, "Global Privacy Control (W3C)", nullptr},
    HeaderTopic{"DNT", "The user asks not to be followed from site to site. The line is out of use.", nullptr, "Tracking Preference Expression (W3C)", nullptr},
    HeaderTopic{"Priority", browserHintText, nullptr, "RFC 9218, section 5", nullptr},
    HeaderTopic{"Strict-Transport-Security", nullptr,
                "Tells browsers to use encrypted connections only for this name from now on. It holds for wss as well as https.",
                "RFC 6797, section 6.1", nullptr},
    HeaderTopic{"Alt-Svc", nullptr, "Names other addresses or protocols at which the same service can be had, for example HTTP/3. WebSocket clients may ignore it.",
                "RFC 7838, section 3", nullptr},
    HeaderTopic{"Link", nullptr, "Names related pages. It plays no part in an upgrade.", "RFC 8288, section 3", nullptr},
    HeaderTopic{"Content-Security-Policy", nullptr, pageSafetyText, "Content Security Policy Level 3 (W3C)", nullptr},
    HeaderTopic{"X-Frame-Options", nullptr, pageSafetyText, "RFC 7034", nullptr},
    HeaderTopic{"X-Content-Type-Options", nullptr, pageSafetyText, "Fetch Standard (WHATWG), X-Content-Type-Options", nullptr},
    HeaderTopic{"X-XSS-Protection", nullptr, pageSafetyText, custom, nullptr},
    HeaderTopic{"Referrer-Policy", nullptr, pageSafetyText, "Referrer Policy (W3C)", nullptr},
    HeaderTopic{"Permissions-Policy", nullptr, pageSafetyText, "Permissions Policy (W3C)", nullptr},
    HeaderTopic{"Cross-Origin-Opener-Policy", nullptr, pageSafetyText, "HTML Standard (WHATWG)", nullptr},
    HeaderTopic{"Cross-Origin-Resource-Policy", nullptr, pageSafetyText, "Fetch Standard (WHATWG)", nullptr},
    HeaderTopic{"X-Powered-By", nullptr, "Names the framework behind the server. It helps an attacker more than anyone else, so many leave it out.", custom, nullptr},
    HeaderTopic{"X-Request-ID", traceText, traceText, custom, nullptr},
    HeaderTopic{"X-Correlation-ID", traceText, traceText, custom, nullptr},
    HeaderTopic{"traceparent", traceText, traceText, "Trace Context (W3C), section 3.2", nullptr},
    HeaderTopic{"tracestate", traceText, traceText, "Trace Context (W3C), section 3.3", nullptr},
    HeaderTopic{"X-API-Key", "A secret by which the server knows the calling program. Its form is a matter between the two; over ws:// everyone on the path can read it.",
                nullptr, custom, nullptr},
    HeaderTopic{"X-CSRF-Token", "A value that only the server's own pages know, so that other sites cannot act in the user's name.", nullptr, custom, nullptr},
    HeaderTopic{"X-Requested-With", "Says that a script made the request. Some servers refuse requests without it.", nullptr, custom, nullptr},
};

} // namespace

std::span<const HeaderTopic> httpTopics() noexcept
{
    return httpTable;
}

} // namespace wsw::lesson
