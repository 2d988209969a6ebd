#include "exchange/harimport.h"
#include "fuzz/check.h"

#include <QBuffer>

using namespace wsw;
using namespace wsw::exchange;

// Input: a HAR, as any program may have written it.

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
    Sink sink;
    HarImport import(sink, {[&sink] { return ConnectionId(++sink.connections); },
                            [](const capture::ConnectionInfo &info) { FUZZ_CHECK(info.id.isValid()); }, [] { return true; }});
    const Result<> read = import.read(buffer);
    FUZZ_CHECK(read || read.error().kind == ErrorKind::NotACapture);
    FUZZ_CHECK(import.connections() <= size && import.connections() <= sink.connections);
    // A byte of JSON is at most a byte of payload, three where it stands for a character that is replaced; heads repeat few words of ours.
    FUZZ_CHECK(sink.bytes <= static_cast<qint64>(size) * 3 + qint64{sink.connections} * 1024);
    (void)import.notes();
    return 0;
}
