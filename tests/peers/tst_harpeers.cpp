#include "peers.h"

#include "exchange/exporter.h"
#include "exchange/talks.h"
#include "support/plainframe.h"
#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::exchange;
using namespace wsw::test;

/// HAR as others write it and judge it.
class TestHarPeers final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { failOnWarnings(); }

    void oursIsValid()
    {
        Talk talk;
        for (const QString &url : {u"ws://127.0.0.1:8765/chat?room=1"_s, u"wss://[::1]:443/"_s}) {
            const auto line = talk.open(url);
            line->sent(encode(0x81, "Hello", "abcd"));
            line->received(encode(0x82, QByteArray("\0\xff", 2)));
            line->received(encode(0x88, "\x03\xe8"));
            line->end();
        }
        ExportOptions options;
        options.format = Format::Har;
        const QString file = talk.path(u"talk.har"_s);
        QVERIFY(exportToFile(talk.document(), file, Overwrite::No, options).ok());
        const std::unique_ptr<Program> judge = startPeer(u"har_check.mjs"_s, {file});
        QCOMPARE(judge->readLine().value_or("nothing: " + judge->errors()), QByteArray("[]"));
    }
};

QTEST_GUILESS_MAIN(TestHarPeers)
#include "tst_harpeers.moc"
