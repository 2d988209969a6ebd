#include "exchange/exporter.h"

#include "exchange/har.h"
#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/testmain.h"
#include "wire/deflate.h"

#include <QBuffer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

/// What a validator and Chromium say to it is tests/peers/tst_harpeers'.
class TestHarWriter final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void entriesWithMessages()
    {
        Talk talk;
        const auto one = talk.open(u"ws://127.0.0.1:8765/chat?room=a%20b&x="_s, Talk::Deflate::Yes);
        const auto two = talk.open(u"wss://[::1]:443/"_s);
        wire::Deflater deflater({});
        one->sent(encode(0xc1, deflater.compress("Grüße \"1\"", wire::MessagePart::Last), "abcd"));
        two->received(encode(0x02, QByteArray("\0\xff", 2)));
        one->received(encode(0x89, "ping"));
        two->received(encode(0x80, "\x01"));
        two->sent(encode(0x81, "\xff", "abcd"));
        one->sent(encode(0x88, "\x03\xe8", "abcd"));
        one->end();
        const QJsonArray entries = exported(talk, {});
        QCOMPARE(entries.size(), 2);
        const QJsonObject first = entries.at(0).toObject();
        const QJsonObject request = first.value(u"request"_s).toObject();
        QCOMPARE(request.value(u"url"_s).toString(), u"ws://127.0.0.1:8765/chat?room=a%20b&x="_s);
        QCOMPARE(request.value(u"queryString"_s).toArray().at(0).toObject().value(u"value"_s).toString(), u"a b"_s);
        QCOMPARE(request.value(u"headers"_s).toArray().at(0).toObject().value(u"name"_s).toString(), u"Host"_s);
        QCOMPARE(first.value(u"response"_s).toObject().value(u"status"_s).toInt(), 101);
        QCOMPARE(first.value(u"serverIPAddress"_s).toString(), u"127.0.0.1"_s);
        QCOMPARE(first.value(u"timings"_s).toObject().value(u"wait"_s).toDouble(), 0.700007);
        QCOMPARE(words(first), (QStringList{u"send 1 Grüße \"1\""_s, u"receive 9 cGluZw=="_s, u"send 8 A+g="_s}));
        const QJsonObject second = entries.at(1).toObject();
        QCOMPARE(second.value(u"serverIPAddress"_s).toString(), u"::1"_s);
        QCOMPARE(words(second), (QStringList{u"receive 2 AP8B"_s, u"send 1 \ufffd"_s}));
        QCOMPARE(second.value(u"_webSocketMessages"_s).toArray().at(1).toObject().value(u"_base64"_s).toString(), u"/w=="_s);
        QVERIFY(m_written.contains("\"time\":" + seconds(talk, 5) + ","));
    }

    void aFilterChoosesMessages()
    {
        Talk talk;
        const auto one = talk.open();
        const auto two = talk.open();
        one->sent(encode(0x81, "wanted", "abcd") + encode(0x81, "not", "abcd"));
        two->sent(encode(0x81, "not", "abcd"));
        ExportOptions options;
        options.filter = *capture::Filter::parse(u"text contains wanted"_s, nullptr);
        const QJsonArray entries = exported(talk, options);
        QCOMPARE(entries.size(), 1);
        QCOMPARE(words(entries.at(0).toObject()), (QStringList{u"send 1 wanted"_s}));
    }

    void secretsOnRequest()
    {
        Talk talk;
        const auto line = talk.open(u"ws://127.0.0.1:8765/?token=abc"_s, Talk::Deflate::No, "Cookie: id=1\r\n");
        line->sent(encode(0x81, "token=abc", "abcd"));
        ExportOptions options;
        options.secrets = Secrets::Masked;
        exported(talk, options);
        QVERIFY(!m_written.contains("abc\"") && !m_written.contains("id=1") && m_written.contains("token=***"));
    }

    void notesStandBesideMessages()
    {
        Talk talk;
        const auto line = talk.open();
        line->sent(encode(0x81, "a", "abcd") + encode(0x89, "b", "abcd") + encode(0x81, "c", "abcd"));
        talk.document().setNote(RecordId(3), "see \"this\"");
        talk.document().setNote(RecordId(4), "");
        const QJsonArray messages = exported(talk, {}).at(0).toObject().value(u"_webSocketMessages"_s).toArray();
        QCOMPARE(messages.at(0).toObject().value(u"_note"_s).toString(), u"see \"this\""_s);
        QCOMPARE(messages.at(1).toObject().value(u"_note"_s), QJsonValue(QString()));
        QVERIFY(!messages.at(2).toObject().contains(u"_note"_s));
    }

    void manyConnectionsAtOnce()
    {
        Talk talk;
        std::vector<std::unique_ptr<Talk::Line>> lines;
        for (int i = 0; i < 20; ++i)
            lines.push_back(talk.open());
        for (int round = 0; round < 300; ++round) {
            for (const auto &line : lines)
                line->received(encode(0x81, QByteArray::number(round) + QByteArray(100, 'x')));
        }
        const QJsonArray entries = exported(talk, {});
        QCOMPARE(entries.size(), 20);
        for (const QJsonValue &entry : entries) {
            const QStringList all = words(entry.toObject());
            QCOMPARE(all.size(), 300);
            for (int round = 0; round < 300; ++round)
                QVERIFY(all.at(round).startsWith(u"receive 1 %1x"_s.arg(round)));
        }
    }

    void anEmptyOne()
    {
        Talk talk;
        QCOMPARE(exported(talk, {}).size(), 0);
    }

private:
    QJsonArray exported(Talk &talk, ExportOptions options)
    {
        options.format = Format::Har;
        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        const Result<ExportSummary> summary = exportCapture(talk.document(), buffer, options);
        if (!summary)
            QTest::qFail(qPrintable(summary.error().message), __FILE__, __LINE__);
        m_written = buffer.data();
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(m_written, &error);
        if (error.error != QJsonParseError::NoError)
            QTest::qFail(qPrintable(error.errorString()), __FILE__, __LINE__);
        return document.object().value(u"log"_s).toObject().value(u"entries"_s).toArray();
    }

    static QStringList words(const QJsonObject &entry)
    {
        QStringList all;
        for (const QJsonValue &value : entry.value(u"_webSocketMessages"_s).toArray()) {
            const QJsonObject message = value.toObject();
            all += u"%1 %2 %3"_s.arg(message.value(u"type"_s).toString()).arg(message.value(u"opcode"_s).toInt()).arg(message.value(u"data"_s).toString());
        }
        return all;
    }

    static QByteArray seconds(Talk &talk, quint64 record)
    {
        QByteArray text;
        appendSeconds(text, talk.document().clock().toWall(talk.document().read(RecordId(record))->header.time));
        return text;
    }

    QByteArray m_written;
};

QTEST_GUILESS_MAIN(TestHarWriter)
#include "tst_harwriter.moc"
