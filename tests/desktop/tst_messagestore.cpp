#include "panes/composer/messagestore.h"

#include "support/sandbox.h"
#include "support/testmain.h"

#include <QTest>

using namespace wsw::desktop;

namespace {

ComposedMessage message(const QString &text)
{
    return {QStringLiteral("text"), {{QStringLiteral("text"), text}}, text};
}

QString textOf(const std::optional<ComposedMessage> &message)
{
    return message ? message->content.value(QStringLiteral("text")).toString() : QStringLiteral("(none)");
}

} // namespace

class TestMessageStore final : public QObject
{
    Q_OBJECT
    wsw::test::Sandbox m_sandbox;

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void goesBackAndForthAndEndsAtTheDraft()
    {
        MessageHistory history;
        for (const char *text : {"one", "two", "three"})
            history.add(message(QString::fromLatin1(text)));
        const ComposedMessage draft = message(QStringLiteral("draft"));
        QCOMPARE(textOf(history.back(draft)), QStringLiteral("three"));
        QCOMPARE(textOf(history.back(draft)), QStringLiteral("two"));
        QCOMPARE(textOf(history.back(draft)), QStringLiteral("one"));
        QVERIFY(!history.back(draft));
        QCOMPARE(textOf(history.forth()), QStringLiteral("two"));
        QCOMPARE(textOf(history.forth()), QStringLiteral("three"));
        QCOMPARE(textOf(history.forth()), QStringLiteral("draft"));
        QVERIFY(!history.forth());
    }

    void whatWasJustSentIsNotOfferedFirst()
    {
        MessageHistory history;
        history.add(message(QStringLiteral("one")));
        history.add(message(QStringLiteral("two")));
        QCOMPARE(textOf(history.back(message(QStringLiteral("two")))), QStringLiteral("one"));
    }

    void emptyHistoryHasNothing()
    {
        MessageHistory history;
        QVERIFY(!history.back(message(QStringLiteral("x"))));
        QVERIFY(!history.forth());
        history.add(message(QStringLiteral("x")));
        QVERIFY(!history.back(message(QStringLiteral("x"))));
    }

    void theSameAgainMovesUp()
    {
        MessageHistory history;
        for (const char *text : {"a", "b", "a"})
            history.add(message(QString::fromLatin1(text)));
        QCOMPARE(history.messages().size(), 2);
        QCOMPARE(history.messages().last().label, QStringLiteral("a"));
    }

    void theLimitHolds()
    {
        MessageHistory history;
        for (int i = 0; i <= MessageHistory::limit; ++i)
            history.add(message(QString::number(i)));
        QCOMPARE(history.messages().size(), MessageHistory::limit);
        QCOMPARE(history.messages().first().label, QStringLiteral("1"));
    }

    void savedMessagesOutliveTheProgram()
    {
        {
            SavedMessages saved;
            QVERIFY(saved.messages().isEmpty());
            saved.put(message(QStringLiteral("hello, \"world\"\n;")));
            saved.put(message(QStringLiteral("second")));
        }
        SavedMessages again;
        QCOMPARE(again.messages().size(), 2);
        QCOMPARE(again.messages().first(), message(QStringLiteral("hello, \"world\"\n;")));
        ComposedMessage changed = message(QStringLiteral("other content"));
        changed.label = QStringLiteral("second");
        again.put(changed);
        QCOMPARE(again.messages().size(), 2);
        again.remove(again.messages().first().label);
        const SavedMessages third;
        QCOMPARE(third.messages().size(), 1);
        QCOMPARE(third.messages().first(), changed);
    }
};

QTEST_GUILESS_MAIN(TestMessageStore)
#include "tst_messagestore.moc"
