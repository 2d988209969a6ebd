#include "replay/script.h"

#include "capture/document.h"
#include "wire/deflatenegotiation.h"
#include "wire/head.h"

#include <algorithm>
#include <map>
#include <utility>

using namespace Qt::StringLiterals;

namespace wsw::replay {

namespace {

/// Lines that belong to one handshake, or to one way through proxies.
bool belongsToHandshake(const QByteArray &name)
{
    const QByteArray lower = name.toLower();
    return lower.startsWith("sec-websocket-") || lower == "host" || lower == "upgrade" || lower == "connection" || lower == "origin"
        || lower == "content-length" || lower == "transfer-encoding" || lower == "proxy-authorization" || lower == "proxy-connection";
}

/// A part that is being read.
struct Draft
{
    Part part;
    MonotonicNs answered = 0;   ///< the server's head: from here on both may speak; 0: not recorded
    MonotonicNs lastSaid = 0;   ///< by either side, of what counts
    bool repliesWanted = true;  ///< what the other side says now answers what is replayed, or greets
    bool otherClosed = false;
    bool ended = false;         ///< the Close has been taken
};

class Reader final
{
public:
    Reader(std::shared_ptr<const capture::Document> document, const ScriptRequest &request) : m_request(request)
    {
        m_script.document = std::move(document);
        m_script.side = request.side;
    }

    Result<Script> read(const ReadProgress &progress)
    {
        for (const capture::ConnectionInfo &info : m_script.document->connections())
            begin(info);
        const ReadProgress watched = [&](quint64 at, quint64 total) { return !isTooLong() && (!progress || progress(at, total)); };
        const Result<> done = forEachMessage(
            *m_script.document, m_request.choice, watched, [this](const PassingMessage &message) { take(message); },
            [this](const capture::RecordView &head) { takeHead(head); });
        if (isTooLong())
            return tooLong();
        if (!done && done.error().kind != ErrorKind::Damaged)
            return done.error();
        if (!done)
            m_script.damage.append(done.error());
        finish();
        if (m_script.parts.empty())
            return nothing();
        return std::move(m_script);
    }

private:
    void begin(const capture::ConnectionInfo &info)
    {
        Draft &draft = m_drafts[info.id];
        draft.part.connection = info.id;
        draft.part.name = info.name;
        draft.part.url = info.url;
        draft.part.compressed = info.extensions.contains(QLatin1String(wire::deflateName));
        draft.part.agreed = info.subprotocol;
        draft.part.opened = info.opened;
        m_localRoles[info.id] = info.localRole;
    }

    void takeHead(const capture::RecordView &head)
    {
        if (head.header.kind == wire::RecordKind::ResponseHead)
            takeAnswer(head);
        else
            takeRequest(head);
    }

    void takeAnswer(const capture::RecordView &head)
    {
        Draft &draft = m_drafts[head.header.connection];
        draft.answered = draft.lastSaid = head.header.time;
        wire::HeadParser parser(wire::Head::Kind::Response);
        parser.feed(head.payload);
        if (const auto agreed = parser.head().value("Sec-WebSocket-Protocol"); agreed && parser.status() == wire::HeadStatus::Complete)
            draft.part.agreed = QString::fromLatin1(*agreed);
    }

    void takeRequest(const capture::RecordView &head)
    {
        wire::HeadParser parser(wire::Head::Kind::Request);
        parser.feed(head.payload);
        if (parser.status() != wire::HeadStatus::Complete)
            return;
        Part &part = m_drafts[head.header.connection].part;
        part.origin = QString::fromUtf8(parser.head().value("Origin").value_or(QByteArray()));
        part.subprotocols.clear();
        for (const QByteArray &name : parser.head().list("Sec-WebSocket-Protocol"))
            part.subprotocols.append(QString::fromLatin1(name));
        part.headers.clear();
        for (const wire::HeaderField &field : parser.head().fields) {
            if (!belongsToHandshake(field.name))
                part.headers.append({field.name, field.value});
        }
    }

    [[nodiscard]] bool isOfSide(const PassingMessage &message) const
    {
        const auto local = m_localRoles.find(message.connection);
        const Role sender = message.direction == Direction::Sent ? local->second : other(local->second);
        return sender == m_request.side;
    }

    void take(const PassingMessage &message)
    {
        const auto found = m_drafts.find(message.connection);
        if (found == m_drafts.end() || !m_localRoles.contains(message.connection) || found->second.ended || isTooLong())
            return;
        if (isOfSide(message))
            takeOwn(found->second, message);
        else
            takeOther(found->second, message);
    }

    void takeOwn(Draft &draft, const PassingMessage &message)
    {
        const MessageKind kind = message.message.kind;
        if (kind == MessageKind::Pong)
            return;
        if (isControl(kind)) {
            // A Close that answers the other side's is made by whoever is connected then.
            const bool wanted = m_request.control == ControlFrames::Replayed && !(kind == MessageKind::Close && draft.otherClosed);
            if (!wanted || !message.chosen || !message.complete)
                return;
            draft.ended = kind == MessageKind::Close;
        } else {
            draft.repliesWanted = message.chosen;
            if (!message.chosen)
                return;
            if (!message.complete) {
                ++m_script.leftOut;
                draft.repliesWanted = false;
                return;
            }
        }
        draft.part.steps.append(message.message, message.frames);
        draft.part.answersBefore.push_back(draft.part.answers);
        draft.part.silenceBefore.push_back(std::exchange(draft.part.silence, 0));
        draft.lastSaid = message.message.time;
        ++m_script.messages;
        m_script.bytes += message.message.bytes;
    }

    static void takeOther(Draft &draft, const PassingMessage &message)
    {
        if (message.message.kind == MessageKind::Close)
            draft.otherClosed = true;
        else if (!isControl(message.message.kind) && message.complete && draft.repliesWanted)
            takeReply(draft, message.message.time);
    }

    static void takeReply(Draft &draft, MonotonicNs time)
    {
        ++draft.part.answers;
        if (draft.lastSaid != 0)
            draft.part.silence = std::max(draft.part.silence, time - draft.lastSaid);
        draft.lastSaid = time;
    }

    void finish()
    {
        for (auto &[id, draft] : m_drafts) {
            Part &part = draft.part;
            if (part.steps.isEmpty())
                continue;
            const MonotonicNs first = part.steps.at(0).time;
            // What is taken out of the middle of a conversation need not wait as long as it took to get there.
            const bool whole = m_request.choice.isEverythingOfItsConnections();
            const MonotonicNs stood = draft.answered != 0 ? draft.answered : part.opened;
            part.start = whole && stood != 0 ? std::min(stood, first) : first;
            if (!whole || part.opened == 0)
                part.opened = part.start;
            m_script.parts.push_back(std::move(part));
        }
    }

    [[nodiscard]] bool isTooLong() const noexcept { return m_script.messages > m_request.mostMessages; }

    [[nodiscard]] Error tooLong() const
    {
        return {ErrorKind::Limit, u"There are more than %1 messages, which are too many to be replayed at once."_s.arg(m_request.mostMessages),
                u"Choose some of them with a filter, or fewer connections."_s, {}};
    }

    [[nodiscard]] Error nothing() const
    {
        const QString who = m_request.side == Role::Client ? u"client"_s : u"server"_s;
        const QString what = m_request.choice.isEverythingOfItsConnections()
            ? u"There is nothing to replay: no message that the %1 sent is recorded whole."_s.arg(who)
            : u"There is nothing to replay: among what was chosen is no message that the %1 sent and that is recorded whole."_s.arg(who);
        return {ErrorKind::NotFound, what, u"Choose other frames, another connection, or the other side."_s, {}};
    }

    const ScriptRequest &m_request;
    Script m_script;
    std::map<ConnectionId, Draft> m_drafts;         // in the order of the connections
    std::map<ConnectionId, Role> m_localRoles;
};

} // namespace

Result<Script> readScript(std::shared_ptr<const capture::Document> document, const ScriptRequest &request, const ReadProgress &progress)
{
    return Reader(std::move(document), request).read(progress);
}

} // namespace wsw::replay
