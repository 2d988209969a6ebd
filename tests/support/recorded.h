#pragma once

#include "capture/document.h"

namespace wsw::test {

/// All records of one connection, in order, payloads whole. Fails the test where the document cannot be read.
[[nodiscard]] QList<capture::Record> recordsOf(const capture::Document &document, ConnectionId connection);
/// The frames among them in one direction.
[[nodiscard]] QList<capture::Record> framesOf(const capture::Document &document, ConnectionId connection,
                                              Direction direction);
/// Every byte that crossed the network in one direction, put together again from the records: heads as they are, frames with their
/// headers, masking keys and masked payloads.
[[nodiscard]] QByteArray recordedBytes(const capture::Document &document, ConnectionId connection, Direction direction);

/// A message as it was meant: its frames put together, compressed ones inflated by an inflater of the test's own.
struct MeantMessage
{
    bool text = false;
    bool compressed = false;
    QByteArray payload;
};
/// The messages of one direction. A message that cannot be inflated fails the test.
[[nodiscard]] QList<MeantMessage> messagesOf(const capture::Document &document, ConnectionId connection, Direction direction);

} // namespace wsw::test
