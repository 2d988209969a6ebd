#include "wire/handshakevalues.h"

#include "support/testmain.h"

using namespace wsw::wire;

/// Each value beside the beginning of what is said about it; nothing where all is well.
class HandshakeValuesTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void targets_data();
    void targets();
    void hosts_data();
    void hosts();
    void origins_data();
    void origins();
    void subprotocols_data();
    void subprotocols();
};

namespace {

void columns()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("problem");
}

void row(const QByteArray &value, const char *problem = "")
{
    QTest::newRow(value.isEmpty() ? "(empty)" : value.constData()) << value << QString::fromLatin1(problem);
}

} // namespace

void HandshakeValuesTest::targets_data()
{
    columns();
    row("/");
    row("/chat?room=1&x=%20");
    row("//double");
    row("http://example.com");
    row("HTTPS://example.com:8443/chat");
    row("http://[::1]:80?x");
    row("*", "'*' does not begin with /");
    row("chat", "'chat' does not begin with /");
    row("example.com:80", "'example.com:80' does not begin with /");
    row("ws://example.com/", "'ws://example.com/' does not begin with /");
    row("http:/x", "'http:/x' does not begin with /");
    row("http:///x", "'http:///x' names no host");
    row("http://a b", "' ' cannot stand in 'a b'");
    row("/chat#", "'/chat#' has a fragment");
    row("http://example.com/#x", "'http://example.com/#x' has a fragment");
}

void HandshakeValuesTest::targets()
{
    QFETCH(QByteArray, value);
    QFETCH(QString, problem);
    QCOMPARE(targetProblem(value), problem);
}

void HandshakeValuesTest::hosts_data()
{
    columns();
    row("example.com");
    row("localhost:8765");
    row("127.0.0.1:1");
    row("under_score.example");
    row("xn--bcher-kva.example");
    row("[::1]");
    row("[fe80::1]:443");
    row("[::ffff:127.0.0.1]:80");
    row("example.com:");
    row("example.com:65535");
    row("", "it is empty");
    row(":80", "':80' has a port, but no name");
    row("example.com:65536", "the port of 'example.com:65536' is no number up to 65535");
    row("example.com:000080", "the port of 'example.com:000080' is no number up to 65535");
    row("example.com:8o", "the port of 'example.com:8o' is no number up to 65535");
    row("a, b", "' ' cannot stand in 'a, b'");
    row("user@example.com", "'@' cannot stand in 'user@example.com'");
    row("http://example.com", "the port of 'http://example.com' is no number up to 65535");
    row("example.com/", "'/' cannot stand in 'example.com/'");
    row("[::1", "'[::1' holds no IPv6 address in brackets");
    row("[]", "'[]' holds no IPv6 address in brackets");
    row("[example.com]", "'[example.com]' holds no IPv6 address in brackets");
    row("[::1]80", "'8' cannot stand in '[::1]80'");
    row("::1", "'::1' has a port, but no name");
    row("caf\xe9", "'\xe9' cannot stand in 'caf\xe9'");
}

void HandshakeValuesTest::hosts()
{
    QFETCH(QByteArray, value);
    QFETCH(QString, problem);
    QCOMPARE(hostProblem(value), problem);
}

void HandshakeValuesTest::origins_data()
{
    columns();
    row("null");
    row("https://example.com");
    row("http://localhost:8080");
    row("https://a.example https://b.example");
    row("chrome-extension://abcdefghijklmnop");
    row("file://");
    row("", "'' does not begin with a scheme and ://");
    row("NULL", "'NULL' does not begin with a scheme and ://");
    row("example.com", "'example.com' does not begin with a scheme and ://");
    row("://example.com", "'://example.com' does not begin with a scheme and ://");
    row("1http://example.com", "'1http://example.com' does not begin with a scheme and ://");
    row("https://example.com/", "'/' cannot stand in 'example.com/'");
    row("https://example.com:x", "the port of 'example.com:x' is no number up to 65535");
    row("https://a.example  https://b.example", "'' does not begin with a scheme and ://");
}

void HandshakeValuesTest::origins()
{
    QFETCH(QByteArray, value);
    QFETCH(QString, problem);
    QCOMPARE(originProblem(value), problem);
}

void HandshakeValuesTest::subprotocols_data()
{
    QTest::addColumn<QList<QByteArray>>("offered");
    QTest::addColumn<QString>("malformed");
    QTest::addColumn<QString>("repeated");
    using List = QList<QByteArray>;
    QTest::newRow("one") << List{"chat"} << QString() << QString();
    QTest::newRow("marks of a token") << List{"v2.chat+json", "a!#$%&'*-^_`|~"} << QString() << QString();
    QTest::newRow("none") << List{} << QStringLiteral("it names nothing") << QString();
    QTest::newRow("space") << List{"a", "b c"} << QStringLiteral("'b c' is no name") << QString();
    QTest::newRow("slash") << List{"a/b"} << QStringLiteral("'a/b' is no name") << QString();
    QTest::newRow("quoted") << List{"\"a\""} << QStringLiteral("'\"a\"' is no name") << QString();
    QTest::newRow("the first of two") << List{"(a", "b)"} << QStringLiteral("'(a' is no name") << QString();
    QTest::newRow("twice") << List{"a", "b", "a"} << QString() << QStringLiteral("'a' stands twice");
    QTest::newRow("another case is another name") << List{"a", "A"} << QString() << QString();
    QTest::newRow("both") << List{"a b", "a b"} << QStringLiteral("'a b' is no name") << QStringLiteral("'a b' stands twice");
}

void HandshakeValuesTest::subprotocols()
{
    using List = QList<QByteArray>;
    QFETCH(List, offered);
    QFETCH(QString, malformed);
    QFETCH(QString, repeated);
    const SubprotocolProblems problems = subprotocolProblems(offered);
    QCOMPARE(problems.malformed, malformed);
    QCOMPARE(problems.repeated, repeated);
}

QTEST_GUILESS_MAIN(HandshakeValuesTest)
#include "tst_handshakevalues.moc"
