#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/block.h"
#include "capture/filterfield.h"

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// Names and literals of the filter language.
class tst_FilterField final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void literals_data();
    void literals();
    void namesAreFound();
    void similarNames();
    void everyNamedValueIsAccepted();
    void ofALostRecordOnlyNumberAndMarkAreKnown();
};

namespace {

constexpr qulonglong none = ~0ULL - 1;

} // namespace

void tst_FilterField::literals_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("literal");
    QTest::addColumn<qulonglong>("value");  // 2^64 - 2: none
    const auto row = [](FieldType type, const char *literal, qulonglong value) {
        QTest::addRow("%d %s", static_cast<int>(type), literal) << static_cast<int>(type) << QString::fromLatin1(literal) << value;
    };
    row(FieldType::Number, "18446744073709551615", ~0ULL);
    row(FieldType::Number, "18446744073709551616", none);
    row(FieldType::Number, "0x10", 16);
    row(FieldType::Number, "1.5", none);
    row(FieldType::Number, "-1", none);
    row(FieldType::Number, "", none);
    row(FieldType::Size, "5", 5);
    row(FieldType::Size, "1.5KiB", 1536);
    row(FieldType::Size, "2mib", 2 * 1024 * 1024);
    row(FieldType::Size, "3B", 3);
    row(FieldType::Size, "3KB", none);
    row(FieldType::Size, "KiB", none);
    row(FieldType::Size, "99999999999999999999GiB", none);
    row(FieldType::Duration, "1.5ms", 1'500'000);
    row(FieldType::Duration, "2S", 2'000'000'000);
    row(FieldType::Duration, "7ns", 7);
    row(FieldType::Duration, "7", none);
    row(FieldType::Percent, "50", 50);
    row(FieldType::Percent, "50%", 50);
    row(FieldType::Percent, "50B", none);
    row(FieldType::Key, "0000002a", 42);
    row(FieldType::Key, "2a", none);
    row(FieldType::Switch, "true", 1);
    row(FieldType::Switch, "2", none);
    row(FieldType::Opcode, "pong", 10);
    row(FieldType::Opcode, "15", 15);
    row(FieldType::Opcode, "16", none);
    row(FieldType::Direction, "1", none);
}

void tst_FilterField::literals()
{
    QFETCH(int, type);
    QFETCH(QString, literal);
    QFETCH(qulonglong, value);
    const auto number = fieldNumber(static_cast<FieldType>(type), literal);
    QCOMPARE(number.value_or(none), quint64{value});
}

void tst_FilterField::namesAreFound()
{
    for (const Field &field : filterFields())
        QCOMPARE(filterField(QString::fromLatin1(field.name)), &field);
    QVERIFY(!filterField(u"Opcode"));
    QVERIFY(!filterField(u""));
}

void tst_FilterField::similarNames()
{
    QCOMPARE(QLatin1String(similarField(u"opcodee")->name), QLatin1String("opcode"));
    QCOMPARE(QLatin1String(similarField(u"OPCODE")->name), QLatin1String("opcode"));
    QCOMPARE(QLatin1String(similarField(u"closecode")->name), QLatin1String("close.code"));
    QVERIFY(!similarField(u"zzzzzzzzzzzz"));
}

void tst_FilterField::everyNamedValueIsAccepted()
{
    for (const Field &field : filterFields()) {
        for (const QString &name : valueNames(field.type))
            QVERIFY2(fieldNumber(field.type, name).has_value(), qPrintable(name));
        QVERIFY(!expectedValues(field.type).isEmpty());
    }
}

void tst_FilterField::ofALostRecordOnlyNumberAndMarkAreKnown()
{
    const auto block = Block::lost(RecordId(7), 1, 1'000);
    const RecordView lost = block->view(RecordId(7));
    for (const Field &field : filterFields()) {
        const std::string_view name(field.name);
        if (field.value == nullptr || name == "kind")
            continue;
        QVERIFY2(field.value(lost).has_value() == (name == "number" || name == "marked"), field.name);
    }
}

QTEST_GUILESS_MAIN(tst_FilterField)
#include "tst_filterfield.moc"
