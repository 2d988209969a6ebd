#pragma once

#include "net/bytestream.h"

#include <memory>

namespace wsw::net {

class EpollLoop;

/// A stream over a connected TCP socket: in @p loop where there is one, else Qt's. Takes over @p descriptor, also on failure.
/// Null when the system refuses the socket (closed meanwhile, no memory).
[[nodiscard]] std::unique_ptr<ByteStream> makePlainStream(EpollLoop *loop, qintptr descriptor);

/// Closes a socket that nobody took over.
void closeDescriptor(qintptr descriptor);

} // namespace wsw::net
