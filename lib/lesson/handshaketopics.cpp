#include "lesson/headertopics.h"

#include <array>

namespace wsw::lesson {

namespace {

constexpr std::array handshakeTable{
    HeaderTopic{"Host",
     "The name and port that the client wants to reach. One address can serve many names, and the server chooses by this line. "
     "The port is left out where it is the usual one: 80 for ws, 443 for wss.",
     nullptr, "RFC 6455, section 4.1; RFC 9110, section 7.2", judgeHost},
    HeaderTopic{"Upgrade",
     "The client asks to go on with another protocol on the same connection. The word websocket names it; upper or lower case does not matter.",
     "The server agrees to go on with another protocol on the same connection. After the empty line that ends this head, the bytes are WebSocket frames.",
     "RFC 6455, sections 4.1 and 4.2; RFC 9110, section 7.8", judgeUpgrade},
    HeaderTopic{"Connection",
     "Lists what concerns only this connection and not the whole path through proxies. It must hold the word Upgrade, so that a proxy does not pass the Upgrade line on unread. "
     "Other words, such as keep-alive, may stand beside it.",
     "Lists what concerns only this connection and not the whole path through proxies. It must hold the word Upgrade where the server switches. "
     "In an ordinary answer, close says that the connection ends after it.",
     "RFC 6455, sections 4.1 and 4.2; RFC 9110, section 7.6.1", judgeConnection},
    HeaderTopic{"Sec-WebSocket-Key",
     "Sixteen random bytes in base64, a way to write bytes as letters. The server computes its Sec-WebSocket-Accept from them. "
     "So the client knows that the answer comes from a WebSocket server and belongs to this request. It is no secret and protects nothing.",
     nullptr, "RFC 6455, sections 4.1 and 11.3.1", judgeWebSocketKey},
    HeaderTopic{"Sec-WebSocket-Version",
     "The version of the WebSocket protocol that the client speaks. The published standard is version 13. The numbers before it were drafts.",
     "The versions that the server speaks. It stands in an answer that refuses the client's version, usually with status 426.",
     "RFC 6455, sections 4.1, 4.4 and 11.3.5", judgeWebSocketVersion},
    HeaderTopic{"Sec-WebSocket-Protocol",
     "The subprotocols that the client can speak, the most wanted first. A subprotocol says what the messages mean, for example graphql-transport-ws or mqtt.",
     "The one subprotocol that the server has chosen from the client's list. Without this line none is in use.",
     "RFC 6455, sections 1.9 and 11.3.4", judgeWebSocketProtocol},
    HeaderTopic{"Sec-WebSocket-Extensions",
     "The extensions that the client can use. An extension changes how frames are written. The best known is permessage-deflate, which compresses messages.",
     "The extensions that the server agrees to, out of those that the client offered. From here on both ends use them.",
     "RFC 6455, sections 9.1 and 11.3.2; RFC 7692, section 7", judgeWebSocketExtensions},
    HeaderTopic{"Sec-WebSocket-Accept",
     nullptr,
     "The server's proof that it has read the client's key. It appends a fixed text to the key, takes the SHA-1 digest (20 bytes computed from the whole) and writes it in base64.",
     "RFC 6455, sections 4.2.2 and 11.3.3", judgeWebSocketAccept},
    HeaderTopic{"Origin",
     "The web site whose script opens the connection, as scheme, name and port. Browsers always send it and scripts cannot change it. "
     "So a server can refuse pages of other sites. Programs that are no browsers may leave it out or send what they like.",
     nullptr, "RFC 6455, sections 4.1 and 10.2; RFC 6454", judgeOrigin},
    HeaderTopic{"Cookie",
     "Small values that the server gave this client earlier and that come back with each request, often to say who is logged in. "
     "Browsers add them by themselves, also for pages of other sites: that is why a server should look at Origin too.",
     nullptr, "RFC 6265, section 4.2; RFC 6455, section 4.1", nullptr},
    HeaderTopic{"Set-Cookie",
     nullptr,
     "The server asks the client to keep a small value and to send it with later requests. It may come with the upgrade as well.",
     "RFC 6265, section 4.1; RFC 6455, section 4.2.2", nullptr},
    HeaderTopic{"Authorization",
     "The client proves who it is, for example with a token or with a name and a password. "
     "Scripts in browsers cannot set this line for a WebSocket; other programs can.",
     nullptr, "RFC 9110, section 11.6.2; RFC 6455, section 10.5", judgeAuthorization},
    HeaderTopic{"WWW-Authenticate",
     nullptr,
     "The server says how the client can prove who it is. It comes with status 401. The client may try again with a matching Authorization line.",
     "RFC 9110, section 11.6.1", judgeAuthenticate},
    HeaderTopic{"Location",
     nullptr,
     "Where to go instead, in an answer that redirects. A WebSocket client may follow it, but need not; browsers do not.",
     "RFC 9110, section 10.2.2; RFC 6455, section 4.1", judgeLocation},
    // Drafts from before the standard; still met in old devices.
    HeaderTopic{"Sec-WebSocket-Key1",
     "Half of the challenge in a draft of 2010, from before the standard. Clients of today do not send it.",
     nullptr, "RFC 6455, section 11.3 (draft hixie-76)", judgeDraftLine},
    HeaderTopic{"Sec-WebSocket-Key2",
     "Half of the challenge in a draft of 2010, from before the standard. Clients of today do not send it.",
     nullptr, "RFC 6455, section 11.3 (draft hixie-76)", judgeDraftLine},
    HeaderTopic{"Sec-WebSocket-Origin",
     "The name that drafts up to version 8 gave to Origin.",
     "The answer to Origin in a draft of 2010, from before the standard.",
     "RFC 6455, section 11.3 (drafts up to hybi-08)", judgeDraftLine},
    HeaderTopic{"Sec-WebSocket-Location",
     nullptr, "The URL of the connection in a draft of 2010, from before the standard.",
     "RFC 6455, section 11.3 (draft hixie-76)", judgeDraftLine},
    HeaderTopic{"WebSocket-Protocol",
     "The name that a draft of 2010 gave to Sec-WebSocket-Protocol.",
     "The name that a draft of 2010 gave to Sec-WebSocket-Protocol.",
     "RFC 6455, section 11.3.4 (draft hixie-75)", judgeDraftLine},
};

} // namespace

std::span<const HeaderTopic> handshakeTopics() noexcept
{
    return handshakeTable;
}

const HeaderTopic *findTopic(QByteArrayView name) noexcept
{
    for (const std::span<const HeaderTopic> table : {handshakeTopics(), httpTopics()}) {
        for (const HeaderTopic &topic : table) {
            if (name.compare(QByteArrayView(topic.name), Qt::CaseInsensitive) == 0)
                return &topic;
        }
    }
    return nullptr;
}

} // namespace wsw::lesson
