#include "recordjson.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "capture/document.h"
#include "wire/closecode.h"

#include <QDateTime>
#include <QTimeZone>

#include <optional>
#include <tuple>

using namespace Qt::StringLiterals;

namespace wsw::cli {

namespace {

/// Records are copied out of the document in portions of about this many payload bytes.
constexpr qsizetype portionBytes = 4 * 1024 * 1024;

void putFrame(QJsonObject &object, const wire::FrameHeader &frame)
{
    object.insert(u"fin"_s, frame.fin);
    object.insert(u"rsv"_s, (frame.rsv1 ? 4 : 0) + (frame.rsv2 ? 2 : 0) + (frame.rsv3 ? 1 : 0));
    object.insert(u"rsv1"_s, frame.rsv1);
    object.insert(u"rsv2"_s, frame.rsv2);
    object.insert(u"rsv3"_s, frame.rsv3);
    object.insert(u"opcode"_s, static_cast<int>(frame.opcode));
    object.insert(u"opcodeName"_s, wire::opcodeName(frame.opcode));
    object.insert(u"masked"_s, frame.masked);
    if (frame.masked) {
        const QByteArray key(reinterpret_cast<const char *>(frame.key.data()), qsizetype(frame.key.size()));
        object.insert(u"mask"_s, QString::fromLatin1(key.toHex()));
    } else {
        object.insert(u"mask"_s, QJsonValue::Null);
    }
    constexpr std::array lengthBits{7, 16, 64};
    object.insert(u"lengthBits"_s, lengthBits.at(static_cast<size_t>(frame.lengthForm)));
    object.insert(u"length"_s, static_cast<qint64>(frame.length));
}

void putClose(QJsonObject &object, const QByteArray &payload)
{
    if (payload.size() < 2)
        return;
    object.insert(u"closeCode"_s, readBigEndian<quint16>(reinterpret_cast<const uchar *>(payload.constData())));
    object.insert(u"closeReason"_s, QString::fromUtf8(payload.mid(2)));
}

void putRoundTrip(QJsonObject &object, const capture::RecordHeader &header)
{
    if (header.rttNs == 0)
        return;
    object.insert(u"rtt"_s, header.rttNs);
    object.insert(u"rttKind"_s, header.flags.testFlag(wire::RecordFlag::PingReply) ? u"ping"_s : u"echo"_s);
}

void putCompression(QJsonObject &object, const capture::Record &record)
{
    const bool compressed = record.header.isCompressed();
    object.insert(u"compressed"_s, compressed);
    if (!compressed)
        return;
    object.insert(u"inflatedLength"_s, static_cast<qint64>(record.header.inflatedLength));
    object.insert(u"wirePayload"_s, QString::fromLatin1(record.payload.toBase64()));
}

PayloadEncoding encodingOf(const capture::RecordHeader &header)
{
    if (header.kind != wire::RecordKind::Frame)
        return PayloadEncoding::TextIfPossible;
    return header.frame.opcode == wire::Opcode::Binary || header.frame.opcode == wire::Opcode::Close
        ? PayloadEncoding::Base64
        : PayloadEncoding::TextIfPossible;
}

/// All bytes of one form, piece by piece: what a damaged file says of their number is not believed before they have been read.
Result<QByteArray> readWhole(const capture::Document &document, const capture::RecordHeader &header, capture::PayloadForm form)
{
    QByteArray whole;
    for (const quint64 size = header.stored(form); static_cast<quint64>(whole.size()) < size;) {
        const Result<QByteArray> piece =
            document.readPayload(header.id, static_cast<quint64>(whole.size()), limits::payloadChunkBytes, form);
        if (!piece)
            return piece.error();
        whole += *piece;
    }
    return whole;
}

/// Puts chunked payloads together. Where one cannot be read, it is empty and the record says Truncated.
Result<> complete(const capture::Document &document, capture::Record &record)
{
    using wire::RecordFlag;
    Result<> result;
    for (const auto &[flag, form, bytes] : {std::tuple{RecordFlag::Chunked, capture::PayloadForm::Wire, &record.payload},
                                            {RecordFlag::InflatedChunked, capture::PayloadForm::Inflated, &record.inflated}}) {
        if (!record.header.flags.testFlag(flag))
            continue;
        Result<QByteArray> whole = readWhole(document, record.header, form);
        *bytes = whole ? std::move(whole).value() : QByteArray();
        if (whole)
            continue;
        record.header.flags |= RecordFlag::Truncated;
        result = whole.error();
    }
    return result;
}

} // namespace

QString kindName(wire::RecordKind kind)
{
    switch (kind) {
    case wire::RecordKind::Frame: return u"frame"_s;
    case wire::RecordKind::RequestHead: return u"request"_s;
    case wire::RecordKind::ResponseHead: return u"response"_s;
    case wire::RecordKind::Body: return u"body"_s;
    case wire::RecordKind::Raw: return u"raw"_s;
    case wire::RecordKind::End: return u"end"_s;
    }
    Q_UNREACHABLE();
}

QString isoTime(WallNs time)
{
    const QDateTime seconds = QDateTime::fromSecsSinceEpoch(time / nsPerSecond, Qt::UTC);
    return seconds.toString(u"yyyy-MM-ddTHH:mm:ss"_s) + u".%1Z"_s.arg(time % nsPerSecond, 9, 10, QLatin1Char('0'));
}

void putPayload(QJsonObject &object, const QByteArray &payload, PayloadEncoding encoding)
{
    if (encoding == PayloadEncoding::TextIfPossible) {
        const QString text = QString::fromUtf8(payload);
        if (text.toUtf8() == payload) {
            object.insert(u"payload"_s, text);
            object.insert(u"encoding"_s, u"text"_s);
            return;
        }
    }
    object.insert(u"payload"_s, QString::fromLatin1(payload.toBase64()));
    object.insert(u"encoding"_s, u"base64"_s);
}

QJsonObject recordToJson(const capture::Record &record, const ClockAnchor &clock)
{
    const capture::RecordHeader &header = record.header;
    const QByteArray &payload = record.bytes(capture::PayloadForm::Meant);
    const WallNs time = clock.toWall(header.time);
    if (header.integrity == capture::Integrity::Lost) {
        return {{u"number"_s, static_cast<qint64>(header.id.value())}, {u"time"_s, time}, {u"timeIso"_s, isoTime(time)},
                {u"lost"_s, true}};
    }
    QJsonObject object{
        {u"number"_s, static_cast<qint64>(header.id.value())},
        {u"time"_s, time},
        {u"timeIso"_s, isoTime(time)},
        {u"connection"_s, static_cast<qint64>(header.connection.value())},
        {u"direction"_s, header.direction == Direction::Sent ? u"sent"_s : u"received"_s},
        {u"kind"_s, kindName(header.kind)},
        {u"wireOffset"_s, static_cast<qint64>(header.frame.wireOffset)},
        {u"violation"_s, QJsonValue::Null},
        {u"crafted"_s, header.flags.testFlag(wire::RecordFlag::Crafted)},
        {u"truncated"_s, header.flags.testFlag(wire::RecordFlag::Truncated)},
        {u"lost"_s, false},
        {u"rtt"_s, QJsonValue::Null},
    };
    if (header.violation != wire::Violation::None)
        object.insert(u"violation"_s, QLatin1String(wire::violationInfo(header.violation).name));
    putRoundTrip(object, header);
    if (header.kind == wire::RecordKind::Frame) {
        putFrame(object, header.frame);
        if (header.frame.opcode == wire::Opcode::Close)
            putClose(object, payload);
        if (header.message.isValid())
            object.insert(u"message"_s, static_cast<qint64>(header.message.value()));
        putCompression(object, record);
    } else {
        object.insert(u"length"_s, payload.size());
    }
    putPayload(object, payload, encodingOf(header));
    return object;
}

Result<> forEachRecord(const capture::Document &document, const std::function<bool(const capture::Record &)> &visit)
{
    std::optional<Error> damage;
    quint64 next = 1;
    const quint64 last = document.received();
    while (next <= last) {
        std::vector<capture::Record> portion;
        qsizetype bytes = 0;
        const Result<> scanned =
            document.scan(RecordId(next), RecordId(last), [&portion, &bytes](const capture::RecordView &view) {
                portion.push_back({view.header, view.payload.toByteArray(), view.inflated.toByteArray()});
                bytes += view.payload.size() + view.inflated.size() + qsizetype(sizeof(capture::Record));
                return bytes < portionBytes;
            });
        // Also what stands before and behind a damaged part is visited: the error comes last.
        for (capture::Record &record : portion) {
            if (const Result<> whole = complete(document, record); !whole && !damage)
                damage = whole.error();
            if (!visit(record))
                return damage ? Result<>(*damage) : Result<>();
        }
        if (!scanned && scanned.error().kind != ErrorKind::Damaged)
            return scanned.error();
        if (!scanned && !damage)
            damage = scanned.error();
        if (portion.empty())
            break;
        next = portion.back().header.id.value() + 1;
    }
    return damage ? Result<>(*damage) : Result<>();
}

} // namespace wsw::cli
