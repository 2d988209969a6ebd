#include "capture/pagescan.h"

#include "base/bytes.h"
#include "capture/compression.h"
#include "capture/schema.h"

#include <QDir>

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace wsw::capture {

namespace {

constexpr int fileHeadBytes = 100;      // of the first page
constexpr int pageSizeOffset = 16;      // in it
constexpr uchar indexLeaf = 0x0a;
constexpr uchar tableLeaf = 0x0d;
constexpr int leafHeadBytes = 8;
constexpr size_t mostColumns = 24;
constexpr int mostOverlap = 4;
/// The longest row of a capture: a block, and what stands beside it in its row.
constexpr quint64 longestRow = largestRowBytes + 4096;

const uchar *bytesOf(const QByteArray &bytes)
{
    return reinterpret_cast<const uchar *>(bytes.constData());
}

/// SQLite's variable-length integers: up to nine bytes, big-endian, seven bits each but for the ninth.
std::optional<quint64> takeVarint(QByteArrayView &from)
{
    quint64 value = 0;
    for (int i = 0; i < 9 && i < from.size(); ++i) {
        const auto byte = static_cast<uchar>(from[i]);
        if (i == 8) {
            from = from.sliced(9);
            return (value << 8) | byte;
        }
        value = (value << 7) | (byte & 0x7f);
        if ((byte & 0x80) == 0) {
            from = from.sliced(i + 1);
            return value;
        }
    }
    return std::nullopt;
}

/// What a serial type says: how many bytes its value has; nothing for those that do not exist.
std::optional<quint64> bytesOfType(quint64 serial)
{
    constexpr std::array<quint64, 10> fixed{0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
    if (serial < fixed.size())
        return fixed[static_cast<size_t>(serial)];
    return serial < 12 ? std::nullopt : std::optional((serial - 12) / 2);
}

PageScan::Type typeOf(quint64 serial)
{
    switch (serial) {
    case 0: return PageScan::Type::Null;
    case 7: return PageScan::Type::Real;
    default: break;
    }
    if (serial < 12)
        return PageScan::Type::Integer;
    return serial % 2 == 0 ? PageScan::Type::Blob : PageScan::Type::Text;
}

/// The head of a record: one serial type a column.
struct RecordHead
{
    std::array<quint64, mostColumns> serials{};
    std::array<PageScan::Type, mostColumns> types{};
    size_t columns = 0;
    quint64 bytes = 0;      ///< of the head itself
};

/// Reads it from the beginning of a record of @p whole bytes; nothing where it cannot be one.
std::optional<RecordHead> takeHead(QByteArrayView from, quint64 whole)
{
    const qsizetype had = from.size();
    const auto size = takeVarint(from);
    if (!size || *size > static_cast<quint64>(had))
        return std::nullopt;
    RecordHead head;
    head.bytes = *size;
    quint64 values = 0;
    while (static_cast<quint64>(had - from.size()) < head.bytes) {
        const auto serial = takeVarint(from);
        const auto bytes = serial ? bytesOfType(*serial) : std::nullopt;
        if (!bytes || head.columns == mostColumns || *bytes > whole)
            return std::nullopt;
        head.serials[head.columns] = *serial;
        head.types[head.columns++] = typeOf(*serial);
        values += *bytes;
    }
    if (static_cast<quint64>(had - from.size()) != head.bytes || head.bytes + values != whole)
        return std::nullopt;
    return head;
}

PageScan::Value valueOf(quint64 serial, QByteArrayView bytes)
{
    switch (typeOf(serial)) {
    case PageScan::Type::Null:
    case PageScan::Type::Real: return {};
    case PageScan::Type::Blob:
    case PageScan::Type::Text: return bytes.toByteArray();
    case PageScan::Type::Integer: break;
    }
    if (serial >= 8)
        return qint64{serial == 9};
    quint64 value = !bytes.isEmpty() && (bytes[0] & 0x80) != 0 ? ~quint64{0} : 0;   // they are signed
    for (const char byte : bytes)
        value = (value << 8) | static_cast<uchar>(byte);
    return static_cast<qint64>(value);
}

} // namespace

struct PageScan::Cell
{
    qint64 number = 0;
    quint64 bytes = 0;          ///< of the whole record
    QByteArrayView local;       ///< its beginning, in the page
    quint32 overflow = 0;       ///< the page in which it goes on; 0: all is local
};

Result<PageScan> PageScan::open(const QString &path, int pageLength)
{
    PageScan scan;
    scan.m_file = std::make_unique<QFile>(path);
    if (!scan.m_file->exists()) {
        return Error{ErrorKind::NotFound, QStringLiteral("There is no file \"%1\".").arg(QDir::toNativeSeparators(path)),
                     QStringLiteral("Check the name and the folder."), {}};
    }
    if (!scan.m_file->open(QIODevice::ReadOnly)) {
        return Error{ErrorKind::Permission,
                     QStringLiteral("Cannot open \"%1\": %2.").arg(QDir::toNativeSeparators(path), scan.m_file->errorString()),
                     QStringLiteral("Ask the file's owner for permission to read it."), {}};
    }
    const QByteArray head = scan.m_file->read(fileHeadBytes);
    scan.m_pageBytes = head.size() == fileHeadBytes ? readBigEndian<quint16>(bytesOf(head) + pageSizeOffset) : 0;
    // 1 stands for 65536. Where the head is gone, pages are as large as we make them.
    if (scan.m_pageBytes == 1)
        scan.m_pageBytes = 65536;
    if (pageLength != 0)
        scan.m_pageBytes = pageLength;
    if (scan.m_pageBytes < 512 || !std::has_single_bit(static_cast<quint32>(scan.m_pageBytes)))
        scan.m_pageBytes = pageBytes;
    scan.m_pages = (scan.m_file->size() + scan.m_pageBytes - 1) / scan.m_pageBytes;
    return scan;
}

bool PageScan::load(qint64 page)
{
    if (page == m_loaded)
        return true;
    m_loaded = 0;
    if (page < 1 || page > m_pages || !m_file->seek((page - 1) * m_pageBytes))
        return false;
    m_page = m_file->read(m_pageBytes);
    if (m_page.isEmpty())
        return false;
    m_page.append(m_pageBytes - m_page.size(), '\0');   // the last one may be cut off
    m_loaded = page;
    return true;
}

std::optional<PageScan::Cell> PageScan::cellAt(int offset, bool isIndex) const
{
    if (offset < leafHeadBytes || offset >= m_pageBytes)
        return std::nullopt;
    QByteArrayView rest = QByteArrayView(m_page).sliced(offset);
    const auto bytes = takeVarint(rest);
    if (!bytes || *bytes == 0 || *bytes > longestRow)
        return std::nullopt;
    Cell cell;
    cell.bytes = *bytes;
    if (!isIndex) {
        const auto number = takeVarint(rest);
        if (!number)
            return std::nullopt;
        cell.number = static_cast<qint64>(*number);
    }
    // How much of a record stays in its page: fileformat.html 1.6.
    const auto usable = static_cast<quint64>(m_pageBytes);
    const quint64 most = isIndex ? (usable - 12) * 64 / 255 - 23 : usable - 35;
    const quint64 least = (usable - 12) * 32 / 255 - 23;
    const quint64 wanted = cell.bytes <= most ? cell.bytes : least + (cell.bytes - least) % (usable - 4);
    const quint64 local = wanted <= most ? wanted : least;
    const quint64 needed = local + (local < cell.bytes ? 4 : 0);
    if (needed > static_cast<quint64>(rest.size()))
        return std::nullopt;
    cell.local = rest.first(static_cast<qsizetype>(local));
    if (local < cell.bytes)
        cell.overflow = readBigEndian<quint32>(reinterpret_cast<const uchar *>(rest.data()) + local);
    return cell;
}

bool PageScan::scan(const std::function<void(const Row &)> &take, const Progress &progress)
{
    for (qint64 page = 1; page <= m_pages; ++page) {
        if (progress && page % 64 == 0 && !progress(static_cast<quint64>(page), static_cast<quint64>(m_pages)))
            return false;
        if (!load(page))
            continue;
        const int at = page == 1 ? fileHeadBytes : 0;
        const auto kind = static_cast<uchar>(m_page[at]);
        if (kind != tableLeaf && kind != indexLeaf)
            continue;
        const int cells = readBigEndian<quint16>(bytesOf(m_page) + at + 3);
        // Cells do not overlap. Where they seem to, by much, the page is nonsense: it must not make more of the file than there is.
        qsizetype seen = 0;
        std::vector<bool> isSeen(static_cast<size_t>(m_pageBytes));
        for (int i = 0; seen <= mostOverlap * m_pageBytes && i < cells && at + leafHeadBytes + 2 * i + 2 <= m_pageBytes; ++i) {
            const int offset = readBigEndian<quint16>(bytesOf(m_page) + at + leafHeadBytes + 2 * i);
            if (offset >= m_pageBytes || isSeen[static_cast<size_t>(offset)])
                continue;
            isSeen[static_cast<size_t>(offset)] = true;
            const auto cell = cellAt(offset, kind == indexLeaf);
            seen += cell ? cell->local.size() : 0;
            const auto head = cell ? takeHead(cell->local, cell->bytes) : std::nullopt;
            if (head)
                take({{page, offset}, cell->number, std::span(head->types).first(head->columns)});
        }
    }
    return true;
}

std::optional<QByteArray> PageScan::payload(const Cell &cell)
{
    QByteArray whole = cell.local.toByteArray();
    whole.reserve(static_cast<qsizetype>(cell.bytes));
    // Each page brings some bytes of a bounded number, so that a chain in a circle ends.
    for (quint32 next = cell.overflow; static_cast<quint64>(whole.size()) < cell.bytes;) {
        if (!load(next))
            return std::nullopt;
        const quint64 left = cell.bytes - static_cast<quint64>(whole.size());
        whole += QByteArrayView(m_page).sliced(4, static_cast<qsizetype>(std::min<quint64>(left, static_cast<quint64>(m_pageBytes) - 4)));
        next = readBigEndian<quint32>(bytesOf(m_page));
    }
    return whole;
}

std::optional<QList<PageScan::Value>> PageScan::values(const Place &place)
{
    if (!load(place.page))
        return std::nullopt;
    const bool isIndex = static_cast<uchar>(m_page[place.page == 1 ? fileHeadBytes : 0]) == indexLeaf;
    const auto cell = cellAt(place.offset, isIndex);
    const auto whole = cell ? payload(*cell) : std::nullopt;
    const auto head = whole ? takeHead(*whole, cell->bytes) : std::nullopt;
    if (!head)
        return std::nullopt;
    QList<Value> values;
    QByteArrayView rest = QByteArrayView(*whole).sliced(static_cast<qsizetype>(head->bytes));
    for (size_t i = 0; i < head->columns; ++i) {
        const auto bytes = static_cast<qsizetype>(*bytesOfType(head->serials[i]));
        values.append(valueOf(head->serials[i], rest.first(bytes)));
        rest = rest.sliced(bytes);
    }
    return values;
}

} // namespace wsw::capture
