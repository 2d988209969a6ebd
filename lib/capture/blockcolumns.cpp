#include "capture/blockcolumns.h"

#include "base/bytes.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace wsw::capture {

namespace {

/// What a record looks like, as it stands in the file; no padding, compared byte by byte.
struct StoredShape
{
    quint8 kind;
    quint8 shape;           ///< as in StoredHeader
    quint16 flags;
    quint16 violation;
    quint8 firstByte;
    quint8 mask;            ///< the MASK bit alone, in its place
    quint32 connection;
};
static_assert(sizeof(StoredShape) == 12 && std::has_unique_object_representations_v<StoredShape>);

/// What both rows begin with.
struct StoredHead
{
    quint32 count;          ///< records
    quint16 shapes;         ///< of numbers: 0
    quint16 indexWidth;     ///< bytes of an index into the shapes, 1 or 2; of numbers: 0
};
static_assert(sizeof(StoredHead) == 8);

/// A block has fewer records than this: each takes a header.
constexpr size_t mostShapes = 0xffff;
static_assert(256 * 1024 / sizeof(StoredHeader) < mostShapes);
constexpr size_t smallIndex = 256;

template<class T>
T read(const uchar *at) noexcept
{
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

template<class T>
void append(QByteArray &to, const T &value)
{
    to.append(reinterpret_cast<const char *>(&value), static_cast<qsizetype>(sizeof value));
}

template<class Narrow>
void appendNarrow(QByteArray &to, const std::vector<quint64> &numbers, quint64 base)
{
    const qsizetype at = to.size();
    to.resize(at + static_cast<qsizetype>(numbers.size() * sizeof(Narrow)));
    char *place = to.data() + at;
    for (const quint64 number : numbers) {
        const auto narrow = static_cast<Narrow>(number - base);
        std::memcpy(place, &narrow, sizeof narrow);
        place += sizeof narrow;
    }
}

void appendColumn(QByteArray &to, const std::vector<quint64> &numbers)
{
    const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
    const quint64 base = *least;
    const quint64 range = *most - base;
    const quint8 width = range == 0 ? 0 : range <= 0xff ? 1 : range <= 0xffff ? 2 : range <= 0xffffffff ? 4 : 8;
    append(to, base);
    append(to, width);
    switch (width) {
    case 1: appendNarrow<quint8>(to, numbers, base); break;
    case 2: appendNarrow<quint16>(to, numbers, base); break;
    case 4: appendNarrow<quint32>(to, numbers, base); break;
    case 8: appendNarrow<quint64>(to, numbers, base); break;
    default: break;
    }
}

StoredShape shapeOf(const uchar *record) noexcept
{
    const auto stored = read<StoredHeader>(record);
    return {stored.kind,      stored.shape, stored.flags, stored.violation, stored.firstByte, static_cast<quint8>(stored.secondByte & 0x80),
            stored.connection};
}

/// Gives every shape a number, in the order in which they come.
class ShapeList final
{
public:
    quint16 take(const StoredShape &shape)
    {
        // Traffic repeats itself: a message, its answer, and the same again.
        for (const quint16 recent : {m_last, m_beforeLast}) {
            if (recent < m_shapes.size() && isSame(m_shapes[recent], shape))
                return remember(recent);
        }
        const auto [known, isNew] = m_numbers.try_emplace(key(shape), static_cast<quint16>(m_shapes.size()));
        if (isNew)
            m_shapes.push_back(shape);
        return remember(known->second);
    }
    [[nodiscard]] const std::vector<StoredShape> &shapes() const noexcept { return m_shapes; }

private:
    static bool isSame(const StoredShape &a, const StoredShape &b) noexcept { return std::memcmp(&a, &b, sizeof a) == 0; }
    static std::string key(const StoredShape &shape) { return {reinterpret_cast<const char *>(&shape), sizeof shape}; }
    quint16 remember(quint16 number) noexcept
    {
        if (number != m_last)
            m_beforeLast = std::exchange(m_last, number);
        return number;
    }

    std::vector<StoredShape> m_shapes;
    std::unordered_map<std::string, quint16> m_numbers; // 12 bytes: within the string itself
    quint16 m_last = 0;
    quint16 m_beforeLast = 0;
};

} // namespace

BlockColumns::Packed BlockColumns::pack(const Block &block, quint32 from, quint32 to)
{
    ShapeList shapes;
    std::vector<quint16> index;
    std::array<std::vector<quint64>, SizeColumns> sizes;
    std::array<std::vector<quint64>, NumberColumns> numbers;
    const size_t count = to - from;
    index.reserve(count);
    for (auto &column : sizes)
        column.reserve(count);
    for (auto &column : numbers)
        column.reserve(count);
    for (quint32 i = from; i < to; ++i) {
        index.push_back(shapes.take(capture::shapeOf(block.at(i))));
        const RecordHeader header = block.view(i).header;
        sizes[Length].push_back(header.frame.length);
        sizes[Missing].push_back(header.frame.length - header.payloadStored); // may wrap, and does so back
        sizes[Inflated].push_back(header.inflatedLength);
        numbers[RoundTrip].push_back(static_cast<quint64>(header.rttNs));
        numbers[Message].push_back(header.message.value());
        numbers[Key].push_back(readBigEndian<quint32>(header.frame.key.data()));
    }

    Packed packed;
    const bool isSmall = shapes.shapes().size() <= smallIndex;
    append(packed.shapes, StoredHead{static_cast<quint32>(count), static_cast<quint16>(shapes.shapes().size()), static_cast<quint16>(isSmall ? 1 : 2)});
    for (const StoredShape &shape : shapes.shapes())
        append(packed.shapes, shape);
    for (const quint16 number : index) {
        packed.shapes.append(static_cast<char>(number & 0xff));
        if (!isSmall)
            packed.shapes.append(static_cast<char>(number >> 8));
    }
    for (const auto &column : sizes)
        appendColumn(packed.shapes, column);
    append(packed.numbers, StoredHead{static_cast<quint32>(count), 0, 0});
    for (const auto &column : numbers)
        appendColumn(packed.numbers, column);
    return packed;
}

std::optional<BlockColumns> BlockColumns::unpack(RecordId first, QByteArray shapes)
{
    BlockColumns columns;
    columns.m_shapeBytes = std::move(shapes);
    if (!columns.readShapes(first))
        return std::nullopt;
    return columns;
}

bool BlockColumns::readShapes(RecordId first)
{
    const QByteArray &from = m_shapeBytes;
    if (from.size() < static_cast<qsizetype>(sizeof(StoredHead)))
        return false;
    const auto head = read<StoredHead>(bytes(from));
    const qsizetype shapesAt = sizeof(StoredHead);
    const qsizetype shapesEnd = shapesAt + head.shapes * qsizetype{sizeof(StoredShape)};
    const bool isSound = head.count > 0 && head.shapes > 0 && (head.indexWidth == 1 || head.indexWidth == 2) && from.size() >= shapesEnd
                         && (from.size() - shapesEnd) / head.indexWidth >= qsizetype{head.count};
    if (!isSound)
        return false;
    m_count = head.count;
    m_indexWidth = static_cast<quint8>(head.indexWidth);
    m_indexAt = shapesEnd;
    for (quint32 i = 0; i < m_count; ++i) {
        if (shapeOf(i) >= head.shapes)
            return false;
    }
    m_shapes.reserve(head.shapes);
    for (qsizetype at = shapesAt; at < shapesEnd; at += qsizetype{sizeof(StoredShape)}) {
        const auto shape = read<StoredShape>(bytes(from) + at);
        StoredHeader stored{};
        stored.size = sizeof stored;
        stored.kind = shape.kind;
        stored.shape = shape.shape;
        // Where the payload lies is nothing that can be asked for, and here there is none.
        const auto elsewhere = wire::RecordFlags(wire::RecordFlag::Chunked) | wire::RecordFlag::InflatedChunked;
        stored.flags = static_cast<quint16>(shape.flags & ~elsewhere.toInt());
        stored.violation = shape.violation;
        stored.firstByte = shape.firstByte;
        stored.secondByte = shape.mask;
        stored.connection = shape.connection;
        m_shapes.push_back(unpackRecord(reinterpret_cast<const uchar *>(&stored), first).header);
    }
    qsizetype at = m_indexAt + m_indexWidth * qsizetype{m_count};
    for (Column &column : m_sizes) {
        if (!readColumn(from, at, m_count, column))
            return false;
    }
    return at == from.size();
}

bool BlockColumns::addNumbers(QByteArray numbers)
{
    m_numberBytes = std::move(numbers);
    qsizetype at = sizeof(StoredHead);
    if (m_numberBytes.size() < at || read<StoredHead>(bytes(m_numberBytes)).count != m_count)
        return false;
    for (Column &column : m_numbers) {
        if (!readColumn(m_numberBytes, at, m_count, column))
            return false;
    }
    m_hasNumbers = at == m_numberBytes.size();
    return m_hasNumbers;
}

bool BlockColumns::readColumn(const QByteArray &from, qsizetype &at, quint32 count, Column &column)
{
    constexpr qsizetype headBytes = sizeof column.base + sizeof column.width;
    if (from.size() - at < headBytes)
        return false;
    column.base = read<quint64>(bytes(from) + at);
    column.width = bytes(from)[at + qsizetype{sizeof column.base}];
    column.at = at + headBytes;
    const bool isWidth = column.width == 0 || column.width == 1 || column.width == 2 || column.width == 4 || column.width == 8;
    if (!isWidth || from.size() - column.at < qsizetype{column.width} * qsizetype{count})
        return false;
    at = column.at + qsizetype{column.width} * qsizetype{count};
    return true;
}

quint64 BlockColumns::Column::number(const uchar *bytes, quint32 index) const noexcept
{
    const uchar *from = bytes + at;
    switch (width) {
    case 1: return base + from[index];
    case 2: return base + read<quint16>(from + size_t{2} * index);
    case 4: return base + read<quint32>(from + size_t{4} * index);
    case 8: return base + read<quint64>(from + size_t{8} * index);
    default: return base;
    }
}

void BlockColumns::addSizes(quint32 index, RecordHeader &header) const noexcept
{
    const uchar *from = bytes(m_shapeBytes);
    header.frame.length = m_sizes[Length].number(from, index);
    header.payloadStored = header.frame.length - m_sizes[Missing].number(from, index);
    header.inflatedLength = m_sizes[Inflated].number(from, index);
}

void BlockColumns::addNumbers(quint32 index, RecordHeader &header) const noexcept
{
    const uchar *from = bytes(m_numberBytes);
    header.id = RecordId(m_shapes.front().id.value() + index);
    header.rttNs = static_cast<qint64>(m_numbers[RoundTrip].number(from, index));
    header.message = MessageId(m_numbers[Message].number(from, index));
    writeBigEndian(static_cast<quint32>(m_numbers[Key].number(from, index)), header.frame.key.data());
}

} // namespace wsw::capture
