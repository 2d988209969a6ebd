#include "exchange/harevents.h"

#include "support/testmain.h"

#include <QBuffer>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;

class TestHarEvents final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void everyValueWithItsPath()
    {
        QCOMPARE(heard("{\"a\":1,\"b\":[{\"c\":-2.50},{\"c\":[true,null]}],\"d\":{\"e\":\"x\\u00fcy\"},\"f\":123456789.123456789}"),
                 QByteArray("{ a=1 {b b.c=-2.50 }b {b b.c=true b.c=null }b {d d.e=x\xc3\xbcy }d f=123456789.123456789 } ok"));
        QCOMPARE(heard("[1,2]"), QByteArray("=1 =2 ok"));
    }

    void whatIsNoJson()
    {
        for (const QByteArray &text : {QByteArray(), QByteArray("x"), QByteArray("{\"a\":1"), QByteArray("{\"a\":\"\xff\"}"), QByteArray("{} {}")})
            QVERIFY2(heard(text).endsWith("no JSON"), text);
    }

    void notTooDeep()
    {
        QVERIFY(heard(QByteArray(deepestJson, '[') + QByteArray(deepestJson, ']')).endsWith("ok"));
        QVERIFY(heard(QByteArray(deepestJson + 1, '[')).endsWith("too deep"));
        QVERIFY(heard(QByteArray(5'000'000, '[')).endsWith("too deep"));
        QVERIFY(heard(QByteArray("{\"a\":").repeated(1'000'000)).endsWith("too deep"));
    }

    void stopsWhereAsked()
    {
        QBuffer buffer;
        buffer.setData("{\"a\":{\"b\":{}}}");
        QVERIFY(buffer.open(QIODevice::ReadOnly));
        const Result<> read = readJson(buffer, {[](QByteArrayView, QByteArrayView) {}, [](QByteArrayView path) { return path != "a"; },
                                                [](QByteArrayView) { return true; }});
        QCOMPARE(read.error().kind, ErrorKind::Cancelled);
    }

private:
    static QByteArray heard(const QByteArray &text)
    {
        QBuffer buffer;
        buffer.setData(text);
        buffer.open(QIODevice::ReadOnly);
        QByteArray line;
        const Result<> read = readJson(buffer, {[&line](QByteArrayView path, QByteArrayView value) { line += path.toByteArray() + '=' + value.toByteArray() + ' '; },
                                                [&line](QByteArrayView path) {
                                                    line += '{' + path.toByteArray() + ' ';
                                                    return true;
                                                },
                                                [&line](QByteArrayView path) {
                                                    line += '}' + path.toByteArray() + ' ';
                                                    return true;
                                                }});
        if (read)
            return line + "ok";
        return line + (read.error().message.contains(u"too deep"_s) ? "too deep" : read.error().message.contains(u"no JSON"_s) ? "no JSON" : "?");
    }
};

QTEST_GUILESS_MAIN(TestHarEvents)
#include "tst_harevents.moc"
