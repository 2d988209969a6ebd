#include "documentactions.h"
#include "theme/theme.h"
#include "widgets/noticebar.h"
#include "workspace.h"

#include "recording.h"
#include "capture/faultyvfs.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"

#include <QApplication>
#include <QPushButton>
#include <QTest>

using namespace wsw;
using namespace wsw::desktop;

/// A disk that fills while recording, as the window tells it.
class TestFullDisk final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        test::useTestFolders("tst_fulldisk");
        Theme::instance().apply(SchemeChoice::Light);
    }
    void init() { test::failOnWarnings(); }
    void cleanup() { test::disarmFault(); }

    void theNoticeStaysUntilRecordingGoesOn()
    {
        Workspace workspace;
        QVERIFY(test::beginCapture(workspace).ok());
        QWidget window;
        NoticeBar notices(&window);
        DocumentActions actions(&workspace, &notices, &window);
        window.show();
        record(workspace, "a");
        QVERIFY(workspace.document()->flush().ok());

        test::armFault(1, test::Fault::DiskFull);
        record(workspace, "b");
        QTRY_COMPARE(notices.count(), 1);
        const QString said = notices.message();
        QVERIFY2(said.contains(QLatin1String("no space left")), qPrintable(said));
        // Tries that fail say nothing new, and nobody can send it out of sight.
        notices.dismiss();
        QTest::qWait(2'500); // one try at least
        QCOMPARE(notices.message(), said);
        QCOMPARE(workspace.document()->stored(), quint64(1));

        test::disarmFault();
        QTRY_VERIFY(notices.message().contains(QLatin1String("Recording goes on")));
        QCOMPARE(notices.count(), 1);
        QTRY_COMPARE(workspace.document()->stored(), quint64(2));
        workspace.document()->discard();
    }

    void anotherCaptureEndsIt()
    {
        Workspace workspace;
        QVERIFY(test::beginCapture(workspace).ok());
        QWidget window;
        NoticeBar notices(&window);
        DocumentActions actions(&workspace, &notices, &window);
        test::armFault(1, test::Fault::DiskFull);
        record(workspace, "a");
        QTRY_COMPARE(notices.count(), 1);
        test::disarmFault();
        QVERIFY(test::beginCapture(workspace).ok());
        QTRY_COMPARE(notices.count(), 0);
        workspace.document()->discard();
    }

private:
    static void record(Workspace &workspace, const QByteArray &text)
    {
        wire::TrafficRecord frame;
        frame.connection = ConnectionId(1);
        frame.header = wire::legalHeader(wire::Opcode::Text, wire::Fin::Yes, static_cast<quint64>(text.size()), Role::Server, {});
        frame.time = frame.firstByteTime = monotonicNow();
        frame.payload = text;
        workspace.document()->recorder().record(frame);
    }
};

int main(int argc, char *argv[])
{
    test::installFaultyVfs();
    QApplication application(argc, argv);
    TestFullDisk tests;
    return QTest::qExec(&tests, argc, argv);
}
#include "tst_fulldisk.moc"
