#pragma once

#include "net/bytestream.h"
#include "net/epollloop.h"

#include <memory>
#include <span>

#include <sys/types.h>

struct msghdr;

namespace wsw::net {

/// Plain TCP in an EpollLoop. While idle it holds no buffer: the object is all there is of it in this process.
class EpollByteStream final : public ByteStream, private EpollSource
{
public:
    /// Takes over @p descriptor, a connected, non-blocking TCP socket. @p loop must outlive the stream.
    EpollByteStream(EpollLoop &loop, int descriptor);
    /// Cuts the connection with RST unless it has ended; no more calls.
    ~EpollByteStream() override;

    void setHandler(ByteStreamHandler *handler) override { m_handler = handler; }
    void write(QByteArrayView bytes) override;
    [[nodiscard]] qsizetype pendingBytes() const override { return m_out ? m_out->size() : 0; }
    [[nodiscard]] quint64 lostBytes() const override { return m_lost; }
    void setReading(bool on) override;
    void closeWrite() override;
    void close() override;
    void abort() override;

    [[nodiscard]] QString localAddress() const override;
    [[nodiscard]] QString peerAddress() const override;
    [[nodiscard]] std::optional<TcpInfo> tcpInfo() const override;

private:
    /// What has been asked of the write side: each includes those before it.
    enum class Writing : quint8 { On, Ending, Ended, Closing };

    void ready(quint32 events) override;
    void turnEnded() override;

    /// Also once writing has failed, whatever was asked for: the end is behind what can still be read.
    [[nodiscard]] bool isReading() const noexcept { return (m_reading || m_error != 0) && !m_readEnded; }
    /// Reads once and hands on what came. @returns how much; 0: the peer's FIN; below 0: the negative errno. The stream may be gone
    /// where it is above 0.
    ssize_t receive();
    void readSome();
    void readWhileClosing();
    void closeAfterReading();
    [[nodiscard]] MonotonicNs stampOf(msghdr &message);
    void peerEnded();

    void queue(QByteArrayView bytes);
    void dropQueue();
    /// Gives the kernel the queue and then @p more; what it does not take is queued.
    void flush(QByteArrayView more);
    /// @returns how many bytes the kernel took; -1: the connection is broken (m_error is set).
    qsizetype send(std::span<const QByteArrayView> views);
    void finishWriting();

    void applyInterest();
    void endBroken(int error);
    void end(StreamEnd how, std::optional<Error> error = {});
    void closeDescriptor();

    ByteStreamHandler *m_handler = nullptr;
    std::unique_ptr<ChunkQueue> m_out;      ///< null while there is nothing to write
    MonotonicNs m_lastStamp = 0;
    quint64 m_lost = 0;                     ///< given to write(), but dropped or ignored
    int m_descriptor;
    int m_error = 0;                        ///< errno of a connection that takes no more, to be told once the rest has been read
    quint32 m_interest = 0;                 ///< epoll events that are waited for
    Writing m_writing = Writing::On;
    bool m_reading = false;
    bool m_readEnded = false;               ///< the peer's FIN was read
    bool m_parked = false;                  ///< out of the set: hung up while reading was off
    bool m_blocked = false;                 ///< the kernel's send buffer is full
    bool m_drainedDue = false;
    bool m_aborted = false;
    bool m_ended = false;
};

} // namespace wsw::net
