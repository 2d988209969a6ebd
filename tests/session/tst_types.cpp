#include "session/types.h"
#include "support/testmain.h"

#include <QTest>

using namespace wsw::session;

class tst_Types final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void behavioursByName();
    void kindsByName();
};

void tst_Types::kindsByName()
{
    for (const EndpointKind kind : {EndpointKind::Host, EndpointKind::Client, EndpointKind::Proxy, EndpointKind::Raw})
        QCOMPARE(endpointKindFromName(endpointKindName(kind)), std::optional(kind));
    QCOMPARE(endpointKindName(EndpointKind::Raw), QStringLiteral("raw"));
    QCOMPARE(endpointKindFromName(u""), std::nullopt);
}

void tst_Types::behavioursByName()
{
    for (const Behaviour behaviour : {Behaviour::Echo, Behaviour::Prefix, Behaviour::Broadcast, Behaviour::Silent})
        QCOMPARE(behaviourFromName(behaviourName(behaviour)), std::optional(behaviour));
    QCOMPARE(behaviourName(Behaviour::Broadcast), QStringLiteral("broadcast"));
    QCOMPARE(behaviourFromName(u"ECHO"), std::optional(Behaviour::Echo));
    QCOMPARE(behaviourFromName(u"loud"), std::nullopt);
    QCOMPARE(behaviourFromName(u""), std::nullopt);
}

QTEST_GUILESS_MAIN(tst_Types)
#include "tst_types.moc"
