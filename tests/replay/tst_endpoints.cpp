#include "replay/endpoints.h"

#include "support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace wsw;
using namespace wsw::replay;

/// How scripts are connected and hosted: as recorded where nothing else is asked for.
class TestEndpoints final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void clients()
    {
        Part part;
        part.url = u"ws://there/"_s;
        part.subprotocols = {u"v2"_s, u"v1"_s};
        part.compressed = true;
        part.origin = u"https://there"_s;
        part.headers = {{"Authorization", "Bearer x"}};
        session::ClientOptions client = clientOptionsFor(part, {});
        QCOMPARE(client.url, part.url);
        QCOMPARE(client.subprotocols, part.subprotocols);
        QVERIFY(client.compression.has_value());
        QVERIFY(client.headers.isEmpty() && client.origin.isEmpty());
        PlayOptions options;
        options.recordedHeaders = true;
        options.client.url = u"ws://elsewhere/"_s;
        options.client.headers = {{"X", "y"}};
        client = clientOptionsFor(part, options);
        QCOMPARE(client.url, u"ws://elsewhere/"_s);
        QCOMPARE(client.headers, (wire::HeaderList{{"Authorization", "Bearer x"}, {"X", "y"}}));
        QCOMPARE(client.origin, part.origin);
    }

    void hostsSupportWhatHadBeenAgreedOn()
    {
        std::vector<Part> parts(4);
        parts[0].subprotocols = {u"v2"_s, u"v1"_s};
        parts[0].agreed = u"v1"_s;
        parts[1].subprotocols = {u"v3"_s};      // refused
        parts[2].agreed = u"chat"_s;
        parts[3].agreed = u"v1"_s;
        session::HostOptions host = hostOptionsFor(parts, {});
        QCOMPARE(host.subprotocols, (QStringList{u"v1"_s, u"chat"_s}));
        QCOMPARE(host.behaviour, session::Behaviour::Silent);
        QVERIFY(!host.compression);
        parts[2].compressed = true;
        PlayOptions options;
        options.host.subprotocols = {u"mine"_s};
        host = hostOptionsFor(parts, options);
        QCOMPARE(host.subprotocols, QStringList{u"mine"_s});
        QVERIFY(host.compression.has_value());
    }
};

QTEST_GUILESS_MAIN(TestEndpoints)
#include "tst_endpoints.moc"
