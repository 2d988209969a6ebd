#include "lesson/judgement.h"

#include "wire/closecode.h"

#include <algorithm>
#include <array>

namespace wsw::lesson {

namespace {

/// Who may write a code into a Close frame.
enum class Use : quint8 { Anyone, ClientOnly, ServerOnly, Nobody };

struct CodeTopic
{
    quint16 code;
    const char *name;   ///< the registry's
    const char *text;
    Use use;
    const char *reference;
};

/// The IANA WebSocket Close Code Number Registry, in order.
constexpr std::array codes{
    CodeTopic{1000, "Normal Closure",
     "The purpose of the connection is fulfilled. Both ends have said what they wanted to say, and nothing went wrong.",
     Use::Anyone, "RFC 6455, section 7.4.1"},
    CodeTopic{1001, "Going Away",
     "The end that sends it is leaving: a server shuts down, or the user has closed or left the page. It is no complaint about the other end.",
     Use::Anyone, "RFC 6455, section 7.4.1"},
    CodeTopic{1002, "Protocol error",
     "The other end broke a rule of the WebSocket protocol: a frame that must not be sent, a bit that must be 0. "
     "Look at the last frames before this one.",
     Use::Anyone, "RFC 6455, section 7.4.1"},
    CodeTopic{1003, "Unsupported Data",
     "The message has a type that this end cannot take. A program that understands only text may answer a binary message so.",
     Use::Anyone, "RFC 6455, section 7.4.1"},
    CodeTopic{1004, "Reserved",
     "This number is kept back. A meaning may be defined later; until then it says nothing and must not be sent.",
     Use::Nobody, "RFC 6455, section 7.4.1"},
    CodeTopic{1005, "No Status Rcvd",
     "A program reports this number when a Close frame came without a code. It is a note of the receiver to itself and never stands on the wire.",
     Use::Nobody, "RFC 6455, section 7.4.1"},
    CodeTopic{1006, "Abnormal Closure",
     "A program reports this number when the connection ended and no Close frame had come: a cut cable, a killed process, a proxy that gave up. "
     "It never stands on the wire.",
     Use::Nobody, "RFC 6455, section 7.4.1"},
    CodeTopic{1007, "Invalid frame payload data",
     "The message does not hold what its type promises. Most often a text message is not valid UTF-8.",
     Use::Anyone, "RFC 6455, section 7.4.1"},
    CodeTopic{1008, "Policy Violation",
     "The message breaks a rule of the program, not of the protocol. It is the code to use when no other fits, or when the details are to stay hidden.",
     Use::Anyone, "RFC 6455, section 7.4.1"},
    CodeTopic{1009, "Message Too Big",
     "The message is larger than this end is willing to take. The limit is a setting of the program; the protocol itself has none.",
     Use::Anyone, "RFC 6455, section 7.4.1"},
    CodeTopic{1010, "Mandatory Ext.",
     "A client ends the connection because the server did not agree to an extension that the client cannot do without. "
     "A server does not use it: it can refuse the handshake.",
     Use::ClientOnly, "RFC 6455, section 7.4.1"},
    CodeTopic{1011, "Internal Error",
     "This end met a condition that it did not expect and cannot go on: a failed database, an error in the program. The other end did nothing wrong.",
     Use::Anyone, "RFC 6455, section 7.4.1 (erratum 3227)"},
    CodeTopic{1012, "Service Restart",
     "The server restarts. A client may connect again, best after a random wait of 5 to 30 seconds so that not all come back at once.",
     Use::ServerOnly, "IANA WebSocket Close Code Number Registry"},
    CodeTopic{1013, "Try Again Later",
     "The server is overloaded. A client should go to another address of it, or come back only when its user asks for it.",
     Use::ServerOnly, "IANA WebSocket Close Code Number Registry"},
    CodeTopic{1014, "Bad Gateway",
     "The server stands between the client and another server, and that one gave an answer that cannot be used. It is the brother of HTTP status 502.",
     Use::ServerOnly, "IANA WebSocket Close Code Number Registry"},
    CodeTopic{1015, "TLS handshake",
     "A program reports this number when the encrypted connection could not be set up, for example because the certificate did not check. "
     "It never stands on the wire: there was no WebSocket connection yet.",
     Use::Nobody, "RFC 6455, section 7.4.1"},
    CodeTopic{3000, "Unauthorized",
     "The endpoint must know who the client is, and no proof came. It is the brother of HTTP status 401.",
     Use::Anyone, "IANA WebSocket Close Code Number Registry"},
    CodeTopic{3003, "Forbidden",
     "The client is known, but may not use this endpoint. It is the brother of HTTP status 403.",
     Use::Anyone, "IANA WebSocket Close Code Number Registry"},
    CodeTopic{3008, "Timeout",
     "The endpoint waited for the client to do something, and it took too long. It is the brother of HTTP status 408.",
     Use::Anyone, "IANA WebSocket Close Code Number Registry"},
};

struct RangeTopic
{
    quint16 first;
    quint16 last;
    const char *title;
    const char *text;
    Verdict verdict;
    const char *judgement;
};

/// Every number has a row, so that no code stays without words.
constexpr std::array ranges{
    RangeTopic{0, 999, "Unused range (0 to 999)",
     "Numbers below 1000 are no close codes. They are kept free so that they are never mistaken for anything else.",
     Verdict::Wrong, "a code below 1000 must not be sent."},
    RangeTopic{1000, 2999, "Protocol range (1000 to 2999)",
     "These numbers belong to the WebSocket standard and its extensions. Each must be entered in the public registry before use, "
     "and this one is not.",
     Verdict::Wrong, "the registry has no entry for this number, so it must not be sent."},
    RangeTopic{3000, 3999, "Library range (3000 to 3999)",
     "These numbers are for libraries and frameworks, which enter theirs in the public registry. "
     "What this one means is written in the documents of the library in use.",
     Verdict::Right, "libraries and frameworks may use this range."},
    RangeTopic{4000, 4999, "Private range (4000 to 4999)",
     "These numbers are free for every program to use as it likes, by agreement between its two ends. "
     "What this one means is known only to the program.",
     Verdict::Right, "programs may use this range as they like."},
    RangeTopic{5000, 65535, "Unused range (5000 and above)",
     "Close codes end at 4999. The two bytes could hold more, but no meaning is given to those numbers.",
     Verdict::Wrong, "a code above 4999 must not be sent."},
};

Judgement judgeUse(const CodeTopic &topic, Role sender)
{
    switch (topic.use) {
    case Use::Anyone: break;
    case Use::ClientOnly:
        if (sender == Role::Server)
            return unusual(QStringLiteral("only clients have a use for this code, and here a server sent it."));
        break;
    case Use::ServerOnly:
        if (sender == Role::Client)
            return unusual(QStringLiteral("this code is meant for servers, and here a client sent it."));
        break;
    case Use::Nobody: return wrong(QStringLiteral("this code must never be written into a Close frame."));
    }
    return right(QStringLiteral("the code is registered and may be sent."));
}

} // namespace

Explanation explainCloseCode(quint16 code, Role sender)
{
    Explanation result;
    result.where = QStringLiteral("payload bytes 0 to 1");
    if (const auto known = std::ranges::find(codes, code, &CodeTopic::code); known != codes.end()) {
        result.title = QStringLiteral("%1 %2").arg(code).arg(words(known->name));
        result.text = words(known->text);
        result.reference = words(known->reference);
        apply(result, judgeUse(*known, sender));
        return result;
    }
    const auto range = std::ranges::find_if(ranges, [code](const RangeTopic &r) { return code >= r.first && code <= r.last; });
    Q_ASSERT(range != ranges.end());
    result.title = QStringLiteral("%1 %2").arg(code).arg(words(range->title));
    result.text = words(range->text);
    result.verdict = range->verdict;
    result.judgement = words(range->judgement);
    result.reference = QStringLiteral("RFC 6455, section 7.4.2");
    return result;
}

} // namespace wsw::lesson
