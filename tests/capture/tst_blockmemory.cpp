#include "support/testmain.h"

#include "base/limits.h"
#include "capture/block.h"
#include "capture/blockmemory.h"

#include <QTest>

#include <cstring>
#include <set>
#include <thread>

using namespace wsw;
using namespace wsw::capture;

/// Memory of blocks: no two have the same, it is used again, and a flood does not keep it.
class tst_BlockMemory final : public QObject
{
    Q_OBJECT

private:
    static constexpr qsizetype slab = 2 * 1024 * 1024;

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void blocksAreApart()
    {
        const auto memory = BlockMemory::create();
        std::vector<std::shared_ptr<uchar[]>> blocks;
        for (int i = 0; i < 20; ++i) {
            blocks.push_back(memory->take());
            std::memset(blocks.back().get(), i, size_t{limits::blockBytes});
        }
        for (int i = 0; i < 20; ++i) {
            QCOMPARE(int{blocks[static_cast<size_t>(i)][0]}, i);
            QCOMPARE(int{blocks[static_cast<size_t>(i)][limits::blockBytes - 1]}, i);
        }
        QCOMPARE(memory->held(), 3 * slab);
    }

    void whatComesBackIsUsedAgain()
    {
        const auto memory = BlockMemory::create();
        std::set<const uchar *> seen;
        for (int i = 0; i < 1000; ++i)
            seen.insert(memory->take().get());
        QCOMPARE(seen.size(), size_t{1});
        QCOMPARE(memory->held(), slab);
    }

    void whatAFloodHasTakenIsGivenUp()
    {
        const auto memory = BlockMemory::create();
        std::vector<std::shared_ptr<uchar[]>> blocks;
        for (int i = 0; i < 200; ++i)
            blocks.push_back(memory->take());
        QCOMPARE(memory->held(), 25 * slab);
        const auto kept = blocks[100];
        blocks.clear();
        QCOMPARE(memory->held(), 2 * slab); // that of what is kept, and one for what comes
    }

    void outlivesItsMaker()
    {
        auto memory = BlockMemory::create();
        auto block = std::make_shared<Block>(RecordId(1), limits::blockBytes, memory->take());
        memory.reset();
        QVERIFY(block->fits(limits::blockBytes));
        std::memset(block->tail(), 1, size_t{limits::blockBytes});
    }

    void threadsTakeAndGiveBack()
    {
        const auto memory = BlockMemory::create();
        const auto use = [&memory](uchar mark) {
            for (int i = 0; i < 2000; ++i) {
                const auto one = memory->take();
                const auto other = memory->take();
                one[0] = mark;
                other[0] = static_cast<uchar>(mark + 1);
                if (one[0] != mark || other[0] != mark + 1)
                    qFatal("two owners of one block");
            }
        };
        std::thread other(use, uchar{10});
        use(20);
        other.join();
        QVERIFY(memory->held() <= 2 * slab);
    }
};

QTEST_GUILESS_MAIN(tst_BlockMemory)
#include "tst_blockmemory.moc"
