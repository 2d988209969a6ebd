#pragma once

#include "capture/document.h"
#include "net/relaydirection.h"

#include <QTemporaryDir>

#include <memory>

namespace wsw::test {

/// Makes a capture of conversations, byte for byte as they would cross the wire, through what records live traffic.
class Talk final
{
public:
    Talk();

    [[nodiscard]] capture::Document &document() { return *m_document; }
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    /// Stops recording; the capture can be opened by others then.
    [[nodiscard]] QString close();

    enum class Deflate : bool { No, Yes };
    /// One connection, this program being its client, opened with good heads.
    class Line final
    {
    public:
        Line(Talk &talk, const capture::ConnectionInfo &info, const QByteArray &request, const QByteArray &response, Deflate deflate);
        /// Bytes of frames; each call @p after ns after the one before.
        void sent(const QByteArray &bytes, qint64 after = 1'000'003);
        void received(const QByteArray &bytes, qint64 after = 1'000'003);
        /// TCP ends: the FIN of both ends, or what @p how says.
        void end(const QString &sentHow = QStringLiteral("this side sent its FIN"),
                 const QString &receivedHow = QStringLiteral("the peer sent its FIN"));
        [[nodiscard]] ConnectionId id() const noexcept { return m_id; }

    private:
        static void take(net::RelayDirection &direction, const QByteArray &bytes, MonotonicNs time);
        Talk &m_talk;
        ConnectionId m_id;
        net::RelayRecorder m_recorder;
        net::RelayDirection m_out;
        net::RelayDirection m_in;
    };
    [[nodiscard]] std::unique_ptr<Line> open(const QString &url = QStringLiteral("ws://127.0.0.1:8765/chat"), Deflate deflate = Deflate::No,
                                             const QByteArray &extraHeaders = {});

private:
    friend class Line;
    QTemporaryDir m_folder;
    std::unique_ptr<capture::Document> m_document;
    MonotonicNs m_now;
};

} // namespace wsw::test
