#include "wire/deflatenegotiation.h"

#include "support/testmain.h"

using namespace wsw::wire;
using Outcome = DeflateNegotiation::Outcome;

namespace {

constexpr auto Yes = ContextTakeover::Yes;
constexpr auto No = ContextTakeover::No;

/// Short names of the truth tables, so that the rows here read as the rows there.
QByteArray spelled(QByteArray row)
{
    row.replace("snct", "server_no_context_takeover").replace("cnct", "client_no_context_takeover");
    row.replace("smwb", "server_max_window_bits").replace("cmwb", "client_max_window_bits");
    return row;
}

/// "-" is permessage-deflate without parameters, "" is no such extension.
ExtensionList listOf(const QByteArray &row)
{
    if (row.isEmpty())
        return {};
    return parseExtensions(row == "-" ? QByteArray("permessage-deflate") : "permessage-deflate; " + spelled(row));
}

QByteArray shortAnswer(QByteArray answer)
{
    answer.replace("server_no_context_takeover", "snct").replace("client_no_context_takeover", "cnct");
    answer.replace("server_max_window_bits", "smwb").replace("client_max_window_bits", "cmwb");
    return answer == "permessage-deflate" ? QByteArray("-") : answer.mid(QByteArray("permessage-deflate; ").size());
}

} // namespace

class DeflateNegotiationTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void serverWithoutWishes_data();
    void serverWithoutWishes();
    void serverWithWishes_data();
    void serverWithWishes();
    void serverTakesTheFirstOfferItCanMeet();
    void serverWithoutOffer();
    void client_data();
    void client();
    void windowOfEightBits_data();
    void windowOfEightBits();
    void answerFitsOneOfSeveralOffers();
    void offers_data();
    void offers();
    void bothEndsUnderstandEachOther();
};

void DeflateNegotiationTest::serverWithoutWishes_data()
{
    QTest::addColumn<QByteArray>("offer");
    QTest::addColumn<bool>("taken");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<DeflateParameters>("agreed");
    const auto taken = [](const char *offer, const char *answer, const DeflateSide &server = {}, const DeflateSide &client = {}) {
        QTest::newRow(offer) << QByteArray(offer) << true << QByteArray(answer) << DeflateParameters{server, client};
    };
    const auto declined = [](const char *offer) {
        QTest::newRow(offer) << QByteArray(offer) << false << QByteArray() << DeflateParameters();
    };
    taken("-", "-");
    taken("snct", "snct", {No, 15});
    declined("snct=1");
    declined("snct=\"true\"");
    taken("cnct", "cnct", {}, {No, 15});
    declined("cnct=1");
    for (const char *bits : {"9", "10", "11", "12", "13", "14", "15"}) {
        const QByteArray row = QByteArray("smwb=") + bits;
        taken(row.constData(), row.constData(), {Yes, QByteArray(bits).toInt()});
    }
    taken("smwb=\"10\"", "smwb=10", {Yes, 10});
    declined("smwb=8");
    declined("smwb");
    for (const char *bits : {"7", "16", "010", "0", "-9", "+9", "9x", "x", "1e1", "99999999999"})
        declined((QByteArray("smwb=") + bits).constData());
    taken("cmwb", "-");
    for (const char *bits : {"8", "9", "12", "15"})
        taken((QByteArray("cmwb=") + bits).constData(), "-", {}, {Yes, QByteArray(bits).toInt()});
    taken("cmwb=\"12\"", "-", {}, {Yes, 12});
    for (const char *bits : {"7", "16", "010", "x"})
        declined((QByteArray("cmwb=") + bits).constData());
    declined("snct; snct");
    declined("cnct; cnct");
    declined("smwb=10; smwb=10");
    declined("cmwb; cmwb=10");
    declined("unknown");
    declined("snct; unknown=1");
    declined("Server_No_Context_Takeover");
    taken("snct; cnct; smwb=11; cmwb=12", "snct; cnct; smwb=11", {No, 11}, {No, 12});
}

void DeflateNegotiationTest::serverWithoutWishes()
{
    QFETCH(QByteArray, offer);
    QFETCH(bool, taken);
    QFETCH(QByteArray, answer);
    QFETCH(DeflateParameters, agreed);
    const DeflateNegotiation outcome = answerDeflate(listOf(offer), {});
    QCOMPARE(outcome.outcome, taken ? Outcome::Agreed : Outcome::NotAgreed);
    QCOMPARE(outcome.problem.isEmpty(), taken);
    if (!taken)
        return;
    QCOMPARE(shortAnswer(outcome.answer), answer);
    QCOMPARE(outcome.parameters, agreed);
}

void DeflateNegotiationTest::serverWithWishes_data()
{
    QTest::addColumn<DeflatePolicy>("wants");
    QTest::addColumn<QByteArray>("offer");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<DeflateParameters>("agreed");
    const auto row = [](const DeflatePolicy &wants, const char *offer, const char *answer, const DeflateParameters &agreed) {
        QTest::addRow("%s -> %s, %d %d", offer, answer, wants.server.windowBits, wants.client.windowBits)
            << wants << QByteArray(offer) << QByteArray(answer) << agreed;
    };
    row({{No, 15}, {}}, "-", "snct", {{No, 15}, {}});
    row({{No, 15}, {}}, "snct", "snct", {{No, 15}, {}});
    row({{}, {No, 15}}, "-", "cnct", {{}, {No, 15}});
    row({{}, {No, 15}}, "cnct", "cnct", {{}, {No, 15}});
    row({{Yes, 10}, {}}, "-", "smwb=10", {{Yes, 10}, {}});
    row({{Yes, 10}, {}}, "smwb=12", "smwb=10", {{Yes, 10}, {}});
    row({{Yes, 12}, {}}, "smwb=10", "smwb=10", {{Yes, 10}, {}});
    row({{}, {Yes, 10}}, "cmwb", "cmwb=10", {{}, {Yes, 10}});
    row({{}, {Yes, 10}}, "cmwb=12", "cmwb=10", {{}, {Yes, 10}});
    row({{}, {Yes, 12}}, "cmwb=10", "cmwb=10", {{}, {Yes, 10}});
    row({{}, {Yes, 10}}, "cmwb=8", "-", {{}, {Yes, 8}});
    row({{}, {Yes, 10}}, "-", "-", {{}, {Yes, 15}});
}

void DeflateNegotiationTest::serverWithWishes()
{
    QFETCH(DeflatePolicy, wants);
    QFETCH(QByteArray, offer);
    QFETCH(QByteArray, answer);
    QFETCH(DeflateParameters, agreed);
    const DeflateNegotiation outcome = answerDeflate(listOf(offer), wants);
    QCOMPARE(outcome.outcome, Outcome::Agreed);
    QCOMPARE(shortAnswer(outcome.answer), answer);
    QCOMPARE(outcome.parameters, agreed);
}

void DeflateNegotiationTest::serverTakesTheFirstOfferItCanMeet()
{
    const auto offers = parseExtensions("x-unknown, permessage-deflate; server_max_window_bits=8, "
                                        "permessage-deflate; server_max_window_bits=10, permessage-deflate");
    const DeflateNegotiation outcome = answerDeflate(offers, {});
    QCOMPARE(outcome.outcome, Outcome::Agreed);
    QCOMPARE(shortAnswer(outcome.answer), QByteArray("smwb=10"));
    QCOMPARE(outcome.parameters.server.windowBits, 10);
    const auto hopeless = parseExtensions("permessage-deflate; a, permessage-deflate; b");
    QCOMPARE(answerDeflate(hopeless, {}).outcome, Outcome::NotAgreed);
    QVERIFY(answerDeflate(hopeless, {}).problem.contains(QLatin1String("parameter a")));
}

void DeflateNegotiationTest::serverWithoutOffer()
{
    QCOMPARE(answerDeflate({}, {}).outcome, Outcome::NotAgreed);
    QCOMPARE(answerDeflate(parseExtensions("x-webkit-deflate-frame"), {}).outcome, Outcome::NotAgreed);
}

void DeflateNegotiationTest::client_data()
{
    QTest::addColumn<QByteArray>("offer");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<Outcome>("expected");
    QTest::addColumn<DeflateParameters>("agreed");
    const auto row = [](const char *offer, const char *answer, Outcome expected, const DeflateParameters &parameters = {}) {
        QTest::addRow("'%s' -> '%s'", offer, answer) << QByteArray(offer) << QByteArray(answer) << expected << parameters;
    };
    const auto agreed = [&row](const char *offer, const char *answer, const DeflateSide &server = {}, const DeflateSide &client = {}) {
        row(offer, answer, Outcome::Agreed, {server, client});
    };
    const auto failed = [&row](const char *offer, const char *answer) { row(offer, answer, Outcome::Failed); };
    row("", "", Outcome::NotAgreed);
    row("-", "", Outcome::NotAgreed);
    row("snct; cmwb", "", Outcome::NotAgreed);
    failed("", "-");
    failed("", "snct");
    agreed("-", "-");
    failed("snct", "-");
    agreed("-", "snct", {No, 15});
    agreed("snct", "snct", {No, 15});
    agreed("-", "cnct", {}, {No, 15});
    agreed("cnct", "cnct", {}, {No, 15});
    agreed("cnct", "-", {}, {No, 15});
    agreed("-", "smwb=9", {Yes, 9});
    agreed("-", "smwb=15", {Yes, 15});
    agreed("smwb=12", "smwb=9", {Yes, 9});
    agreed("smwb=12", "smwb=12", {Yes, 12});
    failed("smwb=12", "smwb=13");
    failed("smwb=12", "-");
    agreed("cmwb", "cmwb=9", {}, {Yes, 9});
    agreed("cmwb", "cmwb=15", {}, {Yes, 15});
    agreed("cmwb", "-");
    agreed("cmwb=12", "cmwb=9", {}, {Yes, 9});
    agreed("cmwb=12", "cmwb=12", {}, {Yes, 12});
    failed("cmwb=12", "cmwb=13");
    agreed("cmwb=12", "-", {}, {Yes, 12});
    failed("-", "cmwb=12");
    failed("-", "cmwb=15");
    failed("cmwb", "cmwb");
    for (const char *answer : {"snct=1", "cnct=1", "smwb", "smwb=7", "smwb=16", "smwb=010", "smwb=x", "cmwb=7", "cmwb=16",
                               "cmwb=010", "snct; snct", "cnct; cnct", "smwb=10; smwb=11", "cmwb=10; cmwb=10", "unknown", "unknown=1"})
        failed("cmwb", answer);
    agreed("snct; cnct; smwb=11; cmwb", "cmwb=\"10\"; smwb=\"11\"; snct; cnct", {No, 11}, {No, 10});
}

void DeflateNegotiationTest::client()
{
    QFETCH(QByteArray, offer);
    QFETCH(QByteArray, answer);
    QFETCH(Outcome, expected);
    QFETCH(DeflateParameters, agreed);
    for (const DeflateNegotiation &outcome : {readDeflateAnswer(listOf(offer), listOf(answer)),
                                              acceptDeflateAnswer(listOf(offer), listOf(answer))}) {
        QCOMPARE(outcome.outcome, expected);
        QCOMPARE(outcome.problem.isEmpty(), expected != Outcome::Failed);
        if (expected != Outcome::Agreed)
            continue;
        QCOMPARE(outcome.parameters, agreed);
        QCOMPARE(outcome.clientTakeoverHintOnly, offer.contains("cnct") && !answer.contains("cnct"));
    }
}

void DeflateNegotiationTest::windowOfEightBits_data()
{
    QTest::addColumn<QByteArray>("offer");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<DeflateParameters>("agreed");
    QTest::newRow("server") << QByteArray("-") << QByteArray("smwb=8") << DeflateParameters{{Yes, 8}, {}};
    QTest::newRow("client") << QByteArray("cmwb") << QByteArray("cmwb=8") << DeflateParameters{{}, {Yes, 8}};
}

void DeflateNegotiationTest::windowOfEightBits()
{
    QFETCH(QByteArray, offer);
    QFETCH(QByteArray, answer);
    QFETCH(DeflateParameters, agreed);
    // Two others may agree on it, and what they send can be inflated.
    const DeflateNegotiation watching = readDeflateAnswer(listOf(offer), listOf(answer));
    QCOMPARE(watching.outcome, Outcome::Agreed);
    QCOMPARE(watching.parameters, agreed);
    QCOMPARE(acceptDeflateAnswer(listOf(offer), listOf(answer)).outcome, Outcome::Failed);
}

void DeflateNegotiationTest::answerFitsOneOfSeveralOffers()
{
    const auto offers = parseExtensions("permessage-deflate; server_no_context_takeover, permessage-deflate; unknown, permessage-deflate");
    QCOMPARE(readDeflateAnswer(offers, listOf("-")).outcome, Outcome::Agreed);
    QCOMPARE(readDeflateAnswer(offers, listOf("snct")).outcome, Outcome::Agreed);
    QCOMPARE(readDeflateAnswer(offers, listOf("cmwb=10")).outcome, Outcome::Failed);
    QCOMPARE(readDeflateAnswer(offers, parseExtensions("permessage-deflate, permessage-deflate")).outcome, Outcome::Failed);
}

void DeflateNegotiationTest::offers_data()
{
    QTest::addColumn<DeflateOffer>("offer");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << DeflateOffer() << QByteArray("permessage-deflate");
    QTest::newRow("as browsers do") << DeflateOffer{Yes, Yes, std::nullopt, 15} << QByteArray("permessage-deflate; client_max_window_bits");
    QTest::newRow("all") << DeflateOffer{No, No, 10, 12}
                         << QByteArray("permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
                                       "server_max_window_bits=10; client_max_window_bits=12");
}

void DeflateNegotiationTest::offers()
{
    QFETCH(DeflateOffer, offer);
    QFETCH(QByteArray, text);
    QCOMPARE(composeDeflateOffer(offer), text);
}

void DeflateNegotiationTest::bothEndsUnderstandEachOther()
{
    // Whatever is offered and wanted, the client reads out of the answer what the server meant.
    for (const auto serverTakeover : {Yes, No}) {
        for (const auto clientTakeover : {Yes, No}) {
            for (const std::optional<int> serverBits : {std::optional<int>(), std::optional(9), std::optional(15)}) {
                for (const std::optional<int> clientBits : {std::optional<int>(), std::optional(9), std::optional(15)}) {
                    const auto offered = parseExtensions(composeDeflateOffer({serverTakeover, clientTakeover, serverBits, clientBits}));
                    for (const DeflatePolicy &policy : {DeflatePolicy{}, DeflatePolicy{{No, 12}, {No, 11}}, DeflatePolicy{{Yes, 9}, {Yes, 9}}}) {
                        const DeflateNegotiation server = answerDeflate(offered, policy);
                        QCOMPARE(server.outcome, Outcome::Agreed);
                        const DeflateNegotiation client = acceptDeflateAnswer(offered, parseExtensions(server.answer));
                        QCOMPARE(client.outcome, Outcome::Agreed);
                        QCOMPARE(client.parameters, server.parameters);
                    }
                }
            }
        }
    }
}

QTEST_GUILESS_MAIN(DeflateNegotiationTest)
#include "tst_deflatenegotiation.moc"
