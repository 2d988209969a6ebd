#pragma once

#include "capture/document.h"
#include "wire/mask.h"

#include <QCoreApplication>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <map>
#include <memory>
#include <random>

namespace wsw::test {

/// Keeps a test's settings and automatic captures away from the user's.
inline void useTestFolders(const char *name)
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("websocket-workbench"));
    QCoreApplication::setApplicationName(QLatin1String(name));
}

/// Bytes that cannot be compressed; the same in every run.
inline QByteArray noise(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    std::mt19937_64 random(4711);
    for (char &byte : bytes)
        byte = static_cast<char>(random());
    return bytes;
}

/// A document that a test fills through its recorder, as the relays do.
class Recording final
{
public:
    Recording()
    {
        auto made = capture::Document::create(m_folder.filePath(QStringLiteral("test.wscapture")));
        if (!made)
            qFatal("%s", qPrintable(made.error().message));
        m_document = std::move(made).value();
        m_time = m_document->clock().monotonic;
    }

    [[nodiscard]] std::shared_ptr<capture::Document> document() const { return m_document; }
    [[nodiscard]] QString path() const { return m_document->path(); }

    /// One frame, @p afterNs after the one before.
    void frame(ConnectionId connection, Direction direction, wire::Opcode opcode, const QByteArray &payload, qint64 afterNs = 1000,
               wire::Fin fin = wire::Fin::Yes, wire::RecordFlags flags = {}, qint64 rttNs = 0, MessageId message = {})
    {
        wire::TrafficRecord record;
        record.message = message;
        record.direction = direction;
        record.flags = flags;
        record.rttNs = rttNs;
        record.header = wire::legalHeader(opcode, fin, static_cast<quint64>(payload.size()),
                                          direction == Direction::Sent ? Role::Client : Role::Server, {0x1f, 0x8a, 0x04, 0xc9});
        record.inflatedLength = record.header.length;
        QByteArray onWire = payload;
        if (record.header.masked) {
            auto *bytes = reinterpret_cast<uchar *>(onWire.data());
            wire::applyMask(bytes, bytes, onWire.size(), record.header.key);
        }
        add(record, connection, onWire, afterNs);
    }

    /// One frame of a compressed message, whose payload @p deflated has become @p inflated.
    void compressed(ConnectionId connection, Direction direction, wire::Opcode opcode, const QByteArray &deflated, const QByteArray &inflated,
                    wire::Fin fin = wire::Fin::Yes, MessageId message = {})
    {
        wire::TrafficRecord record;
        record.direction = direction;
        record.flags = wire::RecordFlag::Compressed;
        record.message = message;
        record.header = wire::legalHeader(opcode, fin, static_cast<quint64>(deflated.size()), Role::Server, {});
        record.header.rsv1 = opcode != wire::Opcode::Continuation;
        record.inflatedLength = static_cast<quint64>(inflated.size());
        record.inflated = inflated;
        add(record, connection, deflated, 1000);
    }

    /// A head, a body or an end.
    void other(wire::RecordKind kind, ConnectionId connection, Direction direction, const QByteArray &payload, qint64 afterNs = 1000)
    {
        wire::TrafficRecord record;
        record.kind = kind;
        record.direction = direction;
        add(record, connection, payload, afterNs);
    }

private:
    void add(wire::TrafficRecord &record, ConnectionId connection, const QByteArray &payload, qint64 afterNs)
    {
        m_time += afterNs;
        record.connection = connection;
        record.time = record.firstByteTime = m_time;
        record.payload = payload;
        // As a relay counts: what crossed the wire in this direction before.
        quint64 &offset = m_offsets[{connection, record.direction}];
        record.header.wireOffset = offset;
        offset += record.kind == wire::RecordKind::Frame ? record.header.wireSize() : static_cast<quint64>(payload.size());
        m_document->recorder().record(record);
    }

    QTemporaryDir m_folder;
    std::shared_ptr<capture::Document> m_document;
    std::map<std::pair<ConnectionId, Direction>, quint64> m_offsets;
    MonotonicNs m_time = 0;
};

} // namespace wsw::test
