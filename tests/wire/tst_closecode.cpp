#include "wire/closecode.h"

#include "support/testmain.h"

using namespace wsw::wire;

class CloseCodeTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { wsw::test::failOnWarnings(); }
    void classOfCode_data();
    void classOfCode();
    void codeOfAPayload();
    void registryIsInOrder();
    void everyCodeHasAName();
};

void CloseCodeTest::classOfCode_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<CloseCodeClass>("expected");
    QTest::addColumn<QString>("name");
    const auto row = [](int code, CloseCodeClass expected, const char *name) {
        QTest::addRow("%d", code) << code << expected << QString::fromLatin1(name);
    };
    row(0, CloseCodeClass::OutOfRange, "out of range");
    row(999, CloseCodeClass::OutOfRange, "out of range");
    row(1000, CloseCodeClass::Registered, "Normal Closure");
    row(1001, CloseCodeClass::Registered, "Going Away");
    row(1002, CloseCodeClass::Registered, "Protocol error");
    row(1003, CloseCodeClass::Registered, "Unsupported Data");
    row(1004, CloseCodeClass::NeverSent, "Reserved");
    row(1005, CloseCodeClass::NeverSent, "No Status Rcvd");
    row(1006, CloseCodeClass::NeverSent, "Abnormal Closure");
    row(1007, CloseCodeClass::Registered, "Invalid frame payload data");
    row(1008, CloseCodeClass::Registered, "Policy Violation");
    row(1009, CloseCodeClass::Registered, "Message Too Big");
    row(1010, CloseCodeClass::Registered, "Mandatory Ext.");
    row(1011, CloseCodeClass::Registered, "Internal Error");
    row(1012, CloseCodeClass::Registered, "Service Restart");
    row(1013, CloseCodeClass::Registered, "Try Again Later");
    row(1014, CloseCodeClass::Registered, "Bad Gateway");
    row(1015, CloseCodeClass::NeverSent, "TLS handshake");
    row(1016, CloseCodeClass::Unassigned, "unassigned");
    row(2999, CloseCodeClass::Unassigned, "unassigned");
    row(3000, CloseCodeClass::Library, "library");
    row(3999, CloseCodeClass::Library, "library");
    row(4000, CloseCodeClass::Private, "private use");
    row(4999, CloseCodeClass::Private, "private use");
    row(5000, CloseCodeClass::OutOfRange, "out of range");
    row(65535, CloseCodeClass::OutOfRange, "out of range");
}

void CloseCodeTest::classOfCode()
{
    QFETCH(int, code);
    QFETCH(CloseCodeClass, expected);
    QFETCH(QString, name);
    QCOMPARE(closeCodeClass(static_cast<quint16>(code)), expected);
    const bool sendable = expected == CloseCodeClass::Registered || expected == CloseCodeClass::Library || expected == CloseCodeClass::Private;
    QCOMPARE(maySendCloseCode(static_cast<quint16>(code)), sendable);
    QCOMPARE(closeCodeName(static_cast<quint16>(code)), name);
}

void CloseCodeTest::codeOfAPayload()
{
    QCOMPARE(closeCodeIn({}), std::nullopt);
    QCOMPARE(closeCodeIn("\x03"), std::nullopt);
    QCOMPARE(closeCodeIn("\x03\xe8"), std::optional<quint16>(1000));
    QCOMPARE(closeCodeIn("\x0f\xa1" "bye"), std::optional<quint16>(4001));
}

void CloseCodeTest::registryIsInOrder()
{
    quint16 due = 1000;
    for (const CloseCodeInfo &info : registeredCloseCodes()) {
        QCOMPARE(info.code, due++);
        QVERIFY(*info.reference != '\0');
    }
    QCOMPARE(due, quint16{1016});
}

void CloseCodeTest::everyCodeHasAName()
{
    for (int code = 0; code <= 0xffff; ++code) {
        if (closeCodeName(static_cast<quint16>(code)).isEmpty())
            QFAIL(qPrintable(QStringLiteral("%1 has no name").arg(code)));
    }
}

QTEST_GUILESS_MAIN(CloseCodeTest)
#include "tst_closecode.moc"
