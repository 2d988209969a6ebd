#pragma once

#include <QtGlobal>

#include <memory>
#include <mutex>
#include <vector>

namespace wsw::capture {

/// Memory for blocks of limits::blockBytes that are appended to. It is taken from the system in slabs of 2 MiB and used again: where the
/// system gives pages of that size, the thread that records pays for one page instead of 512, each of which costs more than the record
/// that is written to it. Any thread.
class BlockMemory final : public std::enable_shared_from_this<BlockMemory>
{
public:
    [[nodiscard]] static std::shared_ptr<BlockMemory> create();

    /// limits::blockBytes that have no certain content. They come back when the last owner lets go of them, whether or not this object is
    /// still in use elsewhere.
    [[nodiscard]] std::shared_ptr<uchar[]> take();
    /// Bytes taken from the system: what is in use, and at most two slabs more than that needs.
    [[nodiscard]] qsizetype held() const;

private:
    struct Free
    {
        void operator()(uchar *bytes) const noexcept;
    };
    struct Slab
    {
        std::unique_ptr<uchar[], Free> bytes;
        quint32 used = 0;   ///< a bit a block
    };

    BlockMemory() = default;
    void giveBack(const uchar *block) noexcept;

    mutable std::mutex m_mutex;
    std::vector<Slab> m_slabs;
};

} // namespace wsw::capture
