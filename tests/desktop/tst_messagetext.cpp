#include "models/messagetext.h"

#include "models/bytestext.h"
#include "support/testmain.h"

using namespace wsw;
using namespace wsw::desktop;
using wire::Opcode;
using wire::RecordKind;

class MessageTextTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void facts_data();
    void facts();
    void fragments();
    void bodies();
    void bytesAsText();
};

namespace {

LoadedMessage messageOf(LoadedMessage::Content content, const QByteArray &bytes)
{
    LoadedMessage message;
    message.content = content;
    message.bytes = bytes;
    message.totalBytes = static_cast<quint64>(bytes.size());
    return message;
}

capture::RecordHeader frameOf(Opcode opcode)
{
    capture::RecordHeader header;
    header.frame.opcode = opcode;
    return header;
}

} // namespace

void MessageTextTest::facts_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("ASCII") << QByteArray("Hello server!") << true << QStringLiteral("13 bytes, 13 characters");
    QTest::newRow("one") << QByteArray("a") << true << QStringLiteral("1 byte, 1 character");
    QTest::newRow("UTF-8") << QByteArray("gr\xc3\xbc\xc3\x9f \xf0\x9f\x99\x82") << true << QStringLiteral("11 bytes, 6 characters");
    QTest::newRow("nothing") << QByteArray() << true << QStringLiteral("0 bytes, 0 characters");
    QTest::newRow("PNG") << QByteArray("\x89PNG\r\n\x1a\n....") << false << QStringLiteral("12 bytes, PNG picture");
    QTest::newRow("unknown") << QByteArray("\x01\x02") << false << QStringLiteral("2 bytes");
}

void MessageTextTest::facts()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, text);
    QFETCH(QString, expected);
    const auto content = text ? LoadedMessage::Content::Text : LoadedMessage::Content::Binary;
    QCOMPARE(messageFacts(messageOf(content, bytes), frameOf(text ? Opcode::Text : Opcode::Binary)), expected);
}

void MessageTextTest::fragments()
{
    LoadedMessage message = messageOf(LoadedMessage::Content::Text, "abc");
    QVERIFY(fragmentFacts(message).isEmpty());
    message.frames = 3;
    message.position = 1;
    QCOMPARE(fragmentFacts(message), QStringLiteral("Fragment 2 of 3; the whole message stands below."));
    message.endFound = false;
    QVERIFY(fragmentFacts(message).contains(QStringLiteral("so far")));
    message.beginFound = false;
    QVERIFY(fragmentFacts(message).contains(QStringLiteral("beginning is not in reach")));
}

void MessageTextTest::bodies()
{
    const auto binary = LoadedMessage::Content::Binary;
    QCOMPARE(messageBody(messageOf(binary, QByteArray("\x03\xe8" "bye")), frameOf(Opcode::Close)),
             QStringLiteral("code    1000 Normal Closure\nreason  bye"));
    QCOMPARE(messageBody(messageOf(binary, {}), frameOf(Opcode::Close)), QStringLiteral("Close without a code."));
    QCOMPARE(messageBody(messageOf(binary, "p100"), frameOf(Opcode::Ping)), QStringLiteral("0000  70 31 30 30              p100\n"));
    capture::RecordHeader end;
    end.kind = RecordKind::End;
    QCOMPARE(messageBody(messageOf(binary, "peer closed first"), end), QStringLiteral("peer closed first"));
    QVERIFY(messageBody(messageOf(binary, QByteArray(1000, 'x')), frameOf(Opcode::Binary)).endsWith(QStringLiteral("the Bytes tab shows all of it.")));
}

void MessageTextTest::bytesAsText()
{
    const QByteArray bytes = QByteArray::fromHex("818d1f");
    QCOMPARE(bytesText(bytes, BytesFormat::Hex), QStringLiteral("81 8d 1f"));
    QCOMPARE(bytesText(bytes, BytesFormat::Base64), QStringLiteral("gY0f"));
    QCOMPARE(bytesText("gr\xc3\xbc", BytesFormat::Text), QStringLiteral("gr\u00fc"));
    QVERIFY(bytesText(QByteArray(13, '\0'), BytesFormat::CArray).contains(QStringLiteral("frame[13] = {\n    0x00,")));
    QCOMPARE(byteCharacter('A'), QChar(u'A'));
    QCOMPARE(byteCharacter(0x7f), QChar(u'\u00b7'));
}

QTEST_GUILESS_MAIN(MessageTextTest)
#include "tst_messagetext.moc"
