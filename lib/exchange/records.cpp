#include "exchange/records.h"

#include "base/limits.h"
#include "capture/document.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <tuple>

using namespace Qt::StringLiterals;

namespace wsw::exchange {

namespace {

/// Records are copied out of the document in portions of about this many payload bytes.
constexpr qsizetype portionBytes = 4 * 1024 * 1024;

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

void appendDigits(QByteArray &to, qint64 value, int width)
{
    char digits[20];
    for (int i = width; i-- > 0; value /= 10)
        digits[i] = static_cast<char>('0' + value % 10);
    to.append(digits, width);
}

} // namespace

Result<QByteArray> readWhole(const capture::Document &document, const capture::RecordHeader &header, capture::PayloadForm form, quint64 most)
{
    QByteArray whole;
    for (const quint64 size = std::min(header.stored(form), most); static_cast<quint64>(whole.size()) < size;) {
        const quint64 left = size - static_cast<quint64>(whole.size());
        const Result<QByteArray> piece =
            document.readPayload(header.id, static_cast<quint64>(whole.size()),
                                 static_cast<qsizetype>(std::min(left, quint64{limits::payloadChunkBytes})), form);
        if (!piece)
            return piece.error();
        if (piece->isEmpty())
            break;
        whole += *piece;
    }
    return whole;
}

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

void appendIsoTime(QByteArray &to, WallNs time)
{
    using namespace std::chrono;
    const auto second = floor<seconds>(nanoseconds(time));
    const auto day = floor<days>(second);
    const year_month_day date{sys_days(day)};
    const hh_mm_ss clock(second - day);
    appendDigits(to, static_cast<int>(date.year()), 4);
    to += '-';
    appendDigits(to, static_cast<unsigned>(date.month()), 2);
    to += '-';
    appendDigits(to, static_cast<unsigned>(date.day()), 2);
    to += 'T';
    appendDigits(to, clock.hours().count(), 2);
    to += ':';
    appendDigits(to, clock.minutes().count(), 2);
    to += ':';
    appendDigits(to, clock.seconds().count(), 2);
    to += '.';
    appendDigits(to, (nanoseconds(time) - second).count(), 9);
    to += 'Z';
}

QString isoTime(WallNs time)
{
    QByteArray text;
    appendIsoTime(text, time);
    return QString::fromLatin1(text);
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
                portion.push_back({view.header, view.payload.toByteArray(), view.inflated.toByteArray(), view.note != nullptr ? std::optional(*view.note) : std::nullopt});
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

} // namespace wsw::exchange
