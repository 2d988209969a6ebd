#include "net/maskingkeys.h"
#include "support/testmain.h"

#include <QSet>
#include <QTest>

using namespace wsw;

class tst_MaskingKeys final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void differAndAreNeverZero();
};

void tst_MaskingKeys::differAndAreNeverZero()
{
    QSet<QByteArray> seen;
    constexpr int count = 10'000;
    for (int i = 0; i < count; ++i) {
        const wire::MaskingKey key = net::randomMaskingKey();
        QVERIFY(key != wire::MaskingKey{});
        seen.insert(QByteArray(reinterpret_cast<const char *>(key.data()), 4));
    }
    QVERIFY2(seen.size() > count - 10, "keys repeat"); // 10 000 of 4 000 000 000: a repeat or two may happen
}

QTEST_GUILESS_MAIN(tst_MaskingKeys)
#include "tst_maskingkeys.moc"
