#include "capture/faultyvfs.h"

#include <QtGlobal>

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <new>

namespace wsw::test {

namespace {

std::atomic<int> left{0};           // writes that still succeed, plus one; 0: none fails
std::atomic<bool> reached{false};
std::atomic<Fault> kind{Fault::Io};
std::atomic<bool> stalled{false};

/// SQLITE_OK, or what this operation must fail with.
int judge()
{
    stalled.wait(true);
    for (int now = left.load(); now > 0;) {
        if (now == 1) {
            reached.store(true);
            return kind.load() == Fault::DiskFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
        }
        if (left.compare_exchange_weak(now, now - 1))
            break;
    }
    return SQLITE_OK;
}

struct File
{
    sqlite3_file base;
    // The real file follows in memory.
    sqlite3_file *real() { return reinterpret_cast<sqlite3_file *>(this + 1); }
    const sqlite3_io_methods *methods() { return real()->pMethods; }
};

File *of(sqlite3_file *file)
{
    return reinterpret_cast<File *>(file);
}

sqlite3_vfs *realVfs = nullptr;

const sqlite3_io_methods ioMethods = {
    2,
    [](sqlite3_file *f) { return of(f)->methods()->xClose(of(f)->real()); },
    [](sqlite3_file *f, void *to, int n, sqlite3_int64 at) { return of(f)->methods()->xRead(of(f)->real(), to, n, at); },
    [](sqlite3_file *f, const void *from, int n, sqlite3_int64 at) {
        const int verdict = judge();
        return verdict != SQLITE_OK ? verdict : of(f)->methods()->xWrite(of(f)->real(), from, n, at);
    },
    [](sqlite3_file *f, sqlite3_int64 size) {
        const int verdict = judge();
        return verdict != SQLITE_OK ? verdict : of(f)->methods()->xTruncate(of(f)->real(), size);
    },
    [](sqlite3_file *f, int flags) {
        const int verdict = judge();
        Q_UNUSED(f);    // not really synced: it takes long and says nothing here
        Q_UNUSED(flags);
        return verdict;
    },
    [](sqlite3_file *f, sqlite3_int64 *size) { return of(f)->methods()->xFileSize(of(f)->real(), size); },
    [](sqlite3_file *f, int lock) { return of(f)->methods()->xLock(of(f)->real(), lock); },
    [](sqlite3_file *f, int lock) { return of(f)->methods()->xUnlock(of(f)->real(), lock); },
    [](sqlite3_file *f, int *out) { return of(f)->methods()->xCheckReservedLock(of(f)->real(), out); },
    [](sqlite3_file *f, int op, void *arg) { return of(f)->methods()->xFileControl(of(f)->real(), op, arg); },
    [](sqlite3_file *f) { return of(f)->methods()->xSectorSize(of(f)->real()); },
    [](sqlite3_file *f) { return of(f)->methods()->xDeviceCharacteristics(of(f)->real()); },
    [](sqlite3_file *f, int page, int size, int extend, void volatile **out) {
        return of(f)->methods()->xShmMap(of(f)->real(), page, size, extend, out);
    },
    [](sqlite3_file *f, int at, int n, int flags) { return of(f)->methods()->xShmLock(of(f)->real(), at, n, flags); },
    [](sqlite3_file *f) { of(f)->methods()->xShmBarrier(of(f)->real()); },
    [](sqlite3_file *f, int remove) { return of(f)->methods()->xShmUnmap(of(f)->real(), remove); },
    nullptr,
    nullptr,
};

int open(sqlite3_vfs *, const char *name, sqlite3_file *file, int flags, int *outFlags)
{
    File *made = new (file) File{};
    std::memset(made->real(), 0, static_cast<size_t>(realVfs->szOsFile));
    const int code = realVfs->xOpen(realVfs, name, made->real(), flags, outFlags);
    made->base.pMethods = made->methods() != nullptr ? &ioMethods : nullptr;
    return code;
}

} // namespace

void installFaultyVfs()
{
    static sqlite3_vfs vfs;
    sqlite3_initialize();
    realVfs = sqlite3_vfs_find(nullptr);
    vfs = *realVfs; // all but opening goes to the real one, which finds what it needs in its own object's copy
    vfs.zName = "faulty";
    vfs.szOsFile = static_cast<int>(sizeof(File)) + realVfs->szOsFile;
    vfs.xOpen = open;
    sqlite3_vfs_register(&vfs, 1);
}

void armFault(int nth, Fault fault)
{
    kind.store(fault);
    reached.store(false);
    left.store(nth);
}

void disarmFault()
{
    left.store(0);
}

bool faultReached()
{
    return reached.load();
}

void stallWrites(bool stall)
{
    stalled.store(stall);
    stalled.notify_all();
}

} // namespace wsw::test
