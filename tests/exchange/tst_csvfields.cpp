#include "exchange/csvfields.h"

#include "support/testmain.h"

#include <QTest>

#include <array>

using namespace wsw::exchange;

class TestCsvFields final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }

    void quotesOnlyWhereTheyAreDue()
    {
        constexpr std::array names{"n", "text", "more", "last"};
        QByteArray table;
        CsvFields fields(table, names);
        fields.head();
        for (const QByteArray &text : {QByteArray("plain"), QByteArray("a,b"), QByteArray("say \"x\""), QByteArray("two\r\nlines"),
                                       QByteArray(" edge"), QByteArray()}) {
            fields.begin();
            fields.number("n", -1);
            fields.text("text", text);
            fields.base64("last", "\xff");
            fields.end();
        }
        fields.begin();
        fields.nothing("n");
        fields.boolean("more", false);
        fields.end();
        QCOMPARE(table, QByteArray("n,text,more,last\r\n"
                                   "-1,plain,,/w==\r\n"
                                   "-1,\"a,b\",,/w==\r\n"
                                   "-1,\"say \"\"x\"\"\",,/w==\r\n"
                                   "-1,\"two\r\nlines\",,/w==\r\n"
                                   "-1,\" edge\",,/w==\r\n"
                                   "-1,\"\",,/w==\r\n"
                                   ",,false,\r\n"));
    }
};

QTEST_GUILESS_MAIN(TestCsvFields)
#include "tst_csvfields.moc"
