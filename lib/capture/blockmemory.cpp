#include "capture/blockmemory.h"

#include "base/limits.h"

#include <algorithm>
#include <bit>
#include <new>

namespace wsw::capture {

namespace {

constexpr size_t slabBytes = 2 * 1024 * 1024;
constexpr auto slabAlignment = std::align_val_t{slabBytes};
constexpr auto blocksInSlab = slabBytes / limits::blockBytes;
constexpr quint32 allUsed = (quint32{1} << blocksInSlab) - 1;

} // namespace

void BlockMemory::Free::operator()(uchar *bytes) const noexcept
{
    ::operator delete[](bytes, slabAlignment);
}

std::shared_ptr<BlockMemory> BlockMemory::create()
{
    return std::shared_ptr<BlockMemory>(new BlockMemory);
}

std::shared_ptr<uchar[]> BlockMemory::take()
{
    const std::lock_guard lock(m_mutex);
    auto slab = std::ranges::find_if(m_slabs, [](const Slab &one) { return one.used != allUsed; });
    if (slab == m_slabs.end()) {
        m_slabs.push_back({std::unique_ptr<uchar[], Free>(static_cast<uchar *>(::operator new[](slabBytes, slabAlignment))), 0});
        slab = std::prev(m_slabs.end());
    }
    const int at = std::countr_one(slab->used);
    slab->used |= quint32{1} << at;
    uchar *const block = slab->bytes.get() + at * limits::blockBytes;
    return {block, [self = shared_from_this()](const uchar *bytes) { self->giveBack(bytes); }};
}

void BlockMemory::giveBack(const uchar *block) noexcept
{
    const std::lock_guard lock(m_mutex);
    const auto slab = std::ranges::find_if(m_slabs, [block](const Slab &one) {
        return !std::less<>()(block, one.bytes.get()) && std::less<>()(block, one.bytes.get() + slabBytes);
    });
    Q_ASSERT(slab != m_slabs.end());
    slab->used &= ~(quint32{1} << ((block - slab->bytes.get()) / limits::blockBytes));
    // One that is empty stays for what comes next.
    if (slab->used == 0 && std::ranges::count_if(m_slabs, [](const Slab &one) { return one.used == 0; }) > 1)
        m_slabs.erase(slab);
}

qsizetype BlockMemory::held() const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<qsizetype>(m_slabs.size() * slabBytes);
}

} // namespace wsw::capture
