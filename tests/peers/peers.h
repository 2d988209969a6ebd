#pragma once

#include "support/program.h"

#include <QJsonArray>

namespace wsw::test {

/// The bytes of one connection, as the peer's own program took and gave them.
struct PeerBytes
{
    QByteArray sent;
    QByteArray received;
};

/// tests/peers/@p script run by the interpreter it needs (.py: Debian's Python, .mjs: Node.js).
[[nodiscard]] std::unique_ptr<Program> startPeer(const QString &script, const QStringList &arguments = {});
/// The port of a peer that has said {"ready": [port]}; 0 otherwise.
[[nodiscard]] quint16 readyPort(Program &peer);
/// The only entry of "connections" in a peer's account.
[[nodiscard]] PeerBytes bytesOf(const QJsonObject &account);
/// @p value, which holds base64.
[[nodiscard]] QByteArray fromBase64(const QJsonValue &value);

/// The part of tests/data/example/quick-start.txt that starts with the line @p first and ends before the line @p next, written into
/// @p folder under @p name as it is; the path, or nothing where it could not be.
[[nodiscard]] QString extractExample(const QString &first, const QString &next, const QString &folder, const QString &name);

} // namespace wsw::test

/// Compares byte strings of any length; says where they part instead of printing megabytes.
#define WSW_COMPARE_BYTES(actual, expected)                                                                           \
    do {                                                                                                              \
        const QByteArray actualBytes = (actual);                                                                      \
        const QByteArray expectedBytes = (expected);                                                                  \
        QVERIFY2(actualBytes == expectedBytes, wsw::test::difference(actualBytes, expectedBytes).constData());         \
    } while (false)

namespace wsw::test {
[[nodiscard]] QByteArray difference(const QByteArray &actual, const QByteArray &expected);
} // namespace wsw::test
