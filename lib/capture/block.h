#pragma once

#include "capture/storedrecord.h"

#include <atomic>
#include <memory>

namespace wsw::capture {

/// A run of packed records. One thread appends; any thread reads what has been published, without a lock: bytes once
/// published never change and never move.
class Block final
{
public:
    /// How much of a block can be read.
    struct Extent
    {
        quint32 count = 0;  ///< records
        quint32 bytes = 0;
    };

    /// An empty block to append to, whose first record will have the number @p first.
    Block(RecordId first, qsizetype capacity);
    /// The same in @p bytes that have room for @p capacity.
    Block(RecordId first, qsizetype capacity, std::shared_ptr<uchar[]> bytes);
    /// A block read from a file; null where @p bytes are not exactly @p count whole records.
    [[nodiscard]] static std::shared_ptr<const Block> fromBytes(RecordId first, quint32 count,
                                                                std::unique_ptr<uchar[]> bytes, quint32 size);
    /// Stands for @p count records that cannot be read: every one of them is Integrity::Lost.
    [[nodiscard]] static std::shared_ptr<const Block> lost(RecordId first, quint32 count, MonotonicNs time);

    // The appending thread.
    [[nodiscard]] bool fits(qsizetype size) const noexcept { return m_fill + size <= m_capacity; }
    /// Where the next record is to be written; at most what fits() has granted.
    [[nodiscard]] uchar *tail() noexcept { return m_bytes.get() + m_fill; }
    /// Lets everyone read the record of @p size bytes at tail().
    void publish(quint32 size) noexcept;

    // Any thread.
    [[nodiscard]] Extent extent() const noexcept;
    [[nodiscard]] RecordId first() const noexcept { return m_first; }
    [[nodiscard]] bool contains(RecordId id) const noexcept;
    /// The record with the number first() + @p index, which must have been published. Of its timing it tells the time since the record
    /// before it, of the first one nothing.
    [[nodiscard]] RecordView view(quint32 index) const noexcept;
    /// As view(), for a record that contains() has confirmed.
    [[nodiscard]] RecordView view(RecordId id) const noexcept;
    /// Packed bytes of record @p index; of @p index == extent().count, their end.
    [[nodiscard]] const uchar *at(quint32 index) const noexcept;
    [[nodiscard]] bool isLost() const noexcept { return m_bytes == nullptr; }
    /// Memory held, for the cache's account.
    [[nodiscard]] qsizetype footprint() const noexcept;

private:
    Block(RecordId first, quint32 count, std::unique_ptr<uchar[]> bytes, quint32 size);

    const RecordId m_first;
    const qsizetype m_capacity;
    qsizetype m_fill = 0;                   ///< the appending thread's own
    quint32 m_count = 0;                    ///< the appending thread's own
    MonotonicNs m_time = 0;                 ///< of lost records
    std::shared_ptr<uchar[]> m_bytes;
    std::unique_ptr<quint32[]> m_offsets;   ///< of each record's first byte
    std::atomic<quint64> m_published{0};    ///< Extent in one word: count above, bytes below
};

} // namespace wsw::capture
