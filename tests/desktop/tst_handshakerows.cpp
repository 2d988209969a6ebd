#include "models/handshake.h"

#include "models/connectionfacts.h"
#include "support/testmain.h"
#include "wire/handshake.h"

#include <QJsonArray>

using namespace wsw;
using namespace wsw::desktop;
using lesson::Verdict;
using Kind = HandshakeRow::Kind;

class HandshakeRowsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void aLawfulHandshakeIsAllRight();
    void findingsStandBelowTheirLines();
    void noLineIsRightAboveAFinding();
    void aWrongAcceptValueIsShownUnequal();
    void extensionsAreTakenApart();
    void compressionIsSaidInWords();
    void aHeadThatCannotBeReadIsSaidSo();
    void tlsFactsAreInOrderAndFailedChecksAreWrong();
};

namespace {

wire::Head headOf(wire::Head::Kind kind, const QByteArray &bytes)
{
    wire::HeadParser parser(kind);
    parser.feed(bytes);
    if (parser.status() != wire::HeadStatus::Complete)
        qFatal("%s", qPrintable(parser.problem()));
    return parser.head();
}

Handshake lawful()
{
    wire::RequestOptions request;
    request.host = "localhost";
    request.key = "AAECAwQFBgcICQoLDA0ODw==";
    wire::ResponseOptions response;
    response.key = request.key;
    Handshake result;
    result.request = headOf(wire::Head::Kind::Request, wire::composeRequest(request));
    result.response = headOf(wire::Head::Kind::Response, wire::composeResponse(response));
    return result;
}

const HandshakeRow *rowNamed(const QList<HandshakeRow> &rows, const char *name)
{
    for (const HandshakeRow &row : rows) {
        if (row.name == QLatin1String(name))
            return &row;
    }
    return nullptr;
}

} // namespace

void HandshakeRowsTest::aLawfulHandshakeIsAllRight()
{
    const QList<HandshakeRow> rows = handshakeRows(lawful(), std::nullopt);
    for (const HandshakeRow &row : rows) {
        QVERIFY(row.kind != Kind::Finding);
        QVERIFY2(row.verdict == Verdict::Right || row.verdict == Verdict::Info, qPrintable(row.name));
    }
    QCOMPARE(rowNamed(rows, "server sent")->verdict, Verdict::Right);
    QVERIFY(rowNamed(rows, "server sent")->value.endsWith(QStringLiteral("   equal")));
}

void HandshakeRowsTest::findingsStandBelowTheirLines()
{
    Handshake handshake;
    handshake.request = headOf(wire::Head::Kind::Request, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                                          "Sec-WebSocket-Key: AAAA\r\nSec-WebSocket-Version: 8\r\n\r\n");
    const QList<HandshakeRow> rows = handshakeRows(handshake, std::nullopt);
    qsizetype found = 0;
    for (qsizetype i = 1; i < rows.size(); ++i) {
        if (rows.at(i).kind != Kind::Finding)
            continue;
        ++found;
        QCOMPARE(rows.at(i - 1).kind, Kind::Line);
        QCOMPARE(rows.at(i - 1).verdict, Verdict::Wrong);
        QCOMPARE(rows.at(i).verdict, Verdict::Wrong);
    }
    QCOMPARE(found, 2);
}

void HandshakeRowsTest::noLineIsRightAboveAFinding()
{
    // Key and Version are missing, Host is none, Upgrade is folded, and the answer is of an old HTTP.
    Handshake handshake;
    handshake.request = headOf(wire::Head::Kind::Request, "GET / HTTP/1.1\r\nHost: a b\r\nUpgrade:\r\n websocket\r\nConnection: Upgrade\r\n\r\n");
    handshake.response = headOf(wire::Head::Kind::Response, "HTTP/1.0 101 Switching Protocols\r\nUpgrade: websocket, h2c\r\nConnection: Upgrade\r\n\r\n");
    const QList<HandshakeRow> rows = handshakeRows(handshake, std::nullopt);
    int findings = 0;
    Verdict line = Verdict::Info;
    for (const HandshakeRow &row : rows) {
        if (row.kind == Kind::Line) {
            line = row.verdict;
            QCOMPARE(row.verdict, row.explanation.verdict);
        } else if (row.kind == Kind::Finding) {
            ++findings;
            QVERIFY2(line == Verdict::Unusual || line == Verdict::Wrong, qPrintable(row.name));
        }
    }
    QVERIFY(findings >= 6);
}

void HandshakeRowsTest::aWrongAcceptValueIsShownUnequal()
{
    Handshake handshake = lawful();
    handshake.response = headOf(wire::Head::Kind::Response, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                                            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    const QList<HandshakeRow> rows = handshakeRows(handshake, std::nullopt);
    QCOMPARE(rowNamed(rows, "server sent")->verdict, Verdict::Wrong);
    QVERIFY(rowNamed(rows, "server sent")->value.contains(QStringLiteral("not equal")));
    QCOMPARE(rowNamed(rows, "Sec-WebSocket-Accept")->verdict, Verdict::Wrong);
}

namespace {

Handshake withExtensions(const QByteArray &offer, const QByteArray &answer)
{
    wire::RequestOptions request;
    request.host = "localhost";
    request.key = "AAECAwQFBgcICQoLDA0ODw==";
    const auto add = [](QByteArray head, const QByteArray &extensions) {
        return extensions.isEmpty() ? head : head.insert(head.size() - 2, "Sec-WebSocket-Extensions: " + extensions + "\r\n");
    };
    wire::ResponseOptions response;
    response.key = request.key;
    Handshake result;
    result.request = headOf(wire::Head::Kind::Request, add(wire::composeRequest(request), offer));
    result.response = headOf(wire::Head::Kind::Response, add(wire::composeResponse(response), answer));
    return result;
}

} // namespace

void HandshakeRowsTest::extensionsAreTakenApart()
{
    const QList<HandshakeRow> rows = handshakeRows(
        withExtensions("permessage-deflate; client_max_window_bits", "permessage-deflate; server_max_window_bits=10"), std::nullopt);
    QList<HandshakeRow> parts;
    for (const HandshakeRow &row : rows) {
        if (row.kind == Kind::Part)
            parts.append(row);
    }
    QCOMPARE(parts.size(), 4);
    QCOMPARE(parts.at(0).name.trimmed(), QStringLiteral("permessage-deflate"));
    QCOMPARE(parts.at(1).name.trimmed(), QStringLiteral("client_max_window_bits"));
    QCOMPARE(parts.at(3).name.trimmed(), QStringLiteral("server_max_window_bits"));
    QCOMPARE(parts.at(3).value, QStringLiteral("10"));
    for (const HandshakeRow &part : parts) {
        QCOMPARE(part.verdict, Verdict::Right);
        QVERIFY(!part.explanation.text.isEmpty());
    }
}

void HandshakeRowsTest::compressionIsSaidInWords()
{
    const QList<HandshakeRow> agreed = handshakeRows(
        withExtensions("permessage-deflate; client_no_context_takeover", "permessage-deflate; server_max_window_bits=10"), std::nullopt);
    QCOMPARE(rowNamed(agreed, "server's messages")->value, QStringLiteral("each message may build on those before it"));
    QCOMPARE(rowNamed(agreed, "server looks back")->value, QStringLiteral("1 KiB (10 bits)"));
    QCOMPARE(rowNamed(agreed, "client's messages")->value, QStringLiteral("each message stands alone"));
    QCOMPARE(rowNamed(agreed, "client looks back")->value, QStringLiteral("32 KiB (15 bits)"));

    const QList<HandshakeRow> declined = handshakeRows(withExtensions("permessage-deflate", {}), std::nullopt);
    QVERIFY(rowNamed(declined, "offered")->value.contains(QStringLiteral("did not agree")));
    QVERIFY(!rowNamed(handshakeRows(lawful(), std::nullopt), "Compression (permessage-deflate)"));
}

void HandshakeRowsTest::aHeadThatCannotBeReadIsSaidSo()
{
    Handshake handshake = lawful();
    handshake.response.reset();
    handshake.responseProblem = QStringLiteral("The first line does not begin with HTTP/.");
    const QList<HandshakeRow> rows = handshakeRows(handshake, std::nullopt);
    const HandshakeRow *problem = rowNamed(rows, "Not an HTTP head");
    QVERIFY(problem);
    QCOMPARE(problem->verdict, Verdict::Wrong);
    QCOMPARE(problem->value, handshake.responseProblem);
}

void HandshakeRowsTest::tlsFactsAreInOrderAndFailedChecksAreWrong()
{
    capture::ConnectionInfo info;
    info.tls = {{QStringLiteral("cipher"), QStringLiteral("TLS_AES_256_GCM_SHA384")},
                {QStringLiteral("protocol"), QStringLiteral("TLS 1.3")},
                {QStringLiteral("errors"), QJsonArray{QStringLiteral("self-signed")}},
                {QStringLiteral("chain"), QJsonArray{QJsonObject{{QStringLiteral("issuer"), QStringLiteral("CA")},
                                                                 {QStringLiteral("subject"), QStringLiteral("localhost")}}}}};
    QStringList names;
    for (const ConnectionFact &fact : tlsFacts(info)) {
        names.append(fact.name + QLatin1Char('=') + fact.value);
        QCOMPARE(fact.verdict, fact.value == QStringLiteral("self-signed") ? Verdict::Wrong : Verdict::Info);
    }
    QCOMPARE(names, (QStringList{QStringLiteral("version=TLS 1.3"), QStringLiteral("cipher=TLS_AES_256_GCM_SHA384"),
                                 QStringLiteral("failed check=self-signed"), QStringLiteral("certificate, subject=localhost"),
                                 QStringLiteral("certificate, issuer=CA")}));
    QVERIFY(tlsFacts({}).isEmpty());

    info.phases = {{QStringLiteral("dns"), 120'000}, {QStringLiteral("tcp"), 46'000}};
    const QList<ConnectionFact> phases = phaseFacts(info);
    QCOMPARE(phases.size(), 3);
    QCOMPARE(phases.constLast().value, QStringLiteral("166 µs"));
}

QTEST_GUILESS_MAIN(HandshakeRowsTest)
#include "tst_handshakerows.moc"
