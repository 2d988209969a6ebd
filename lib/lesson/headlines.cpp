#include "lesson/headertopics.h"

#include "wire/handshakevalues.h"

#include <algorithm>
#include <array>

namespace wsw::lesson {

namespace {

using wire::Head;

struct StatusTopic
{
    int status;
    const char *text;
};

/// What an answer to a WebSocket handshake means by its status.
constexpr std::array statuses{
    StatusTopic{100, "The server asks for the body of the request. A WebSocket handshake has none."},
    StatusTopic{101, "The server agrees to change the protocol. After the empty line the bytes are WebSocket frames."},
    StatusTopic{200, "The server answers like any web page. It does not know WebSocket at this path, or something in between has removed the Upgrade line."},
    StatusTopic{301, "The address has moved for good; Location says where. Browsers do not follow it for WebSocket."},
    StatusTopic{302, "The address has moved for now; Location says where. Browsers do not follow it for WebSocket."},
    StatusTopic{303, "The answer is to be fetched elsewhere; Location says where. Browsers do not follow it for WebSocket."},
    StatusTopic{307, "The address has moved for now; Location says where. Browsers do not follow it for WebSocket."},
    StatusTopic{308, "The address has moved for good; Location says where. Browsers do not follow it for WebSocket."},
    StatusTopic{400, "The server finds a fault in the request: a missing line, a bad key, something that it cannot read."},
    StatusTopic{401, "The server wants to know who the client is. WWW-Authenticate says how to prove it."},
    StatusTopic{403, "The server refuses, whoever asks. Often it does not accept the Origin, or the token has no right to this path."},
    StatusTopic{404, "There is nothing at this path. Look at the path in the URL."},
    StatusTopic{405, "The path exists, but not for the method GET."},
    StatusTopic{407, "A proxy on the path wants to know who the client is."},
    StatusTopic{408, "The server waited for the request, and it took too long."},
    StatusTopic{413, "The request is larger than the server takes."},
    StatusTopic{414, "The path is longer than the server takes."},
    StatusTopic{421, "The request reached a server that does not serve this name."},
    StatusTopic{426, "The server wants another protocol or version. Upgrade or Sec-WebSocket-Version says which."},
    StatusTopic{429, "Too many requests came in a short time. Retry-After may say how long to wait."},
    StatusTopic{431, "The header lines are larger than the server takes."},
    StatusTopic{500, "The server met an error of its own. Its log says more."},
    StatusTopic{501, "The server does not know what is asked of it."},
    StatusTopic{502, "A server in between got an answer from the real one that it could not use."},
    StatusTopic{503, "The server cannot serve now: it is overloaded or being looked after. Retry-After may say how long to wait."},
    StatusTopic{504, "A server in between got no answer from the real one in time."},
    StatusTopic{505, "The server does not speak this version of HTTP."},
};

struct StatusClass
{
    int first;
    const char *text;
};
constexpr std::array statusClasses{
    StatusClass{500, "A number from 500 on says that the server has failed."},
    StatusClass{400, "A number from 400 on says that the request cannot be served as it is."},
    StatusClass{300, "A number from 300 on says that the client should look elsewhere."},
    StatusClass{200, "A number from 200 on says that an ordinary request has succeeded, and that the protocol has not changed."},
    StatusClass{0, "A number below 200 is a word in passing; the real answer is still to come."},
};

QString statusText(int status)
{
    if (const auto known = std::ranges::find(statuses, status, &StatusTopic::status); known != statuses.end())
        return words(known->text);
    return words(std::ranges::find_if(statusClasses, [status](const StatusClass &c) { return status >= c.first; })->text);
}

bool isOldHttp(const Head &head)
{
    return head.versionMajor < 1 || (head.versionMajor == 1 && head.versionMinor < 1);
}

Judgement judgeRequestLine(const Head &head)
{
    if (head.method != "GET")
        return wrong(QStringLiteral("the method must be GET, and here it is %1.").arg(QString::fromLatin1(head.method)));
    if (isOldHttp(head))
        return wrong(QStringLiteral("the version must be HTTP/1.1 or later."));
    if (head.target.contains('#'))
        return wrong(QStringLiteral("a WebSocket address has no part after #."));
    if (const QString problem = wire::targetProblem(head.target); !problem.isEmpty())
        return wrong(QStringLiteral("the target must be a path that begins with /, or a whole URL: %1.").arg(problem));
    if (!head.target.startsWith('/'))
        return unusual(QStringLiteral("a whole URL in this place is allowed, but is meant for proxies."));
    return right(QStringLiteral("GET and HTTP/1.1 are what an upgrade needs."));
}

Judgement judgeStatusLine(const Head &head)
{
    if (head.status == 101) {
        return isOldHttp(head) ? wrong(QStringLiteral("101 came with HTTP/1.1, and the version here is older."))
                               : right(QStringLiteral("101 is the status of a switch."));
    }
    return unusual(QStringLiteral("the server may answer so, but no WebSocket connection follows."));
}

Explanation explainRequestLine(const Head &head)
{
    Explanation result{QStringLiteral("Request line"), QStringLiteral("line 1"),
                       QStringLiteral("The client asks with the method GET for the path %1. The last word is the version of HTTP in which the head is written. "
                                      "A WebSocket begins as an ordinary web request, so that it passes wherever the web does.")
                           .arg(QString::fromUtf8(head.target)),
                       Verdict::Info, {}, QStringLiteral("RFC 6455, section 4.1; RFC 9112, section 3")};
    if (head.method != "GET") {
        result.text = QStringLiteral("The client's first line: the method, the path and the version of HTTP. A WebSocket begins with the method GET.");
    }
    apply(result, judgeRequestLine(head));
    return result;
}

Explanation explainStatusLine(const Head &head)
{
    Explanation result{QStringLiteral("Status line: %1").arg(head.status), QStringLiteral("line 1"),
                       statusText(head.status) + QStringLiteral(" The words after the number are for people; programs look at the number only."),
                       Verdict::Info, {}, QStringLiteral("RFC 6455, section 4.2.2; RFC 9110, section 15")};
    apply(result, judgeStatusLine(head));
    return result;
}

Explanation explainUnknownLine(const wire::HeaderField &field)
{
    const QString name = QString::fromUtf8(field.name);
    const bool reservedPrefix = field.name.left(14).compare("Sec-WebSocket-", Qt::CaseInsensitive) == 0;
    Explanation result{name, {},
                       QStringLiteral("This program does not know the header %1. Names can be chosen freely, so its meaning is an agreement between client and server. "
                                      "The WebSocket handshake takes no notice of it.")
                           .arg(name),
                       Verdict::Info, {}, QStringLiteral("RFC 9110, section 5.1")};
    if (reservedPrefix) {
        apply(result, unusual(QStringLiteral("names that begin with Sec-WebSocket- are kept for the WebSocket standard, and this one is not in it.")));
        result.reference = QStringLiteral("RFC 6455, section 11.3");
    }
    return result;
}

/// A header of which only the other kind of head makes use.
Explanation explainMisplaced(const HeaderTopic &topic, bool inRequest)
{
    Explanation result{words(topic.name), {}, words(inRequest ? topic.response : topic.request), Verdict::Info, {}, words(topic.reference)};
    apply(result, unusual(inRequest ? QStringLiteral("it belongs in the server's answer, not in a request.")
                                    : QStringLiteral("it belongs in a request, not in the server's answer.")));
    return result;
}

} // namespace

Explanation explainHeadLine(const wire::Head &head, qsizetype field, const wire::Head *request)
{
    const bool inRequest = head.kind == Head::Kind::Request;
    if (field < 0 || field >= head.fields.size())
        return inRequest ? explainRequestLine(head) : explainStatusLine(head);

    const wire::HeaderField &line = head.fields.at(field);
    Explanation result;
    if (const HeaderTopic *topic = findTopic(line.name); !topic) {
        result = explainUnknownLine(line);
    } else if (const char *text = inRequest ? topic->request : topic->response; !text) {
        result = explainMisplaced(*topic, inRequest);
    } else {
        result = {words(topic->name), {}, words(text), Verdict::Info, {}, words(topic->reference)};
        if (topic->judge)
            apply(result, topic->judge({head, line, request}));
    }
    result.where = QStringLiteral("line %1").arg(field + 2);
    return result;
}

Explanation withFinding(Explanation line, const wire::Finding &finding)
{
    const Explanation broken = explainViolation(finding.violation, finding.note);
    if ((line.verdict == Verdict::Info || line.verdict == Verdict::Right) && line.verdict < broken.verdict)
        apply(line, {broken.verdict, broken.judgement});
    return line;
}

} // namespace wsw::lesson
