#include "exchange/harimport.h"

#include "base/limits.h"
#include "exchange/conversation.h"
#include "exchange/har.h"
#include "exchange/harevents.h"

#include <QDateTime>
#include <QHash>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace wsw::exchange {

namespace {

constexpr QByteArrayView entryPath = "log.entries";
constexpr QByteArrayView messagePath = "log.entries._webSocketMessages";
constexpr QByteArrayView extraPath = "log.entries._webSocketWorkbench.";
/// Header lines of one head, and a value that is kept of an entry; others than honest ones are left out.
constexpr qsizetype mostHeaders = 1024;
constexpr qsizetype longestKept = 1024 * 1024;

/// "2026-11-25T02:05:20.916Z" with any number of digits; 0 where it is no time, or none that is taken.
WallNs readTime(QByteArrayView text)
{
    const QByteArray all = text.toByteArray();
    const qsizetype point = all.indexOf('.');
    qsizetype end = point + 1;
    while (point >= 0 && end < all.size() && all.at(end) >= '0' && all.at(end) <= '9')
        ++end;
    const QByteArray whole = point < 0 ? all : all.left(point) + all.mid(end);
    const QDateTime time = QDateTime::fromString(QString::fromLatin1(whole), Qt::ISODate);
    const qint64 seconds = time.isValid() ? time.toSecsSinceEpoch() : -1;
    if (seconds < 0 || seconds >= latestTime / nsPerSecond)
        return 0;
    const QByteArray fraction = point < 0 ? QByteArray("0") : all.mid(point + 1, end - point - 1);
    return seconds * nsPerSecond + fraction.leftJustified(9, '0', true).toLongLong();
}

std::optional<WallNs> messageTime(QByteArrayView seconds)
{
    const std::optional<qint64> time = scaledNumber(seconds, 9);
    return time && isTime(*time) ? time : std::nullopt;
}

/// A line must not hold the end of another.
QByteArray oneLine(QByteArrayView text)
{
    QByteArray line = text.toByteArray();
    line.replace('\r', ' ').replace('\n', ' ');
    return line;
}

} // namespace

struct HarImport::Entry
{
    QHash<QByteArray, QByteArray> values;   ///< by their paths below the entry
    struct Header
    {
        QByteArray name;
        QByteArray value;
    };
    QList<Header> requestHeaders;
    QList<Header> responseHeaders;
    QJsonObject extra;
    QList<Message> early;
    qsizetype earlyBytes = 0;
    bool isWebSocket = false;
    bool hasRequest = false;
    bool hasResponse = false;

    capture::ConnectionInfo info;
    std::unique_ptr<net::RelayRecorder> recorder;
    std::unique_ptr<net::RelayDirection> fromClient;
    std::unique_ptr<net::RelayDirection> fromServer;
    MonotonicNs last = 0;
    MonotonicNs firstMessage = 0;   ///< 0: none

    [[nodiscard]] qint64 milliseconds(const char *name) const
    {
        return std::clamp(scaledNumber(values.value(name), 6).value_or(0), qint64{0}, longestPhase);
    }
    [[nodiscard]] QByteArray head(const QByteArray &first, const QList<Header> &headers) const
    {
        QByteArray text = first + "\r\n";
        for (const Header &header : headers) {
            if (!header.name.isEmpty() && !header.name.startsWith(':'))     // HTTP/2 writes its first line so
                text += header.name + ": " + header.value + "\r\n";
        }
        return text + "\r\n";
    }
    [[nodiscard]] QByteArray version(const char *name) const
    {
        const QByteArray text = values.value(name).toUpper();
        return text.startsWith("HTTP/1.") ? text : QByteArray("HTTP/1.1");
    }
    [[nodiscard]] Direction directionOf(Role sender) const noexcept
    {
        return sender == info.localRole ? Direction::Sent : Direction::Received;
    }
};

HarImport::HarImport(wire::TrafficSink &sink, Events events) : m_sink(sink), m_events(std::move(events)) {}

HarImport::~HarImport() = default;

Result<> HarImport::read(QIODevice &device)
{
    const Result<> done = readJson(device, {[this](QByteArrayView path, QByteArrayView text) { value(path, text); },
                                            [this](QByteArrayView path) { return begin(path); }, [this](QByteArrayView path) { return end(path); }});
    if (m_entry)
        finishEntry();
    if (!done || m_sawLog)
        return done;
    return Error{ErrorKind::NotACapture, u"This is JSON, but no HAR: it has no \"log\" with \"entries\"."_s, {}, {}};
}

bool HarImport::begin(QByteArrayView path)
{
    if (path == entryPath) {
        m_entry = std::make_unique<Entry>();
        m_sawLog = true;
    } else if (!m_entry) {
        m_sawLog = m_sawLog || path == "log";
    } else if (path == messagePath) {
        m_message = {};
    } else if (path == "log.entries.request.headers" && m_entry->requestHeaders.size() < mostHeaders) {
        m_entry->requestHeaders.append(Entry::Header());
    } else if (path == "log.entries.response.headers" && m_entry->responseHeaders.size() < mostHeaders) {
        m_entry->responseHeaders.append(Entry::Header());
    }
    return m_events.proceed();
}

bool HarImport::end(QByteArrayView path)
{
    if (!m_entry)
        return true;
    if (path == messagePath)
        take(std::exchange(m_message, {}));
    else if (path == "log.entries.request")
        m_entry->hasRequest = true;
    else if (path == "log.entries.response")
        m_entry->hasResponse = true;
    else if (path == entryPath)
        finishEntry();
    return true;
}

void HarImport::value(QByteArrayView path, QByteArrayView text)
{
    if (!m_entry || !path.startsWith(entryPath) || path.size() <= entryPath.size() + 1)
        return;
    const QByteArray name = path.sliced(entryPath.size() + 1).toByteArray();
    if (path.startsWith(messagePath)) {
        const QByteArray field = name.mid(name.indexOf('.') + 1);
        if (field == "type")
            m_message.type = text.toByteArray();
        else if (field == "time")
            m_message.time = text.toByteArray();
        else if (field == "opcode")
            m_message.opcode = text.toByteArray();
        else if (field == "data")
            m_message.data = text.toByteArray();
        else if (field == "_base64")
            m_message.base64 = text.toByteArray(), m_message.hasBase64 = true;
        else if (field == "_note" && text.size() <= longestKept)
            m_message.note = text.toByteArray();
        return;
    }
    if (text.size() > longestKept)
        return;
    const auto header = [&](QList<Entry::Header> &headers) {
        if (!headers.isEmpty())
            (name.endsWith(".name") ? headers.last().name : headers.last().value) = oneLine(text);
    };
    if (name == "request.headers.name" || name == "request.headers.value")
        header(m_entry->requestHeaders);
    else if (name == "response.headers.name" || name == "response.headers.value")
        header(m_entry->responseHeaders);
    else if (path.startsWith(extraPath))
        m_entry->extra.insert(QString::fromUtf8(path.sliced(extraPath.size())),
                              name.endsWith("opened") || name.endsWith("closed") ? QJsonValue(text.toByteArray().toLongLong()) : QJsonValue(QString::fromUtf8(text)));
    else if (m_entry->values.size() < mostHeaders)
        m_entry->values.insert(name, oneLine(text));
}

void HarImport::take(Message message)
{
    Entry &entry = *m_entry;
    entry.isWebSocket = true;
    if (entry.firstMessage == 0)
        entry.firstMessage = messageTime(message.time).value_or(0);
    if (entry.recorder || (entry.hasRequest && entry.hasResponse)) {
        open();
        record(message);
        return;
    }
    entry.earlyBytes += message.data.size() + message.base64.size() + (message.note ? message.note->size() : 0) + qsizetype(sizeof message);
    if (entry.earlyBytes <= mostEarlyBytes)
        entry.early.append(std::move(message));
    else
        ++m_unreadable;
}

/// Records the heads, once.
void HarImport::open()
{
    Entry &entry = *m_entry;
    if (entry.recorder)
        return;
    connectionFromHar(entry.extra, ClockAnchor{}, entry.info);
    entry.info.id = m_events.newId();
    if (entry.info.url.isEmpty())
        entry.info.url = QString::fromUtf8(entry.values.value("request.url"));
    if (entry.info.name.isEmpty())
        entry.info.name = u"client %1"_s.arg(entry.info.id.value());
    if (entry.info.peerAddress.isEmpty())
        entry.info.peerAddress = QString::fromUtf8(entry.values.value("serverIPAddress"));
    MonotonicNs started = readTime(entry.values.value("startedDateTime"));
    if (started == 0)
        started = entry.firstMessage;
    const MonotonicNs requested = started + entry.milliseconds("timings.blocked") + entry.milliseconds("timings.dns") + entry.milliseconds("timings.connect");
    MonotonicNs answered = requested + entry.milliseconds("timings.send") + entry.milliseconds("timings.wait");
    // Chromium counts until its page hears of the answer, when messages may be on their way.
    if (entry.firstMessage != 0)
        answered = std::max(requested, std::min(answered, entry.firstMessage));
    if (entry.info.opened == 0)
        entry.info.opened = requested;
    entry.last = answered;
    m_events.connection(entry.info);

    entry.recorder = std::make_unique<net::RelayRecorder>(m_sink, entry.info.id);
    entry.fromClient = std::make_unique<net::RelayDirection>(*entry.recorder, entry.directionOf(Role::Client), Role::Client, limits::defaultFrameBytes);
    entry.fromServer = std::make_unique<net::RelayDirection>(*entry.recorder, entry.directionOf(Role::Server), Role::Server, limits::defaultFrameBytes);
    const QUrl url(QString::fromUtf8(entry.values.value("request.url")));
    QByteArray target = url.path(QUrl::FullyEncoded).toLatin1();
    target = target.isEmpty() ? QByteArray("/") : target;
    if (url.hasQuery())
        target += '?' + url.query(QUrl::FullyEncoded).toLatin1();
    const QByteArray method = entry.values.value("request.method", "GET");
    entry.recorder->recordBytes(wire::RecordKind::RequestHead, entry.directionOf(Role::Client),
                                entry.head(method + ' ' + target + ' ' + entry.version("request.httpVersion"), entry.requestHeaders), requested, requested);
    if (const QByteArray status = entry.values.value("response.status", "0"); status != "0") {
        const QByteArray line = entry.version("response.httpVersion") + ' ' + status + ' ' + entry.values.value("response.statusText");
        entry.recorder->recordBytes(wire::RecordKind::ResponseHead, entry.directionOf(Role::Server), entry.head(line, entry.responseHeaders), answered, answered);
        const QByteArray content = entry.values.value("response.content.text");
        if (!content.isEmpty()) {
            const bool base64 = entry.values.value("response.content.encoding") == "base64";
            entry.recorder->recordBytes(wire::RecordKind::Body, entry.directionOf(Role::Server), base64 ? QByteArray::fromBase64(content) : content, answered,
                                        answered);
        }
    }
    for (const Message &message : std::exchange(entry.early, {}))
        record(message);
}

void HarImport::record(const Message &message)
{
    Entry &entry = *m_entry;
    bool isNumber = false;
    const int opcode = message.opcode.toInt(&isNumber);
    const std::optional<WallNs> time = messageTime(message.time);
    const bool fromClient = message.type == "send";
    if (!isNumber || opcode < 0 || opcode > 0xf || !time || (!fromClient && message.type != "receive")) {
        ++m_unreadable;     // Chromium's "error" is a sentence of its own, not what was sent
        return;
    }
    const bool text = static_cast<wire::Opcode>(opcode) == wire::Opcode::Text;
    const QByteArray payload = message.hasBase64 ? QByteArray::fromBase64(message.base64) : text ? message.data : QByteArray::fromBase64(message.data);
    const wire::FrameHeader header = wire::legalHeader(static_cast<wire::Opcode>(opcode), wire::Fin::Yes, static_cast<quint64>(payload.size()),
                                                       fromClient ? Role::Client : Role::Server, {});
    entry.last = std::max(entry.last, *time);
    net::RelayDirection &direction = fromClient ? *entry.fromClient : *entry.fromServer;
    const QByteArray bytes = wire::serializeFrame(header, payload);
    direction.feed(bytes, *time);
    for (net::RelayDirection::Step step; direction.next(step);) { }
    if (message.note && m_events.noted && ++m_notes <= mostNotes)
        m_events.noted(*message.note);
}

void HarImport::finishEntry()
{
    Entry &entry = *m_entry;
    const QByteArray url = entry.values.value("request.url");
    const bool isWebSocket = entry.isWebSocket || entry.values.value("_resourceType") == "websocket" || url.startsWith("ws:") || url.startsWith("wss:");
    if (isWebSocket && !url.isEmpty()) {
        open();
        const QString how = entry.info.closeText.isEmpty() ? QString::fromLatin1(notSeen) : entry.info.closeText;
        for (net::RelayDirection *direction : {entry.fromServer.get(), entry.fromClient.get()})
            direction->end(how, entry.last, net::RelayDirection::MissingClose::Excused);
        if (entry.info.closed == 0)
            entry.info.closed = entry.last;
        entry.info.closeText = how;
        m_events.connection(entry.info);
        ++m_connections;
    } else {
        ++m_others;
    }
    m_entry.reset();
}

QStringList HarImport::notes() const
{
    QStringList notes;
    if (m_others > 0) {
        notes += m_others == 1 ? u"An entry that is no WebSocket is left out."_s : u"%1 entries that are no WebSockets are left out."_s.arg(m_others);
    }
    if (m_unreadable > 0) {
        notes += m_unreadable == 1 ? u"A message that says no type, time or opcode of one is left out."_s
                                   : u"%1 messages that say no type, time or opcode of one are left out."_s.arg(m_unreadable);
    }
    if (m_notes > mostNotes)
        notes += u"Only the first %1 notes on messages are taken."_s.arg(mostNotes);
    if (m_connections > 0)
        notes += u"A HAR holds messages, not frames: each stands here as one frame, a client's with the masking key 0."_s;
    return notes;
}

} // namespace wsw::exchange
