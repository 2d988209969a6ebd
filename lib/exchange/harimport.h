#pragma once

#include "base/result.h"
#include "capture/connectioninfo.h"
#include "net/relaydirection.h"

#include <QIODevice>
#include <QJsonObject>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>

namespace wsw::exchange {

/// Makes records of the WebSocket entries of a HAR, whoever wrote it. A HAR knows messages, not frames: each becomes one frame in its
/// shortest form, a client's with the masking key 0, so that its bytes are those that were meant. Heads are written from their parts.
class HarImport final
{
public:
    struct Events
    {
        std::function<ConnectionId()> newId;
        std::function<void(const capture::ConnectionInfo &info)> connection;    ///< known, or known better
        std::function<bool()> proceed;                                          ///< false: stop
        std::function<void(const QByteArray &note)> noted = {};                 ///< on the record that came last
    };
    /// @p sink must outlive this.
    HarImport(wire::TrafficSink &sink, Events events);
    ~HarImport();

    /// Errors: NotACapture, Cancelled. What stood before an error has been recorded.
    [[nodiscard]] Result<> read(QIODevice &device);
    [[nodiscard]] quint64 connections() const noexcept { return m_connections; }
    /// What was left out, in sentences.
    [[nodiscard]] QStringList notes() const;

    /// Messages of one entry that may stand before the request that they belong to.
    static constexpr qsizetype mostEarlyBytes = 64 * 1024 * 1024;
    /// More than a person writes: all of a capture's notes lie in memory.
    static constexpr quint64 mostNotes = 10'000;

private:
    struct Entry;
    struct Message
    {
        QByteArray type;
        QByteArray time;
        QByteArray opcode;
        QByteArray data;
        QByteArray base64;
        std::optional<QByteArray> note;
        bool hasBase64 = false;
    };

    void value(QByteArrayView path, QByteArrayView text);
    [[nodiscard]] bool begin(QByteArrayView path);
    [[nodiscard]] bool end(QByteArrayView path);
    void take(Message message);
    void open();
    void record(const Message &message);
    void finishEntry();

    wire::TrafficSink &m_sink;
    Events m_events;
    std::unique_ptr<Entry> m_entry;
    Message m_message;
    quint64 m_connections = 0;
    quint64 m_others = 0;
    quint64 m_unreadable = 0;
    quint64 m_notes = 0;
    bool m_sawLog = false;
};

} // namespace wsw::exchange
