#include "replay/script.h"

#include "capture/document.h"
#include "wire/deflatenegotiation.h"
#include "wire/head.h"

#include <map>

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
        const Result<> done = forEachMessage(
            *m_script.document, m_request.choice, progress, [this](const PassingMessage &message) { take(message); },
            [this](const capture::RecordView &head) { takeHead(head); });
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
        draft.part.opened = info.opened;
        m_localRoles[info.id] = info.localRole;
    }

    void takeHead(const capture::RecordView &head)
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
        if (found == m_drafts.end() || !m_localRoles.contains(message.connection) || found->second.ended)
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
        ++m_script.messages;
        m_script.bytes += message.message.bytes;
    }

    static void takeOther(Draft &draft, const PassingMessage &message)
    {
        if (message.message.kind == MessageKind::Close)
            draft.otherClosed = true;
        else if (!isControl(message.message.kind) && message.complete && draft.repliesWanted)
            ++draft.part.answers;
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
            part.start = whole && part.opened != 0 ? std::min(part.opened, first) : first;
            if (part.opened == 0)
                part.opened = part.start;
            m_script.parts.push_back(std::move(part));
        }
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
