#pragma once

#include "net/bytestream.h"

namespace wsw::bench {

/// A far side without a network: what is given has come, what is written is counted.
class MemoryStream final : public net::ByteStream
{
public:
    /// @p bytes have come from the peer.
    void give(QByteArrayView bytes) { m_handler->bytesRead(bytes, monotonicNow()); }
    [[nodiscard]] quint64 bytesWritten() const noexcept { return m_written; }

    void setHandler(net::ByteStreamHandler *handler) override { m_handler = handler; }
    void write(QByteArrayView bytes) override { m_written += static_cast<quint64>(bytes.size()); }
    [[nodiscard]] qsizetype pendingBytes() const override { return 0; }
    [[nodiscard]] quint64 lostBytes() const override { return 0; }
    void setReading(bool) override {}
    void closeWrite() override {}
    void close() override {}
    void abort() override {}
    [[nodiscard]] QString localAddress() const override { return QStringLiteral("127.0.0.1:8765"); }
    [[nodiscard]] QString peerAddress() const override { return QStringLiteral("127.0.0.1:40000"); }
    [[nodiscard]] std::optional<net::TcpInfo> tcpInfo() const override { return std::nullopt; }

private:
    net::ByteStreamHandler *m_handler = nullptr;
    quint64 m_written = 0;
};

} // namespace wsw::bench
