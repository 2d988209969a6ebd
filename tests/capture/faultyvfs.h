#pragma once

namespace wsw::test {

/// What the next writes to files through SQLite do.
enum class Fault {
    DiskFull,   ///< fails as on a full disk, with nothing written
    Io,         ///< fails as on a broken one
};

/// Puts a layer below SQLite that counts writes and can make them fail. Once, before any database is opened.
void installFaultyVfs();
/// From the @p nth write, truncation or sync on (1 is the next), each one fails until disarm().
void armFault(int nth, Fault fault);
void disarmFault();
/// Has the armed fault been reached?
[[nodiscard]] bool faultReached();
/// While it holds, writes wait (a disk that stands still).
void stallWrites(bool stall);

} // namespace wsw::test
