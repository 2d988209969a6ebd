#include "exchange/packetfile.h"
#include "exchange/packetimport.h"
#include "fuzz/check.h"

#include <QBuffer>

using namespace wsw;
using namespace wsw::exchange;

// Input: a pcap or pcapng file.

namespace {

/// Takes everything, and looks at what can be wrong with it.
class Sink final : public wire::TrafficSink
{
public:
    Pressure record(const wire::TrafficRecord &record) override
    {
        FUZZ_CHECK(record.connection.isValid() && record.connection.value() <= connections);
        if (record.kind == wire::RecordKind::Frame && !record.flags.testAnyFlags(wire::RecordFlag::Chunked | wire::RecordFlag::Truncated))
            FUZZ_CHECK(static_cast<quint64>(record.payload.size()) == record.header.length);
        bytes += record.payload.size();
        return Pressure::Go;
    }
    wire::PayloadKey newPayloadKey() override { return ++keys; }
    Pressure chunk(wire::PayloadKey, quint64, QByteArrayView piece, bool, wire::MaskingKey) override
    {
        bytes += piece.size();
        return Pressure::Go;
    }
    quint32 connections = 0;
    wire::PayloadKey keys = 0;
    qint64 bytes = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    QBuffer buffer;
    buffer.setData(QByteArray(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)));
    buffer.open(QIODevice::ReadOnly);
    Result<PacketFile> file = PacketFile::open(buffer);
    if (!file)
        return 0;
    Sink sink;
    PacketImport import(sink, {[&sink] { return ConnectionId(++sink.connections); }, [](const capture::ConnectionInfo &info, bool) {
                                   FUZZ_CHECK(info.id.isValid() && !info.url.isEmpty());
                               }});
    FilePacket packet;
    size_t packets = 0;
    qint64 payload = 0;
    while (file->next(packet) == PacketFile::Read::Packet) {
        FUZZ_CHECK(++packets <= size);
        payload += packet.bytes.size();
        import.packet(packet.linkType, packet.bytes, packet.time);
    }
    import.end();
    // Nothing is recorded that was not in a packet; the words for how it ended are our own.
    FUZZ_CHECK(sink.bytes <= payload + qint64{sink.connections} * 200);
    FUZZ_CHECK(file->next(packet) == PacketFile::Read::End);
    (void)import.notes();
    return 0;
}
