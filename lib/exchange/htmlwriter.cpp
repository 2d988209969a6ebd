#include "capture/document.h"
#include "exchange/fields.h"
#include "exchange/htmltext.h"
#include "exchange/records.h"
#include "exchange/recordwriter.h"
#include "exchange/secrets.h"
#include "stats/durationtext.h"
#include "wire/closecode.h"

#include <QFileInfo>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace wsw::exchange {

namespace {

/// What a page shows of one payload; the capture has the rest.
constexpr qsizetype shownText = 64 * 1024;
constexpr qsizetype shownBytes = 4 * 1024;
constexpr qsizetype previewBytes = 160;

QByteArray clockText(WallNs time)
{
    QByteArray text;
    appendIsoTime(text, time);
    return text.sliced(11, 15);    // hours to microseconds
}

bool isText(const capture::RecordHeader &header, QByteArrayView payload)
{
    return (header.kind != wire::RecordKind::Frame || header.frame.opcode != wire::Opcode::Binary) && isUtf8(payload);
}

/// At most @p most bytes, cut where a character begins.
QByteArrayView cut(QByteArrayView text, qsizetype most)
{
    qsizetype size = std::min(text.size(), most);
    while (size > 0 && size < text.size() && (text.at(size) & 0xc0) == 0x80)
        --size;
    return text.first(size);
}

QString caption(const capture::RecordHeader &header)
{
    if (header.integrity == capture::Integrity::Lost)
        return u"lost"_s;
    if (header.kind != wire::RecordKind::Frame)
        return kindName(header.kind);
    QString text = wire::opcodeName(header.frame.opcode);
    if (!header.frame.fin)
        text += u", not the last"_s;
    if (header.isCompressed())
        text += u", compressed"_s;
    return text;
}

QString agreed(const capture::ConnectionInfo &info)
{
    return info.subprotocol + (info.subprotocol.isEmpty() || info.extensions.isEmpty() ? u""_s : u", "_s) + info.extensions;
}

QByteArray classesOf(const capture::RecordHeader &header)
{
    QByteArray classes = header.direction == Direction::Sent ? "sent" : "received";
    if (header.kind == wire::RecordKind::Frame && wire::isControl(header.frame.opcode))
        classes += " control";
    if (header.flags.testFlag(wire::RecordFlag::Crafted))
        classes += " crafted";
    if (header.violation != wire::Violation::None)
        classes += " broken";
    return classes;
}

/// One page: who spoke, then a row for each record, which unfolds into its header, what is to be said of it, and its payload.
class Html final : public RecordWriter
{
public:
    Html(Output &output, const ExportOptions &options, const capture::Document &document) : m_output(output), m_options(options), m_document(document) {}

    void begin() override
    {
        QByteArray &page = m_output.buffer();
        const QString name = QFileInfo(m_document.path()).fileName();
        // Whatever a payload holds, the page runs no script and loads nothing.
        page += "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                "<meta name=\"viewport\" content=\"width=device-width\"><title>";
        appendHtml(page, name);
        page += "</title><style>" + reportStyle().toByteArray() + "</style></head>\n<body><h1>";
        appendHtml(page, name);
        page += "</h1><p class=\"quiet\">WebSocket traffic, recorded by WebSocket Workbench. Times are UTC. A row unfolds.</p>\n";
        connections();
        page += "<h2>Frames</h2><div class=\"panel log\"><div class=\"names\"><span class=\"number\">No.</span><span>Time</span>"
                "<span class=\"number\">Since</span><span class=\"number\">Conn.</span><span></span><span>Frame</span>"
                "<span class=\"number\">Length</span><span>Payload</span></div>\n";
        m_output.flushIfFull();
    }

    void record(const capture::Record &record) override
    {
        const capture::RecordHeader &header = record.header;
        QByteArray &page = m_output.buffer();
        const QByteArray id = QByteArray::number(header.id.value());
        page += "<details class=\"" + classesOf(header) + "\" id=\"f" + id + "\">";
        summary(record);
        page += "<div class=\"body\">";
        if (record.note)
            cell("<p class=\"noted\">", record.note->isEmpty() ? u"Marked."_s : QString::fromUtf8(*record.note), "</p>");
        if (header.integrity == capture::Integrity::Lost) {
            page += "<p class=\"wrong\">This part of the file is damaged.</p>";
        } else {
            if (header.kind == wire::RecordKind::Frame)
                anatomy(header);
            payload(record);
            notes(record);
        }
        page += "</div></details>\n";
        m_output.flushIfFull();
    }

    void message(const Message &) override {}

    Result<> end(ExportSummary &summary) override
    {
        QByteArray &page = m_output.buffer();
        if (summary.written == 0)
            page += "<p class=\"body quiet\">No frame passes the filter.</p>";
        page += "</div>\n";
        for (const Error &error : summary.damage) {
            page += "<p class=\"wrong\">";
            appendHtml(page, QStringView(error.message));
            page += "</p>\n";
        }
        page += "</body></html>\n";
        return {};
    }

private:
    void cell(const char *opening, QStringView text, const char *closing)
    {
        m_output.buffer() += opening;
        appendHtml(m_output.buffer(), text);
        m_output.buffer() += closing;
    }

    void connections()
    {
        QByteArray &page = m_output.buffer();
        page += "<h2>Connections</h2><div class=\"panel\"><table><tr><th>Conn.</th><th>Name</th><th>This program</th><th>URL</th><th>Peer</th>"
                "<th>Opened</th><th>Subprotocol, extensions</th><th>End</th></tr>\n";
        for (const capture::ConnectionInfo &info : m_document.connections()) {
            if (m_options.connections && !m_options.connections->contains(info.id))
                continue;
            QByteArray url = info.url.toUtf8();
            if (m_options.secrets == Secrets::Masked)
                maskRanges(url, secretsInText(url));
            cell("<tr><td>", QString::number(info.id.value()), "</td>");
            cell("<td>", info.name, "</td>");
            cell("<td>", info.localRole == Role::Client ? u"client"_s : u"server"_s, "</td>");
            cell("<td><code>", QString::fromUtf8(url), "</code></td>");
            cell("<td><code>", info.peerAddress, "</code></td>");
            cell("<td><code>", info.opened == 0 ? QString() : QString::fromLatin1(clockText(m_document.clock().toWall(info.opened))), "</code></td>");
            cell("<td><code>", agreed(info), "</code></td>");
            cell("<td>", info.closeText, "</td></tr>\n");
        }
        page += "</table></div>\n";
    }

    void summary(const capture::Record &record)
    {
        const capture::RecordHeader &header = record.header;
        const bool lost = header.integrity == capture::Integrity::Lost;
        const QByteArray &bytes = record.bytes(capture::PayloadForm::Meant);
        QByteArray &page = m_output.buffer();
        page += "<summary><span class=\"number\">" + QByteArray::number(header.id.value()) + "</span><code>";
        page += clockText(m_document.clock().toWall(header.time)) + "</code>";
        cell("<span class=\"number\">", m_last == 0 ? QString() : stats::durationText(header.time - m_last), "</span>");
        m_last = header.time;
        cell("<span class=\"number\">", lost ? QString() : QString::number(header.connection.value()), "</span>");
        page += lost ? "<span></span>" : header.direction == Direction::Sent ? "<span class=\"way\" title=\"sent\">\u2191</span>" : "<span class=\"way\" title=\"received\">\u2193</span>";
        cell("<span class=\"what\">", (header.violation == wire::Violation::None ? QString() : u"\u26a0 "_s) + caption(header), "</span>");
        cell("<span class=\"number\">", lost ? QString() : QString::number(header.kind == wire::RecordKind::Frame ? header.frame.length : quint64(bytes.size())), "</span>");
        page += "<code>";
        if (record.note)
            cell("<span class=\"noted\">\u25c6 ", QString::fromUtf8(cut(*record.note, previewBytes)).simplified(), "</span> ");
        page += "<bdi>";
        if (const auto code = header.kind == wire::RecordKind::Frame && header.frame.opcode == wire::Opcode::Close ? wire::closeCodeIn(bytes) : std::nullopt)
            appendHtml(page, u"%1 %2 %3"_s.arg(*code).arg(wire::closeCodeName(*code), QString::fromUtf8(QByteArrayView(bytes).sliced(2))).simplified());
        else if (isText(header, bytes))
            appendHtml(page, QString::fromUtf8(cut(bytes, previewBytes)).simplified());
        else
            page += bytes.first(std::min(bytes.size(), previewBytes / 3)).toHex(' ');
        page += "</bdi></code></summary>";
    }

    void anatomy(const capture::RecordHeader &header)
    {
        const wire::FrameHeader &frame = header.frame;
        const auto bit = [](bool set) { return set ? u"1"_s : u"0"_s; };
        const auto row = [this](const char *name, const QString &value) {
            m_output.buffer() += QByteArray("<tr><th>") + name + "</th>";
            cell("<td><code>", value, "</code></td></tr>");
        };
        m_output.buffer() += "<table>";
        row("FIN", bit(frame.fin) + (frame.fin ? u", the last frame of its message"_s : u", more frames follow"_s));
        row("RSV1, RSV2, RSV3", bit(frame.rsv1) + u", "_s + bit(frame.rsv2) + u", "_s + bit(frame.rsv3));
        row("opcode", u"0x%1, %2"_s.arg(static_cast<int>(frame.opcode), 0, 16).arg(wire::opcodeName(frame.opcode)));
        row("MASK", bit(frame.masked)
                + (frame.masked ? u", key "_s + QString::fromLatin1(QByteArray(reinterpret_cast<const char *>(frame.key.data()), qsizetype(frame.key.size())).toHex(' ')) : QString()));
        constexpr std::array forms{7, 16, 64};
        row("payload length", u"%1, written in %2 bits"_s.arg(frame.length).arg(forms.at(static_cast<size_t>(frame.lengthForm) % forms.size())));
        if (header.isCompressed())
            row("inflated", stats::sizeText(header.inflatedLength));
        row("offset", u"byte %1 of what this end has written"_s.arg(frame.wireOffset));
        if (header.rttNs != 0)
            row("round trip", stats::durationText(header.rttNs));
        if (header.flags.testFlag(wire::RecordFlag::Crafted))
            row("crafted", u"written by hand, as it is"_s);
        if (header.flags.testFlag(wire::RecordFlag::Truncated))
            row("truncated", u"not all of it is there"_s);
        m_output.buffer() += "</table>";
    }

    void notes(const capture::Record &record)
    {
        if (!m_options.explain)
            return;
        QByteArray &page = m_output.buffer();
        for (const ReportNote &note : m_options.explain(record)) {
            cell("<h3>", note.title, "</h3>");
            cell("<p>", note.text, "</p>");
            if (!note.judgement.isEmpty()) {
                page += note.isWrong ? "<p class=\"wrong\">" : note.isUnusual ? "<p class=\"unusual\">" : "<p>";
                cell("", note.judgement, "</p>");
            }
            cell("<p class=\"quiet\">", note.reference, "</p>");
        }
    }

    void payload(const capture::Record &record)
    {
        const QByteArray &bytes = record.bytes(capture::PayloadForm::Meant);
        if (bytes.isEmpty())
            return;
        QByteArray &page = m_output.buffer();
        const bool text = isText(record.header, bytes);
        const QByteArrayView shown = text ? cut(bytes, shownText) : QByteArrayView(bytes).first(std::min(bytes.size(), shownBytes));
        page += "<pre><bdi>";
        if (text)
            appendHtml(page, shown);
        else
            appendHexDump(page, shown);
        page += "</bdi></pre>";
        if (shown.size() < bytes.size())
            page += "<p class=\"quiet\">" + QByteArray::number(bytes.size() - shown.size()) + " bytes more are in the capture.</p>";
    }

    Output &m_output;
    const ExportOptions &m_options;
    const capture::Document &m_document;
    MonotonicNs m_last = 0;     ///< of the row before; 0: there is none
};

} // namespace

std::unique_ptr<RecordWriter> htmlWriter(Output &output, const ExportOptions &options, const capture::Document &document)
{
    return std::make_unique<Html>(output, options, document);
}

} // namespace wsw::exchange
