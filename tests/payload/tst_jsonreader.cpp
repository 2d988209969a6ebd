#include "payload/jsonreader.h"
#include "payload/jsonwriter.h"

#include "support/testmain.h"

#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::payload;

/// JSON as a row of values.
class tst_JsonReader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void givesEveryValue_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("written");
        QTest::newRow("empty") << u"{}"_s << u"{}"_s;
        QTest::newRow("empty inside") << u"[ [] , {} ]"_s << u"[\n  [],\n  {}\n]"_s;
        QTest::newRow("members") << u"{\"a\":1,\"b\":[true,false,null]}"_s << u"{\n  \"a\": 1,\n  \"b\": [\n    true,\n    false,\n    null\n  ]\n}"_s;
        QTest::newRow("numbers as they are") << u"[1.50,-0,1E+2,18446744073709551616]"_s << u"[\n  1.50,\n  -0,\n  1E+2,\n  18446744073709551616\n]"_s;
        QTest::newRow("escapes") << u"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"]"_s << u"[\n  \"\\\"\\\\/\\u0008\\u000c\\n\\r\\té😀\"\n]"_s;
        QTest::newRow("escapes that are none") << u"{\"a\":\"C:\\dir\",\"c\":2}"_s << u"{\n  \"a\": \"C:dir\",\n  \"c\": 2\n}"_s;
        QTest::newRow("white space") << u"\n[\t1 , 2 ]\r\n"_s << u"[\n  1,\n  2\n]"_s;
    }

    void givesEveryValue()
    {
        QFETCH(QString, json);
        QFETCH(QString, written);
        JsonWriter writer;
        QVERIFY(readJson(json, writer));
        const QString text = writer.take();
        QCOMPARE(text, written);
        // It says what Qt's reader does, which decides what is shown as JSON.
        QCOMPARE(QJsonDocument::fromJson(text.toUtf8()), QJsonDocument::fromJson(json.toUtf8()));
    }

    void whatIsNoneIsRefused_data()
    {
        QTest::addColumn<QString>("json");
        for (const char *json : {"", "1", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{1:2}", "[1]]", "[1] 2", "[\"a]", "[\"\\u12\"]", "[tru]", "[1 2]", "{\"a\":1,}", "[-]x"})
            QTest::newRow(json) << QString::fromLatin1(json);
    }

    void whatIsNoneIsRefused()
    {
        QFETCH(QString, json);
        JsonWriter writer;
        QVERIFY(!readJson(json, writer));
    }

    void everyCutIsRefused()
    {
        const QString json = u"{\"name\":[\"a\\n\\u00e9\",-1.5e3,{\"b\":true}],\"c\":{}}"_s;
        for (qsizetype size = 0; size < json.size(); ++size) {
            JsonWriter writer;
            QVERIFY2(!readJson(json.first(size), writer), qPrintable(json.first(size)));
        }
        JsonWriter writer;
        QVERIFY(readJson(json, writer));
        QCOMPARE(QJsonDocument::fromJson(writer.take().toUtf8()), QJsonDocument::fromJson(json.toUtf8()));
    }

    void depthNeedsNoStack()
    {
        // Nothing is written, so that indents do not count.
        class Counter final : public ValueSink
        {
        public:
            void beginObject() override {}
            void endObject() override {}
            void beginArray() override { ++begun; }
            void endArray() override { ++ended; }
            void name(const QString &) override {}
            void plainName(const QString &) override {}
            void beginTag(const QString &) override {}
            void endTag() override {}
            void text(const QString &) override {}
            void plain(const QString &) override {}
            [[nodiscard]] bool isFull() const noexcept override { return begun > most; }
            int begun = 0;
            int ended = 0;
            int most = 2'000'000;
        };
        constexpr int depth = 1'000'000;
        const QString json = QString(depth, u'[') + QString(depth, u']');
        Counter all;
        QVERIFY(readJson(json, all));
        QCOMPARE(all.begun, depth);
        QCOMPARE(all.ended, depth);
        Counter few;
        few.most = 10;
        QVERIFY(!readJson(json, few));
        QCOMPARE(few.begun, 11);
    }
};

QTEST_GUILESS_MAIN(tst_JsonReader)
#include "tst_jsonreader.moc"
