#include "panes/composer/jsoninput.h"

#include "support/testmain.h"

#include <QJsonDocument>
#include <QTest>

using namespace wsw::desktop;

class TestJsonInput final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void acceptsWhatRfc8259Allows()
    {
        for (const char *text : {"null", " true ", "-0", "0.5e-3", "1E+9", "\"\"", "\"\\u00e9\\n\"", "[]", "[1,2]", "{}",
                                 "{\"a\":{\"b\":[null,\"x\"]}}", "[\n1\n]"}) {
            const JsonProblem problem = checkJson(QString::fromLatin1(text));
            QVERIFY2(problem.isNone(), qPrintable(QString::fromLatin1(text) + problem.message));
        }
    }

    void namesThePlace_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qsizetype>("position");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::newRow("empty") << QString() << qsizetype{0} << 1 << 1;
        QTest::newRow("comma before ]") << QStringLiteral("[1,]") << qsizetype{3} << 1 << 4;
        QTest::newRow("comma before }") << QStringLiteral("{\"a\":1,}") << qsizetype{7} << 1 << 8;
        QTest::newRow("second line") << QStringLiteral("{\"a\": 1,\n \"b\": x}") << qsizetype{15} << 2 << 7;
        QTest::newRow("no colon") << QStringLiteral("{\"a\" 1}") << qsizetype{5} << 1 << 6;
        QTest::newRow("single quotes") << QStringLiteral("{'a':1}") << qsizetype{1} << 1 << 2;
        QTest::newRow("leading zero") << QStringLiteral("01") << qsizetype{1} << 1 << 2;
        QTest::newRow("two values") << QStringLiteral("1 2") << qsizetype{2} << 1 << 3;
        QTest::newRow("open text") << QStringLiteral("\"abc") << qsizetype{4} << 1 << 5;
        QTest::newRow("bad escape") << QStringLiteral("\"\\x\"") << qsizetype{2} << 1 << 3;
        QTest::newRow("short \\u") << QStringLiteral("\"\\u12\"") << qsizetype{5} << 1 << 6;
        QTest::newRow("control character") << QStringLiteral("\"a\tb\"") << qsizetype{2} << 1 << 3;
        QTest::newRow("cut object") << QStringLiteral("{\"a\":1") << qsizetype{6} << 1 << 7;
        QTest::newRow("point without digits") << QStringLiteral("1.") << qsizetype{2} << 1 << 3;
        QTest::newRow("misspelt word") << QStringLiteral("[tru]") << qsizetype{1} << 1 << 2;
    }

    void namesThePlace()
    {
        QFETCH(QString, text);
        QFETCH(qsizetype, position);
        QFETCH(int, line);
        QFETCH(int, column);
        const JsonProblem problem = checkJson(text);
        QVERIFY(!problem.isNone());
        QCOMPARE(problem.position, position);
        QCOMPARE(problem.line, line);
        QCOMPARE(problem.column, column);
    }

    void deepNestingIsRefusedNotCrashed()
    {
        QVERIFY(checkJson(QString(900, u'[') + QString(900, u']')).isNone());
        QVERIFY(!checkJson(QString(100'000, u'[')).isNone());
    }

    void agreesWithQtOnObjectsAndArrays()
    {
        // Every text one character away from a valid one: both must judge it alike.
        // Numbers are left out: Qt takes "-.5" and "2.", which RFC 8259 does not.
        const QByteArray valid = "{\"a\":[1,null,true],\"b\":\"\\n\"}";
        for (qsizetype at = 0; at < valid.size(); ++at) {
            QByteArray cut = valid;
            cut.remove(at, 1);
            QJsonParseError error;
            QJsonDocument::fromJson(cut, &error);
            QCOMPARE(checkJson(QString::fromLatin1(cut)).isNone(), error.error == QJsonParseError::NoError);
        }
    }
};

QTEST_GUILESS_MAIN(TestJsonInput)
#include "tst_jsoninput.moc"
