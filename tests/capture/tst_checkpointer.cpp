#include "capture/packed.h"
#include "support/testmain.h"

#include "capture/checkpointer.h"
#include "capture/schema.h"

#include <QTemporaryDir>

#include <QTest>

using namespace wsw;
using namespace wsw::capture;

/// The log is copied into the file beside the writer.
class tst_Checkpointer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void copiesTheLog();
    void aFileThatIsNotThereIsNoHarm();
};

void tst_Checkpointer::copiesTheLog()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a"));
    auto database = Database::open(path, Database::Mode::Create);
    QVERIFY(createSchema(database.value(), {}).ok());
    Checkpointer checkpointer;
    checkpointer.wait();    // nothing under way
    for (qint64 count = 1; count < 4; ++count) {
        QVERIFY(database->exec("INSERT INTO tcp_sample VALUES(NULL, 1, 1, 1, 1, 1)").ok());
        checkpointer.start(path);
        checkpointer.wait();
        auto immutable = Database::open(path, Database::Mode::Immutable);   // which looks at no log
        QCOMPARE(*immutable->number("SELECT count(*) FROM tcp_sample"), count);
    }
}

void tst_Checkpointer::aFileThatIsNotThereIsNoHarm()
{
    Checkpointer checkpointer;
    checkpointer.start(QStringLiteral("/nowhere/at/all"));
    checkpointer.wait();
    checkpointer.start(QStringLiteral("/nowhere/at/all"));
    // and it may be destroyed while it works
}

QTEST_GUILESS_MAIN(tst_Checkpointer)
#include "tst_checkpointer.moc"
