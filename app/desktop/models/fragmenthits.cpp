#include "models/fragmenthits.h"

#include "capture/wholerecord.h"
#include "models/termplaces.h"

#include <QHash>

#include <algorithm>
#include <atomic>
#include <utility>

namespace wsw::desktop {

namespace {

using capture::RecordHeader;
using capture::RecordView;
using wire::Opcode;

constexpr auto meant = capture::PayloadForm::Meant;
/// Letters in upper and lower case may take other numbers of bytes: so many times those of the term are kept.
constexpr qsizetype foldedFactor = 4;
/// Of all messages that have not ended, for regular expressions: what comes beyond is not joined.
constexpr qsizetype mostJoined = 64 * FragmentHits::joinedBytes;

/// A message of which more is to come.
struct OpenMessage
{
    struct Piece
    {
        quint64 record;
        qsizetype end;      ///< in bytes
        bool isShown;
    };
    MessageId message;
    std::vector<Piece> pieces;
    QByteArray bytes;       ///< the last of it, or for regular expressions the first
};

/// Without the halves of characters at both ends, so that what is cut out of UTF-8 is UTF-8.
QByteArrayView wholeCharacters(QByteArrayView bytes, qsizetype &cut)
{
    const auto isInside = [](char byte) { return (static_cast<uchar>(byte) & 0xc0) == 0x80; };
    cut = 0;
    while (cut < bytes.size() && cut < 3 && isInside(bytes[cut]))
        ++cut;
    qsizetype end = bytes.size();
    while (end > cut && bytes.size() - end < 3 && isInside(bytes[end - 1]))
        --end;
    const bool isBegun = end > cut && static_cast<uchar>(bytes[end - 1]) >= 0xc0;
    const auto lead = isBegun ? static_cast<uchar>(bytes[end - 1]) : uchar{0};
    const qsizetype length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (isBegun && bytes.size() - (end - 1) < length)
        return bytes.sliced(cut, end - 1 - cut);
    return bytes.sliced(cut);
}

} // namespace

struct FragmentHits::Search
{
    Search(std::shared_ptr<const capture::Document> searched, const SearchTerm &wanted, const capture::Filter &filter, const std::optional<QSet<ConnectionId>> &among)
        : document(std::move(searched)), term(wanted), finder(wanted), kept(foldedFactor * wanted.text.toUtf8().size()), shown(filter), connections(among)
    {
    }

    const std::shared_ptr<const capture::Document> document;
    const SearchTerm term;
    const ByteFinder finder;
    const qsizetype kept;               ///< bytes at the end of a frame in which the term may begin
    const capture::Filter shown;
    const std::optional<QSet<ConnectionId>> connections;
    std::atomic_bool cancelled{false};
    QHash<quint64, OpenMessage> open;   ///< of each connection and direction
    qsizetype joined = 0;
    std::vector<quint64> found;

    [[nodiscard]] bool isExpression() const { return term.kind == SearchTerm::Kind::Expression; }

    void look(const RecordView &record);
    void append(OpenMessage &message, const RecordView &record);
    /// Adds bytes of a frame. Without any of its own it takes no part: nothing can begin in it.
    void add(OpenMessage &message, const RecordView &record, const QByteArray &bytes);
    void match(const OpenMessage &message, QByteArrayView bytes, qsizetype behind);
    void forget(quint64 key);
    [[nodiscard]] bool isShown(const RecordView &record) const;
    [[nodiscard]] QByteArray read(const RecordView &record, quint64 from, qsizetype count) const;
};

/// Bytes of a payload, of which the record may have only the first.
QByteArray FragmentHits::Search::read(const RecordView &record, quint64 from, qsizetype count) const
{
    const QByteArrayView bytes = record.bytes(meant);
    const auto begin = static_cast<qsizetype>(from);
    if (record.header.stored(meant) == static_cast<quint64>(bytes.size()) || begin + count <= bytes.size())
        return begin < bytes.size() ? bytes.sliced(begin, qMin(count, bytes.size() - begin)).toByteArray() : QByteArray();
    const auto stored = document->readPayload(record.header.id, from, count, meant);
    return stored ? *stored : QByteArray();
}

void FragmentHits::Search::forget(quint64 key)
{
    const auto message = open.constFind(key);
    if (message == open.cend())
        return;
    joined -= message->bytes.size();
    open.erase(message);
}

void FragmentHits::Search::look(const RecordView &record)
{
    const RecordHeader &header = record.header;
    if (header.integrity == capture::Integrity::Lost) {
        // Nothing is joined across what is damaged.
        open.clear();
        joined = 0;
        return;
    }
    if (header.kind != wire::RecordKind::Frame || !wire::isData(header.frame.opcode) || (connections && !connections->contains(header.connection)))
        return;
    const quint64 key = header.connection.value() * 2 + (header.direction == Direction::Sent ? 0 : 1);
    const bool begins = header.frame.opcode != Opcode::Continuation;
    if (begins)
        forget(key);
    if (begins && header.frame.fin)
        return;
    if (begins)
        open.insert(key, {header.message, {}, {}});
    const auto message = open.find(key);
    if (message == open.end() || message->message != header.message)
        return;
    append(*message, record);
    if (header.frame.fin) {
        if (isExpression())
            match(*message, message->bytes, 0);
        forget(key);
    }
}

void FragmentHits::Search::append(OpenMessage &message, const RecordView &record)
{
    const quint64 stored = record.header.stored(meant);
    const qsizetype before = message.bytes.size();
    const auto all = static_cast<qsizetype>(qMin(stored, quint64{1} << 40));
    if (isExpression()) {
        const qsizetype room = qMin(joinedBytes - before, mostJoined - joined);
        if (room > 0)
            add(message, record, read(record, 0, qMin(room, all)));
        joined += message.bytes.size() - before;
        return;
    }
    // What begins in the frames before can go on only in the first bytes of this one.
    const QByteArray first = read(record, 0, qMin(kept, all));
    add(message, record, first);
    if (before > 0)
        match(message, message.bytes, before);
    if (all > first.size()) {
        message.bytes.clear();
        message.pieces.clear();
        add(message, record, read(record, stored - static_cast<quint64>(qMin(kept, all)), kept));
    }
    const qsizetype gone = message.bytes.size() - kept;
    if (gone > 0) {
        message.bytes.remove(0, gone);
        std::erase_if(message.pieces, [gone](const OpenMessage::Piece &piece) { return piece.end <= gone; });
        for (OpenMessage::Piece &piece : message.pieces)
            piece.end -= gone;
    }
}

void FragmentHits::Search::add(OpenMessage &message, const RecordView &record, const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return;
    message.bytes += bytes;
    message.pieces.push_back({record.header.id.value(), message.bytes.size(), isShown(record)});
}

bool FragmentHits::Search::isShown(const RecordView &record) const
{
    return shown.matches(capture::WholeRecord(*document, record, capture::neededFor(shown)).view());
}

/// Finds what ends behind @p behind and crosses from one frame into another.
void FragmentHits::Search::match(const OpenMessage &message, QByteArrayView bytes, qsizetype behind)
{
    qsizetype cut = 0;
    const QByteArrayView whole = term.kind == SearchTerm::Kind::Hex ? bytes : wholeCharacters(bytes, cut);
    if (cancelled.load(std::memory_order_relaxed))
        return;
    // Both stand in their order.
    auto piece = message.pieces.begin();
    const Places places = finder.placesIn(whole);
    for (const auto &[from, size] : places) {
        const qsizetype begin = from + cut;
        while (piece != message.pieces.end() && piece->end <= begin)
            ++piece;
        if (piece == message.pieces.end())
            return;
        if (begin + size > piece->end && begin + size > behind && piece->isShown)
            found.push_back(piece->record);
    }
}

FragmentHits::FragmentHits(QObject *parent) : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
}

FragmentHits::~FragmentHits()
{
    cancel();
    m_pool.waitForDone();
}

void FragmentHits::setDocument(std::shared_ptr<const capture::Document> document)
{
    cancel();
    m_document = std::move(document);
    begin();
}

void FragmentHits::set(const SearchTerm &term, const capture::Filter &shown, const std::optional<QSet<ConnectionId>> &connections)
{
    cancel();
    m_term = term;
    m_shown = shown;
    m_connections = connections;
    begin();
}

void FragmentHits::cancel()
{
    if (m_search)
        m_search->cancelled = true;
    m_search.reset();
    m_isRunning = false;
}

void FragmentHits::begin()
{
    m_scanned = 0;
    Q_EMIT reset();
    advance();
}

void FragmentHits::advance()
{
    if (m_isRunning || !m_document || m_term.text.isEmpty() || m_document->received() <= m_scanned)
        return;
    if (!m_search)
        m_search = std::make_shared<Search>(m_document, m_term, m_shown, m_connections);
    m_isRunning = true;
    m_pool.start([this, search = m_search, from = m_scanned + 1, to = m_document->received()]() mutable {
        quint64 scanned = from - 1;
        // What is damaged has been visited as such; what cannot be read just now is tried again.
        (void)search->document->scan(RecordId(from), RecordId(to), [&](const RecordView &record) {
            search->look(record);
            scanned = record.header.id.value();
            return !search->cancelled.load(std::memory_order_relaxed);
        });
        std::vector<quint64> found = std::exchange(search->found, {});
        std::ranges::sort(found);
        found.erase(std::unique(found.begin(), found.end()), found.end());
        QMetaObject::invokeMethod(
            this, [this, search = std::move(search), found = std::move(found), scanned]() { take(search, found, scanned); }, Qt::QueuedConnection);
    });
}

void FragmentHits::take(const std::shared_ptr<Search> &search, const std::vector<quint64> &records, quint64 scanned)
{
    if (search != m_search)
        return;
    m_isRunning = false;
    m_scanned = scanned;
    Q_EMIT found(records);
}

} // namespace wsw::desktop
