#include "panes/composer/editableframe.h"

#include "capture/document.h"
#include "recording.h"
#include "support/testmain.h"

#include <QTemporaryDir>
#include <QTest>

using namespace wsw;
using Fits = wsw::desktop::EditableFrame::Fits;

namespace {

capture::RecordHeader textHeader()
{
    capture::RecordHeader header;
    header.frame.masked = true;
    return header;
}

} // namespace

class TestEditableFrame final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void plainMessagesFitTheirTab()
    {
        capture::RecordHeader header = textHeader();
        QCOMPARE(desktop::fitOf(header, "Hello"), Fits::Text);
        header.frame.opcode = wire::Opcode::Binary;
        QCOMPARE(desktop::fitOf(header, "Hello"), Fits::Binary);
    }

    void whatATextFieldWouldChangeDoesNot()
    {
        QCOMPARE(desktop::fitOf(textHeader(), "a\r\nb"), Fits::FrameOnly);
        QCOMPARE(desktop::fitOf(textHeader(), "a\nb"), Fits::Text);
        QCOMPARE(desktop::fitOf(textHeader(), QByteArray("a\0b", 3)), Fits::FrameOnly);
        QCOMPARE(desktop::fitOf(textHeader(), "\xff"), Fits::FrameOnly);
        QCOMPARE(desktop::fitOf(textHeader(), "\xc2\xa0"), Fits::Text);
    }

    void anythingUnusualIsEditedBitByBit()
    {
        capture::RecordHeader header = textHeader();
        header.frame.fin = false;
        QCOMPARE(desktop::fitOf(header, "x"), Fits::FrameOnly);
        header = textHeader();
        header.frame.rsv1 = true;
        QCOMPARE(desktop::fitOf(header, "x"), Fits::FrameOnly);
        header = textHeader();
        header.flags = wire::RecordFlag::Crafted;
        QCOMPARE(desktop::fitOf(header, "x"), Fits::FrameOnly);
        header = textHeader();
        header.violation = wire::Violation::ClientFrameNotMasked;
        QCOMPARE(desktop::fitOf(header, "x"), Fits::FrameOnly);
        header = textHeader();
        header.frame.opcode = wire::Opcode::Ping;
        QCOMPARE(desktop::fitOf(header, "x"), Fits::FrameOnly);
    }

    void aCompressedMessageFitsByWhatItMeans()
    {
        capture::RecordHeader header = textHeader();
        header.frame.rsv1 = true;
        header.flags = wire::RecordFlag::Compressed;
        QCOMPARE(desktop::fitOf(header, "Hello"), Fits::Text);
        header.frame.rsv1 = false;      // in a fragment behind the first
        QCOMPARE(desktop::fitOf(header, "Hello"), Fits::FrameOnly);

        test::Recording recording;
        const QByteArray deflated = QByteArray::fromHex("f248cdc9c90700");
        recording.compressed(ConnectionId(1), Direction::Sent, wire::Opcode::Text, deflated, "Hello");
        recording.compressed(ConnectionId(1), Direction::Sent, wire::Opcode::Text, deflated, "Hello", wire::Fin::No);
        const auto whole = desktop::readForEditing(recording.document(), RecordId(1));
        QVERIFY(whole.ok());
        QCOMPARE(whole->fits, Fits::Text);
        QCOMPARE(whole->payload, QByteArray("Hello"));
        // A fragment is edited bit by bit, as it crossed the wire.
        const auto fragment = desktop::readForEditing(recording.document(), RecordId(2));
        QVERIFY(fragment.ok());
        QCOMPARE(fragment->fits, Fits::FrameOnly);
        QCOMPARE(fragment->payload, deflated);
    }

    void readsFromADocument()
    {
        QTemporaryDir folder;
        auto made = capture::Document::create(folder.filePath(QStringLiteral("a.wscapture")));
        QVERIFY(made.ok());
        const std::shared_ptr<capture::Document> document = std::move(made).value();
        wire::TrafficRecord record;
        record.connection = document->newConnectionId();
        record.payload = "GET / HTTP/1.1\r\n\r\n";
        record.kind = wire::RecordKind::RequestHead;
        document->recorder().record(record);
        record.kind = wire::RecordKind::Frame;
        record.payload = "Hello";
        record.header.length = 5;
        document->recorder().record(record);

        const auto head = desktop::readForEditing(document, RecordId(1));
        QVERIFY(!head.ok());
        QCOMPARE(head.error().kind, ErrorKind::Usage);
        const auto frame = desktop::readForEditing(document, RecordId(2));
        QVERIFY(frame.ok());
        QCOMPARE(frame->payload, QByteArray("Hello"));
        QCOMPARE(frame->fits, Fits::Text);
        QVERIFY(!desktop::readForEditing(document, RecordId(99)).ok());
    }
};

QTEST_GUILESS_MAIN(TestEditableFrame)
#include "tst_editableframe.moc"
