#include "support/recorded.h"

#include <QTest>

namespace wsw::test {

QList<capture::Record> recordsOf(const capture::Document &document, ConnectionId connection)
{
    QList<capture::Record> records;
    for (quint64 number = 1; number <= document.received(); ++number) {
        const Result<capture::Record> record = document.read(RecordId(number));
        if (!record) {
            QTest::qFail(qPrintable(record.error().message), __FILE__, __LINE__);
            return records;
        }
        if (record->header.connection != connection)
            continue;
        records.append(*record);
        if (!record->header.flags.testFlag(wire::RecordFlag::Chunked))
            continue;
        const Result<QByteArray> payload =
            document.readPayload(RecordId(number), 0, static_cast<qsizetype>(record->header.payloadStored));
        if (payload)
            records.last().payload = *payload;
        else
            QTest::qFail(qPrintable(payload.error().message), __FILE__, __LINE__);
    }
    return records;
}

QList<capture::Record> framesOf(const capture::Document &document, ConnectionId connection, Direction direction)
{
    QList<capture::Record> frames = recordsOf(document, connection);
    frames.removeIf([direction](const capture::Record &record) {
        return record.header.kind != wire::RecordKind::Frame || record.header.direction != direction;
    });
    return frames;
}

QByteArray recordedBytes(const capture::Document &document, ConnectionId connection, Direction direction)
{
    QByteArray bytes;
    for (const capture::Record &record : recordsOf(document, connection)) {
        if (record.header.direction != direction)
            continue;
        switch (record.header.kind) {
        case wire::RecordKind::Frame:
            bytes += wire::serializeFrame(record.header.frame, record.payload);
            break;
        case wire::RecordKind::RequestHead:
        case wire::RecordKind::ResponseHead:
        case wire::RecordKind::Body:
        case wire::RecordKind::Raw:
            bytes += record.payload;
            break;
        case wire::RecordKind::End:
            break;
        }
    }
    return bytes;
}

} // namespace wsw::test
