#include "base/bytes.h"
#include "base/limits.h"
#include "capture/document.h"
#include "exchange/har.h"
#include "exchange/jsonfields.h"
#include "exchange/records.h"
#include "exchange/recordwriter.h"
#include "exchange/secrets.h"
#include "exchange/tcppacket.h"
#include "wire/head.h"

#include <QCoreApplication>
#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryFile>
#include <QUrl>
#include <QUrlQuery>

#include <algorithm>
#include <map>

using namespace Qt::StringLiterals;

namespace wsw::exchange {

namespace {

QString latin1(QByteArrayView bytes) { return QString::fromLatin1(bytes); }

wire::Head readHead(wire::Head::Kind kind, QByteArrayView raw)
{
    wire::HeadParser parser(kind);
    parser.feed(raw);
    return parser.head();
}

QJsonArray pairs(const QList<wire::HeaderField> &fields)
{
    QJsonArray all;
    for (const wire::HeaderField &field : fields)
        all.append(QJsonObject{{u"name"_s, latin1(field.name)}, {u"value"_s, QString::fromUtf8(field.value)}});
    return all;
}

QJsonArray queryOf(const QString &url)
{
    QJsonArray all;
    for (const auto &[name, value] : QUrlQuery(QUrl(url)).queryItems(QUrl::FullyDecoded))
        all.append(QJsonObject{{u"name"_s, name}, {u"value"_s, value}});
    return all;
}

QString httpVersion(const wire::Head &head) { return u"HTTP/%1.%2"_s.arg(head.versionMajor).arg(head.versionMinor); }

/// A part of the spool.
struct Extent
{
    qint64 from = 0;
    qint64 size = 0;
};

class Har final : public RecordWriter
{
public:
    Har(Output &output, const ExportOptions &options, const capture::Document &document) : m_output(output), m_options(options), m_document(document) {}

    /// Entries come one after the other, but connections speak at the same time: their messages wait in a file of their own.
    void begin() override { m_spoolOpen = m_spool.open(); }

    void record(const capture::Record &record) override
    {
        using wire::RecordKind;
        if (record.header.integrity == capture::Integrity::Lost)
            return;
        Talk &talk = m_talks[record.header.connection];
        talk.last = record.header.time;
        switch (record.header.kind) {
        case RecordKind::RequestHead:
            if (talk.request.isEmpty()) {
                talk.request = record.payload;
                talk.requestTime = record.header.time;
            }
            break;
        case RecordKind::ResponseHead:     // the last one counts: 1xx answers may have come before
            talk.response = record.payload;
            talk.responseTime = record.header.time;
            break;
        case RecordKind::Body:
            talk.body += record.payload.left(limits::answerBodyBytes - talk.body.size());
            break;
        case RecordKind::Frame:
            put(talk, {record.header.connection, record.header.direction, record.header.time, record.header.frame.opcode,
                       record.bytes(capture::PayloadForm::Meant), record.note});
            break;
        case RecordKind::Raw:
        case RecordKind::End:
            break;
        }
    }

    void message(const Message &message) override
    {
        Talk &talk = m_talks[message.connection];
        talk.last = message.time;
        put(talk, {message.connection, message.direction, message.time, message.opcode, message.payload, message.note});
    }

    Result<> end(ExportSummary &summary) override;

private:
    /// A message or a control frame.
    struct Said
    {
        ConnectionId connection;
        Direction direction;
        MonotonicNs time;
        wire::Opcode opcode;
        const QByteArray &payload;
        const std::optional<QByteArray> &note;
    };
    struct Talk
    {
        QByteArray request;
        QByteArray response;
        QByteArray body;
        MonotonicNs requestTime = 0;
        MonotonicNs responseTime = 0;
        MonotonicNs last = 0;
        std::optional<Role> localRole;
        std::vector<Extent> messages;
    };

    [[nodiscard]] capture::ConnectionInfo infoOf(ConnectionId id) const
    {
        capture::ConnectionInfo info = m_document.connection(id).value_or(capture::ConnectionInfo());
        info.id = id;
        return info;
    }
    void put(Talk &talk, const Said &said);
    void flushSpool();
    void entry(const capture::ConnectionInfo &info, Talk &talk);
    [[nodiscard]] QJsonObject requestOf(const capture::ConnectionInfo &info, const Talk &talk) const;
    [[nodiscard]] static QJsonObject responseOf(const Talk &talk);
    [[nodiscard]] static QByteArray timesOf(const capture::ConnectionInfo &info, const Talk &talk, const ClockAnchor &clock);
    [[nodiscard]] QString urlOf(const capture::ConnectionInfo &info) const;
    void copyMessages(const Talk &talk);

    Output &m_output;
    const ExportOptions &m_options;
    const capture::Document &m_document;
    QTemporaryFile m_spool;
    bool m_spoolOpen = false;
    bool m_spoolFailed = false;
    QByteArray m_unspooled;
    qint64 m_spooled = 0;       ///< bytes, those not written yet included
    std::map<ConnectionId, Talk> m_talks;
};

void Har::put(Talk &talk, const Said &said)
{
    if (!talk.localRole)
        talk.localRole = infoOf(said.connection).localRole;
    const bool fromClient = (talk.localRole == Role::Client) == (said.direction == Direction::Sent);
    const qint64 begin = m_spooled;
    const qsizetype before = m_unspooled.size();
    JsonFields fields(m_unspooled);
    fields.begin();
    fields.word("type", fromClient ? "send" : "receive");
    m_unspooled += ",\"time\":";
    appendSeconds(m_unspooled, m_document.clock().toWall(said.time));
    fields.number("opcode", static_cast<int>(said.opcode));
    if (said.opcode == wire::Opcode::Text) {
        const bool text = isUtf8(said.payload);
        fields.text("data", text ? said.payload : QString::fromUtf8(said.payload).toUtf8());
        if (!text)
            fields.base64("_base64", said.payload);
    } else {
        fields.base64("data", said.payload);
    }
    if (said.note)
        fields.text("_note", *said.note);
    fields.end();
    m_unspooled += ',';
    m_spooled += m_unspooled.size() - before;
    if (!talk.messages.empty() && talk.messages.back().from + talk.messages.back().size == begin)
        talk.messages.back().size += m_spooled - begin;
    else
        talk.messages.push_back({begin, m_spooled - begin});
    if (m_unspooled.size() >= Output::pieceBytes)
        flushSpool();
}

void Har::flushSpool()
{
    m_spoolFailed = m_spoolFailed || m_spool.write(m_unspooled) != m_unspooled.size();
    m_unspooled.resize(0);
}

QString Har::urlOf(const capture::ConnectionInfo &info) const
{
    QByteArray url = info.url.toUtf8();
    if (m_options.secrets == Secrets::Masked)
        maskRanges(url, secretsInText(url));
    return QString::fromUtf8(url);
}

QJsonObject Har::requestOf(const capture::ConnectionInfo &info, const Talk &talk) const
{
    const wire::Head head = readHead(wire::Head::Kind::Request, talk.request);
    QString url = urlOf(info);
    if (info.localRole == Role::Server || url.isEmpty()) {  // a host's URL names no path: that is what was asked for
        const QByteArray host = head.value("Host").value_or(QByteArray("localhost"));
        url = (info.url.startsWith(u"wss"_s) || !info.tls.isEmpty() ? u"wss://"_s : u"ws://"_s) + latin1(host) + latin1(head.target);
    }
    return {{u"method"_s, latin1(head.method)}, {u"url"_s, url}, {u"httpVersion"_s, httpVersion(head)}, {u"headers"_s, pairs(head.fields)},
            {u"queryString"_s, queryOf(url)}, {u"cookies"_s, QJsonArray()}, {u"headersSize"_s, talk.request.size()}, {u"bodySize"_s, 0}};
}

QJsonObject Har::responseOf(const Talk &talk)
{
    const wire::Head head = readHead(wire::Head::Kind::Response, talk.response);
    QJsonObject content{{u"size"_s, talk.body.size()}, {u"mimeType"_s, latin1(head.value("Content-Type").value_or(QByteArray("x-unknown")))}};
    if (!talk.body.isEmpty()) {
        const bool text = isPlainText(talk.body);
        content.insert(u"text"_s, text ? QString::fromUtf8(talk.body) : latin1(talk.body.toBase64()));
        if (!text)
            content.insert(u"encoding"_s, u"base64"_s);
    }
    return {{u"status"_s, head.status}, {u"statusText"_s, latin1(head.reason)}, {u"httpVersion"_s, httpVersion(head)}, {u"headers"_s, pairs(head.fields)},
            {u"cookies"_s, QJsonArray()}, {u"content"_s, content}, {u"redirectURL"_s, latin1(head.value("Location").value_or(QByteArray()))},
            {u"headersSize"_s, talk.response.size()}, {u"bodySize"_s, talk.body.size()}, {u"_transferSize"_s, talk.response.size() + talk.body.size()},
            {u"_error"_s, QJsonValue::Null}};
}

QByteArray Har::timesOf(const capture::ConnectionInfo &info, const Talk &talk, const ClockAnchor &clock)
{
    const auto phase = [&info](const QString &name) { return info.phases.value(name).isDouble() ? info.phases.value(name).toInteger() : qint64{-1}; };
    const auto known = [](qint64 ns) { return std::max(ns, qint64{0}); };
    const qint64 dns = phase(u"dns"_s);
    const qint64 ssl = phase(u"tls"_s);
    const qint64 connect = phase(u"tcp"_s) < 0 ? -1 : known(phase(u"tcp"_s)) + known(phase(u"proxy"_s)) + known(ssl);
    const qint64 wait = talk.responseTime == 0 ? 0 : known(talk.responseTime - talk.requestTime);
    const qint64 receive = known(talk.last - talk.requestTime - wait);
    QByteArray text = "\"startedDateTime\":\"";
    appendIsoTime(text, clock.toWall(talk.requestTime - known(dns) - known(connect)));
    text += "\",\"time\":";
    appendMilliseconds(text, known(dns) + known(connect) + wait + receive);
    text += ",\"timings\":{\"blocked\":-1,\"send\":0";
    for (const auto &[name, ns] : {std::pair{"dns", dns}, {"connect", connect}, {"ssl", ssl}, {"wait", wait}, {"receive", receive}}) {
        text += ",\"" + QByteArray(name) + "\":";
        if (ns < 0)
            text += "-1";
        else
            appendMilliseconds(text, ns);
    }
    return text + '}';
}

void Har::entry(const capture::ConnectionInfo &info, Talk &talk)
{
    QByteArray &out = m_output.buffer();
    const auto add = [&out](const char *name, const QJsonObject &object) {
        out += ",\"" + QByteArray(name) + "\":" + QJsonDocument(object).toJson(QJsonDocument::Compact);
    };
    out += R"({"_resourceType":"websocket","_initiator":{"type":"other"},"_priority":null,"cache":{},"connection":")"
        + QByteArray::number(info.id.value()) + "\",";
    out += timesOf(info, talk, m_document.clock());
    TcpEnd server;
    if (server.read(info.localRole == Role::Server ? info.localAddress : info.peerAddress)) {
        const QString address = server.isIPv4 ? QHostAddress(readBigEndian<quint32>(server.address.data() + 12)).toString()
                                              : QHostAddress(server.address.data()).toString();
        out += ",\"serverIPAddress\":\"" + address.toLatin1() + '"';
    }
    add("request", requestOf(info, talk));
    add("response", responseOf(talk));
    capture::ConnectionInfo told = info;
    told.url = urlOf(info);
    add("_webSocketWorkbench", connectionToHar(told, m_document.clock()));
    out += ",\"_webSocketMessages\":[";
    copyMessages(talk);
    out += "]}";
    m_output.flushIfFull();
}

void Har::copyMessages(const Talk &talk)
{
    constexpr qint64 piece = 1024 * 1024;
    for (const Extent &extent : talk.messages) {
        m_spoolFailed = m_spoolFailed || !m_spool.seek(extent.from);
        for (qint64 left = extent.size; left > 0 && !m_spoolFailed;) {
            const QByteArray bytes = m_spool.read(std::min(left, piece));
            m_spoolFailed = bytes.isEmpty();
            left -= bytes.size();
            m_output.buffer() += bytes;
            // The comma behind the last one stays here, to be taken off.
            if (left > 0)
                m_output.flushIfFull();
        }
        if (&extent != &talk.messages.back())
            m_output.flushIfFull();
    }
    if (!talk.messages.empty() && m_output.buffer().endsWith(','))
        m_output.buffer().chop(1);
}

Result<> Har::end(ExportSummary &summary)
{
    flushSpool();
    m_output.buffer() += R"({"log":{"version":"1.2","creator":{"name":"WebSocket Workbench","version":")"
        + QCoreApplication::applicationVersion().toUtf8() + R"("},"pages":[],"entries":[)";
    bool first = true;
    qsizetype withoutRequest = 0;
    for (auto &[id, talk] : m_talks) {
        const bool wanted = m_options.filter.matchesEverything() || !talk.messages.empty();
        if (talk.request.isEmpty() && wanted)
            ++withoutRequest;
        if (talk.request.isEmpty() || !wanted)
            continue;
        if (!std::exchange(first, false))
            m_output.buffer() += ',';
        entry(infoOf(id), talk);
    }
    m_output.buffer() += "]}}\n";
    if (withoutRequest > 0) {
        summary.notes += u"HAR holds requests: what crossed %1 without one is left out."_s.arg(
            withoutRequest == 1 ? u"a connection"_s : u"%1 connections"_s.arg(withoutRequest));
    }
    if (m_spoolOpen && !m_spoolFailed)
        return {};
    return Error{ErrorKind::Io, u"The folder for temporary files could not be used: %1."_s.arg(m_spool.errorString()),
                 u"Free some space there, or set TMPDIR to another folder."_s, {}};
}

} // namespace

std::unique_ptr<RecordWriter> harWriter(Output &output, const ExportOptions &options, const capture::Document &document)
{
    return std::make_unique<Har>(output, options, document);
}

} // namespace wsw::exchange
