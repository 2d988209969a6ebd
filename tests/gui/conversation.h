#pragma once

#include "base/id.h"

#include <QByteArray>
#include <QString>

namespace wsw::test {

/// Numbers of the records of the conversation that writeConversation() makes.
namespace record {
inline constexpr RecordId request{1}, response{2}, hello{3}, echo{4}, ping{5}, pong{6}, jsonFirst{7}, pingInside{8}, jsonLast{9},
    picture{10}, large{11}, crafted{12}, close{13}, closeReply{14}, end{15};
}
/// Payload of record::large, before masking.
[[nodiscard]] QByteArray largePayload();

/// Writes a capture of one connection, seen from the client, to @p path: a handshake, text, ping and pong, JSON in two fragments with a
/// ping between, a picture, 3 MB of bytes, a crafted frame that breaks rules, both Close frames, the end. Fails the test where it cannot.
void writeConversation(const QString &path);

} // namespace wsw::test
