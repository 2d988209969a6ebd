#include "exchange/secrets.h"

#include "capture/document.h"
#include "exchange/messages.h"
#include "exchange/records.h"
#include "wire/httptext.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace wsw::exchange {

namespace {

struct Pattern
{
    QRegularExpression expression;
    int secret;     ///< the group that holds it
};

/// Every quantifier that could give back is possessive or bounded, so that no text takes long.
const std::array<Pattern, 7> &patterns()
{
    constexpr auto options = QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption;
    static const QString names = uR"((?:(?:access|id|refresh|auth|session|csrf|xsrf|bearer)?[_-]?token|api[_-]?key|access[_-]?key|)"_s
        + uR"((?:client|shared)?[_-]?secret|password|passwd|passcode|pwd|authorization|jwt|session[_-]?id|private[_-]?key|signature|sig|credentials?))"_s;
    // Of a whole line, fewer words say that it is one.
    static const QString lines = uR"([\w-]{0,64}(?:token|api[_-]?key|secret|password|passwd|passcode|pwd):[ \t]*+)"_s;
    // A member's value: of JSON, of JSON in a string of JSON, and of deeper ones until its first escape.
    static const QString value = uR"re((?|"((?:[^"\\]++|\\.)++)"|\\"((?:[^"\\]++|\\\\(?:\\"|[^"]))++)\\"|\\{2,}+"([^"\\]++)))re"_s;
    // Within one, a word is taken for a secret only behind these.
    static const QString words = uR"((?<![\w-])[\w-]{0,64}(?:password|passwd|passcode|pwd):[ \t]++)"_s;
    static const std::array<Pattern, 7> all{
        Pattern{QRegularExpression(uR"((?<![\w-])[\w-]{0,64})"_s + names + uR"(=([^&\s"'#<>;]++))"_s, options), 1},
        Pattern{QRegularExpression(uR"(["'][\w.$-]{0,64})"_s + names + uR"(\\*+["']\s*+:\s*+)"_s + value, options), 1},
        Pattern{QRegularExpression(uR"((?|(?m:^))"_s + lines + uR"(([^\r\n\x00]++)|\\n)"_s + lines + uR"(([^"\\\r\n]++)))"_s, options), 1},
        Pattern{QRegularExpression(words + uR"(([^\s"'\\<>,;]++))"_s, options), 1},
        // Some offer their token as a subprotocol: browsers let them send no other header.
        Pattern{QRegularExpression(uR"(\b(?:(?:bearer|basic)\s++|bearer\s*+[,.]\s*+)([a-z0-9._~+/-]{8,}+=*+))"_s, options), 1},
        Pattern{QRegularExpression(uR"(\beyJ[\w-]{5,}+\.[\w-]++\.[\w-]*+)"_s), 0},
        Pattern{QRegularExpression(uR"(\b(?:gh[opsu]_|github_pat_|glpat-|xox[abprs]-|sk-|sk_live_|rk_live_|AKIA)[\w-]{12,}+)"_s), 0},
    };
    return all;
}

bool isSecretHeader(QByteArrayView name)
{
    constexpr std::array<QByteArrayView, 5> known{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "Cookie2"};
    if (std::ranges::any_of(known, [name](QByteArrayView one) { return wire::sameName(name, one); }))
        return true;
    const QByteArray lower = name.toByteArray().toLower();
    constexpr std::array<QByteArrayView, 5> telling{"token", "secret", "password", "api-key", "apikey"};
    return std::ranges::any_of(telling, [&lower](QByteArrayView word) { return lower.contains(word); });
}

/// Deflate data that become @p plain: stored blocks (RFC 1951, 3.2.4), and at a message's end the empty one whose last four bytes RFC
/// 7692, 7.2.1 leaves out.
QByteArray storedBlocks(QByteArrayView plain, bool ends)
{
    constexpr qsizetype most = 0xffff;
    QByteArray blocks;
    while (!plain.isEmpty()) {
        const QByteArrayView part = plain.first(std::min(plain.size(), most));
        plain = plain.sliced(part.size());
        const auto size = static_cast<quint16>(part.size());
        const std::array<uchar, 5> head{0, static_cast<uchar>(size & 0xff), static_cast<uchar>(size >> 8), static_cast<uchar>(~size & 0xff),
                                        static_cast<uchar>((~size >> 8) & 0xff)};
        blocks.append(reinterpret_cast<const char *>(head.data()), head.size());
        blocks.append(part);
    }
    if (ends)
        blocks.append('\0');
    return blocks;
}

/// In order, those that overlap as one.
std::vector<Range> joined(std::vector<Range> ranges)
{
    std::ranges::sort(ranges, {}, &Range::from);
    std::vector<Range> result;
    for (const Range &range : ranges) {
        if (result.empty() || range.from > result.back().from + result.back().size)
            result.push_back(range);
        else
            result.back().size = std::max(result.back().size, range.from + range.size - result.back().from);
    }
    return result;
}

} // namespace

std::vector<Range> secretsInText(QByteArrayView bytes)
{
    std::vector<Range> found;
    // One character a byte, so that places in the text are places in the bytes.
    const QString text = QString::fromLatin1(bytes);
    for (const Pattern &pattern : patterns()) {
        for (auto matches = pattern.expression.globalMatch(text); matches.hasNext();) {
            const QRegularExpressionMatch match = matches.next();
            found.push_back({match.capturedStart(pattern.secret), match.capturedLength(pattern.secret)});
        }
    }
    return joined(std::move(found));
}

std::vector<Range> secretsInHead(QByteArrayView head)
{
    std::vector<Range> found = secretsInText(head);
    bool secret = false;
    for (qsizetype at = 0; at < head.size();) {
        qsizetype end = head.indexOf('\n', at);
        end = end < 0 ? head.size() : end;
        qsizetype from = at;
        const bool goesOn = wire::isWhite(static_cast<uchar>(head[at]));
        if (!goesOn) {
            const qsizetype colon = head.sliced(at, end - at).indexOf(':');
            secret = colon > 0 && isSecretHeader(head.sliced(at, colon));
            from = at + colon + 1;
        }
        qsizetype to = end;
        while (to > from && (head[to - 1] == '\r' || wire::isWhite(static_cast<uchar>(head[to - 1]))))
            --to;
        while (from < to && wire::isWhite(static_cast<uchar>(head[from])))
            ++from;
        if (secret && to > from)
            found.push_back({from, to - from});
        at = end + 1;
    }
    return joined(std::move(found));
}

void maskRanges(QByteArray &bytes, const std::vector<Range> &ranges)
{
    for (const Range &range : ranges) {
        const qsizetype from = std::clamp<qsizetype>(range.from, 0, bytes.size());
        const qsizetype to = std::clamp<qsizetype>(range.from + range.size, from, bytes.size());
        std::fill(bytes.begin() + from, bytes.begin() + to, '*');
    }
}

bool SecretMasker::prepare(const capture::Document &document, const std::function<bool(RecordId)> &goesOn)
{
    const auto look = [this, &document](const Message &message) {
        if (message.frames < 2)
            return;
        const std::vector<Range> secrets = secretsInText(message.payload);
        qsizetype at = 0;
        if (secrets.empty())
            return;
        for (const RecordId id : message.records) {
            const Result<capture::Record> record = document.read(id);
            if (!record)
                return;
            const auto size = static_cast<qsizetype>(record->header.stored(capture::PayloadForm::Meant));
            std::vector<Range> here;
            for (const Range &range : secrets) {
                const qsizetype from = std::max(range.from - at, qsizetype{0});
                const qsizetype to = std::min(range.from + range.size - at, size);
                if (from < to)
                    here.push_back({from, to - from});
            }
            m_inFragments.insert(id, std::move(here));
            at += size;
        }
    };
    MessageGatherer gatherer(document, Payloads::Read, look);
    bool stopped = false;
    // What cannot be read is told by the pass that writes.
    std::ignore = forEachRecord(document, [&](const capture::Record &record) {
        stopped = goesOn && !goesOn(record.header.id);
        gatherer.take(record);
        return !stopped;
    });
    gatherer.end();
    return !stopped;
}

std::vector<Range> SecretMasker::rangesOf(const capture::Record &record) const
{
    switch (record.header.kind) {
    case wire::RecordKind::RequestHead:
    case wire::RecordKind::ResponseHead:
    case wire::RecordKind::Raw:     // what could not be read as a head may be one all the same
        return secretsInHead(record.payload);
    case wire::RecordKind::Body:
    case wire::RecordKind::Frame:
        break;
    case wire::RecordKind::End:
        return {};
    }
    std::vector<Range> found = secretsInText(record.bytes(capture::PayloadForm::Meant));
    const std::vector<Range> inFragments = m_inFragments.value(record.header.id);
    found.insert(found.end(), inFragments.begin(), inFragments.end());
    return joined(std::move(found));
}

bool SecretMasker::maskNote(capture::Record &record)
{
    const std::vector<Range> ranges = record.note ? secretsInText(*record.note) : std::vector<Range>();
    m_masked += ranges.size();
    if (!ranges.empty())
        maskRanges(*record.note, ranges);
    return !ranges.empty();
}

bool SecretMasker::mask(capture::Record &record)
{
    const bool isOther = maskNote(record);
    const std::vector<Range> ranges = rangesOf(record);
    m_masked += ranges.size();
    if (!record.header.isCompressed()) {
        maskRanges(record.payload, ranges);
        return isOther || !ranges.empty();
    }
    const auto stream = std::pair(record.header.connection, record.header.direction == Direction::Sent);
    if (!ranges.empty() || m_inFragments.contains(record.header.id))
        m_rewritten.insert(stream);
    if (!m_rewritten.contains(stream))
        return isOther;
    maskRanges(record.inflated, ranges);
    wire::FrameHeader &frame = record.header.frame;
    record.payload = storedBlocks(record.inflated, frame.fin);
    frame.length = static_cast<quint64>(record.payload.size());
    frame.lengthForm = wire::minimalLengthForm(frame.length);
    record.header.payloadStored = frame.length;
    return true;
}

} // namespace wsw::exchange
