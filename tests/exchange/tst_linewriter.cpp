#include "exchange/recordwriter.h"

#include "support/testmain.h"

#include <QBuffer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace wsw;
using namespace wsw::exchange;

class TestLineWriter final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void oneLineForEach_data()
    {
        QTest::addColumn<Format>("format");
        QTest::addColumn<Unit>("unit");
        QTest::newRow("frames, JSON") << Format::JsonLines << Unit::Frames;
        QTest::newRow("messages, JSON") << Format::JsonLines << Unit::Messages;
        QTest::newRow("frames, CSV") << Format::Csv << Unit::Frames;
        QTest::newRow("messages, CSV") << Format::Csv << Unit::Messages;
    }

    void oneLineForEach()
    {
        ExportOptions options;
        QFETCH(const Format, format);
        QFETCH(const Unit, unit);
        options.format = format;
        options.unit = unit;
        QBuffer buffer;
        QVERIFY(buffer.open(QIODevice::WriteOnly));
        Output output(buffer);
        const auto writer = lineWriter(output, options, {});
        writer->begin();
        for (quint64 number = 1; number <= 3; ++number) {
            if (unit == Unit::Frames) {
                capture::Record record;
                record.header.id = RecordId(number);
                record.payload = "x\ny";
                writer->record(record);
            } else {
                Message message;
                message.first = RecordId(number);
                message.payload = "x\ny";
                writer->message(message);
            }
        }
        ExportSummary summary;
        QVERIFY(writer->end(summary).ok());
        QVERIFY(output.finish().ok());
        const QByteArray text = buffer.data();
        if (format == Format::JsonLines) {
            const QList<QByteArray> lines = text.split('\n');
            QCOMPARE(lines.size(), 4);
            for (qsizetype i = 0; i < 3; ++i)
                QCOMPARE(QJsonDocument::fromJson(lines.at(i)).object().value(QStringLiteral("number")).toInt(), i + 1);
        } else {
            QCOMPARE(text.count("\r\n"), 4);
            QVERIFY(text.startsWith("number,") && text.contains("\r\n3,") && text.contains("\"x\ny\""));
        }
    }
};

QTEST_GUILESS_MAIN(TestLineWriter)
#include "tst_linewriter.moc"
