#pragma once

#include "capture/block.h"

#include <QByteArray>

#include <array>
#include <optional>
#include <vector>

namespace wsw::capture {

/// The headers of a block's records once more, column by column, so that a filter on header fields needs to read neither blocks nor
/// payloads. Kept beside the block (see README.md for the bytes). Immutable; any thread.
class BlockColumns final
{
public:
    /// As they stand in the file: the sizes belong to the shapes, being asked for as often; the numbers are apart.
    struct Packed
    {
        QByteArray shapes;
        QByteArray numbers;
    };

    /// Of the records @p from to @p to (not included) of @p block, which must have been published.
    [[nodiscard]] static Packed pack(const Block &block, quint32 from, quint32 to);
    /// Reads Packed::shapes of a block whose first record is @p first; nothing where @p shapes are not whole.
    [[nodiscard]] static std::optional<BlockColumns> unpack(RecordId first, QByteArray shapes);
    /// Takes Packed::numbers as well; false where they are not those of these records.
    [[nodiscard]] bool addNumbers(QByteArray numbers);
    [[nodiscard]] bool hasNumbers() const noexcept { return m_hasNumbers; }

    [[nodiscard]] quint32 count() const noexcept { return m_count; }
    /// What the block's records look like, each way once: Known::Shape of them. The number of each is that of the block's first record.
    [[nodiscard]] const std::vector<RecordHeader> &shapes() const noexcept { return m_shapes; }
    /// All records have the same lengths: addSizes() of any is that of all.
    [[nodiscard]] bool hasOneSize() const noexcept { return m_sizes[Length].width == 0 && m_sizes[Missing].width == 0 && m_sizes[Inflated].width == 0; }
    /// Which of shapes() record @p index has, which must be below count().
    [[nodiscard]] size_t shapeOf(quint32 index) const noexcept
    {
        const uchar *at = bytes(m_shapeBytes) + m_indexAt;
        return m_indexWidth == 1 ? at[index] : static_cast<size_t>(at[2 * index] | (at[2 * index + 1] << 8));
    }
    /// Makes a copy of record @p index's shape Known::Sizes.
    void addSizes(quint32 index, RecordHeader &header) const noexcept;
    /// Makes what addSizes() has made Known::Numbers; only with hasNumbers().
    void addNumbers(quint32 index, RecordHeader &header) const noexcept;

private:
    /// Whole numbers, each as its distance from the least of them.
    struct Column
    {
        quint64 base = 0;
        quint8 width = 0;       ///< bytes a number: 0, 1, 2, 4 or 8
        qsizetype at = 0;

        [[nodiscard]] quint64 number(const uchar *bytes, quint32 index) const noexcept;
    };
    enum SizeColumn : size_t { Length, Missing, Inflated, SizeColumns };
    enum NumberColumn : size_t { RoundTrip, Message, Key, NumberColumns };

    [[nodiscard]] static const uchar *bytes(const QByteArray &from) noexcept { return reinterpret_cast<const uchar *>(from.constData()); }
    [[nodiscard]] static bool readColumn(const QByteArray &from, qsizetype &at, quint32 count, Column &column);
    [[nodiscard]] bool readShapes(RecordId first);

    QByteArray m_shapeBytes;
    QByteArray m_numberBytes;
    quint32 m_count = 0;
    quint8 m_indexWidth = 1;
    bool m_hasNumbers = false;
    qsizetype m_indexAt = 0;
    std::vector<RecordHeader> m_shapes;
    std::array<Column, SizeColumns> m_sizes{};
    std::array<Column, NumberColumns> m_numbers{};
};

} // namespace wsw::capture
