#include "arguments.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::cli;

namespace {

CommandSpec spec()
{
    return {u"serve"_s, u"Hosts."_s, {u"URL"_s},
            {{u"port"_s, {u"PORT"_s}, u"Where."_s}, {u"json"_s, {}, u"JSON."_s},
             {u"tls"_s, {u"CERTIFICATE"_s, u"KEY"_s}, u"TLS."_s}},
            {}};
}

} // namespace

class TestArguments final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }

    void readsOptionsAndOperands()
    {
        const Result<Arguments> arguments = Arguments::parse(
            spec(), {u"--port"_s, u"80"_s, u"ws://a"_s, u"--tls"_s, u"c.pem"_s, u"k.pem"_s, u"--json"_s, u"--port=81"_s});
        QVERIFY(arguments.ok());
        QCOMPARE(arguments->operand(0), u"ws://a"_s);
        QCOMPARE(arguments->value(u"port"_s), u"81"_s);
        QCOMPARE(arguments->values(u"port"_s), (QStringList{u"80"_s, u"81"_s}));
        QCOMPARE(arguments->all(u"tls"_s), (QList<QStringList>{{u"c.pem"_s, u"k.pem"_s}}));
        QVERIFY(arguments->has(u"json"_s));
        QCOMPARE(arguments->value(u"absent"_s, u"otherwise"_s), u"otherwise"_s);
    }

    void afterTwoDashesAllAreOperands()
    {
        const Result<Arguments> arguments = Arguments::parse(spec(), {u"--"_s, u"--port"_s});
        QVERIFY(arguments.ok());
        QCOMPARE(arguments->operand(0), u"--port"_s);
    }

    void helpComesBeforeEverythingElse()
    {
        const Result<Arguments> arguments = Arguments::parse(spec(), {u"--help"_s});
        QVERIFY(arguments.ok());
        QVERIFY(arguments->helpWanted());
    }

    void namesWhatIsWrong_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("named");
        QTest::newRow("unknown option") << QStringList{u"u"_s, u"--prot"_s, u"1"_s} << u"--prot"_s;
        QTest::newRow("short option") << QStringList{u"u"_s, u"-p"_s} << u"-p"_s;
        QTest::newRow("value missing") << QStringList{u"u"_s, u"--port"_s} << u"PORT"_s;
        QTest::newRow("second value missing") << QStringList{u"u"_s, u"--tls"_s, u"c.pem"_s} << u"KEY"_s;
        QTest::newRow("switch with value") << QStringList{u"u"_s, u"--json=yes"_s} << u"--json"_s;
        QTest::newRow("operand missing") << QStringList{u"--json"_s} << u"URL"_s;
        QTest::newRow("operand too many") << QStringList{u"a"_s, u"b"_s} << u"\"b\""_s;
    }

    void namesWhatIsWrong()
    {
        QFETCH(const QStringList, words);
        QFETCH(const QString, named);
        const Result<Arguments> arguments = Arguments::parse(spec(), words);
        QVERIFY(!arguments.ok());
        QCOMPARE(arguments.error().kind, ErrorKind::Usage);
        QVERIFY2(arguments.error().message.contains(named), qPrintable(arguments.error().message));
        QVERIFY(arguments.error().remedy.contains(u"wsw serve --help"_s));
    }

    void operandsInBracketsMayBeMissing()
    {
        CommandSpec spec;
        spec.name = u"replay"_s;
        spec.operands = {u"FILE"_s, u"[URL]"_s};
        QCOMPARE(Arguments::parse(spec, {u"a"_s})->operand(1), QString());
        QCOMPARE(Arguments::parse(spec, {u"a"_s, u"b"_s})->operand(1), u"b"_s);
        QVERIFY(!Arguments::parse(spec, {}).ok());
        QVERIFY(!Arguments::parse(spec, {u"a"_s, u"b"_s, u"c"_s}).ok());
    }

    void numbersHaveLimits()
    {
        const Result<Arguments> low = Arguments::parse(spec(), {u"u"_s, u"--port"_s, u"0"_s});
        QCOMPARE(*low->number(u"port"_s, 5, 0, 65535), qint64(0));
        QVERIFY(!low->number(u"port"_s, 5, 1, 65535).ok());
        const Result<Arguments> high = Arguments::parse(spec(), {u"u"_s, u"--port"_s, u"65536"_s});
        QVERIFY(!high->number(u"port"_s, 5, 0, 65535).ok());
        QCOMPARE(*high->number(u"port"_s, 5, 0, 65536), qint64(65536));
        const Result<Arguments> word = Arguments::parse(spec(), {u"u"_s, u"--port"_s, u"80x"_s});
        QVERIFY(word->number(u"port"_s, 5, 0, 65535).error().message.contains(u"80x"_s));
        const Result<Arguments> absent = Arguments::parse(spec(), {u"u"_s});
        QCOMPARE(*absent->number(u"port"_s, 5, 0, 65535), qint64(5));
    }

    void helpNamesEveryOption()
    {
        const QString help = helpText(spec());
        QVERIFY(help.startsWith(u"Usage: wsw serve URL [option]..."_s));
        QVERIFY(help.contains(u"\n  --tls CERTIFICATE KEY\n"_s));
        QVERIFY(help.contains(u"\n  --help\n"_s));
    }

    void wrapsAtWords()
    {
        QCOMPARE(wrapped(u"one two three"_s, 2, 9), u"  one two\n  three\n"_s);
        QCOMPARE(wrapped(u"overlongword x"_s, 0, 5), u"overlongword\nx\n"_s);
        QCOMPARE(wrapped(u"a\n\nb"_s, 1, 9), u" a\n\n b\n"_s);
    }
};

QTEST_GUILESS_MAIN(TestArguments)
#include "tst_arguments.moc"
