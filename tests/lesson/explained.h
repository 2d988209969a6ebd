#pragma once

#include "lesson/explain.h"

#include <QTest>

namespace wsw::test {

/// Sentences for people: something to read, ended properly, and a place to look it up.
inline void verifyReadable(const lesson::Explanation &explanation)
{
    QVERIFY(!explanation.title.isEmpty());
    QVERIFY2(explanation.text.size() > 20, qPrintable(explanation.title));
    QVERIFY2(explanation.text.endsWith(QLatin1Char('.')), qPrintable(explanation.text));
    QVERIFY2(!explanation.reference.isEmpty(), qPrintable(explanation.title));
    if (explanation.verdict != lesson::Verdict::Info)
        QVERIFY2(!explanation.judgement.isEmpty(), qPrintable(explanation.title));
    if (!explanation.judgement.isEmpty()) {
        QVERIFY2(explanation.judgement.endsWith(QLatin1Char('.')) || explanation.judgement.endsWith(QLatin1Char(')')),
                 qPrintable(explanation.judgement));
    }
    // A UTF-8 literal read as Latin-1 shows itself by these.
    for (const QString &text : {explanation.title, explanation.text, explanation.judgement})
        QVERIFY2(!text.contains(QChar(0xc2)) && !text.contains(QChar(0xe2)) && !text.contains(QChar(0xfffd)), qPrintable(text));
}

/// A record of one frame, as a capture would keep it.
inline capture::RecordHeader frameRecord(wire::Opcode opcode, Role sender, quint64 length = 5)
{
    capture::RecordHeader record;
    record.id = RecordId(1);
    record.frame = wire::legalHeader(opcode, wire::Fin::Yes, length, sender, {0x1f, 0x8a, 0x04, 0xc9});
    record.inflatedLength = length;
    record.payloadStored = length;
    return record;
}

/// The head that @p text says, its line ends made CRLF.
inline wire::Head headOf(wire::Head::Kind kind, QByteArray text)
{
    text.replace("\n", "\r\n");
    wire::HeadParser parser(kind);
    parser.feed(text + "\r\n\r\n");
    if (parser.status() != wire::HeadStatus::Complete)
        qFatal("the test's head is malformed: %s", qPrintable(parser.problem()));
    return parser.head();
}

} // namespace wsw::test

Q_DECLARE_METATYPE(wsw::lesson::Verdict)
Q_DECLARE_METATYPE(wsw::lesson::HeaderPart)
