#include "models/messageloader.h"

#include "capture/database.h"
#include "models/messagetext.h"
#include "panes/inspectorpane.h"
#include "theme/theme.h"

#include "desktop/recording.h"
#include "desktop/workspaces.h"
#include "support/testmain.h"

#include <QLabel>
#include <QPlainTextEdit>

using namespace wsw;
using namespace wsw::desktop;
using wire::Fin;
using wire::Opcode;

namespace {

const ConnectionId us{1};
const ConnectionId others{2};
const MessageId message{7};
/// Larger than half a block: each such frame gets a block of its own.
constexpr qsizetype fragmentBytes = 200'000;

QByteArray fragment(char letter)
{
    return QByteArray(fragmentBytes, letter);
}

} // namespace

/// A message is put together from its frames, and never across a damaged part of the file.
class TestMessageLoader final : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_files = 0;

    struct Made
    {
        std::shared_ptr<capture::Document> document;
        QString path;
    };

    /// A text message of five fragments, records 1, 2, 3, 5 and 6, with another connection's frame at 4; @p damage is SQL.
    Made make(const char *damage)
    {
        QString path;
        {
            test::Recording recording;
            const auto say = [&](char letter, Opcode opcode, Fin fin) {
                recording.frame(us, Direction::Received, opcode, fragment(letter), 1000, fin, {}, 0, message);
            };
            say('a', Opcode::Text, Fin::No);
            say('b', Opcode::Continuation, Fin::No);
            say('c', Opcode::Continuation, Fin::No);
            recording.frame(others, Direction::Received, Opcode::Binary, fragment('x'));
            say('d', Opcode::Continuation, Fin::No);
            say('e', Opcode::Continuation, Fin::Yes);
            if (!recording.document()->stopRecording())
                qFatal("the recording could not be stopped");
            path = m_folder.filePath(QStringLiteral("%1.wscapture").arg(++m_files));
            if (!QFile::copy(recording.path(), path))
                qFatal("the recording could not be copied");
        }
        if (*damage != '\0') {
            auto database = capture::Database::open(path, capture::Database::Mode::Write);
            if (!database || !database->exec(damage))
                qFatal("the file could not be damaged");
        }
        auto opened = capture::Document::open(path);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        return {std::move(opened).value(), path};
    }

    LoadedMessage load(const capture::Document &document, quint64 id, quint64 most = 10'000'000)
    {
        const std::atomic_bool never = false;
        capture::RecordHeader frame;
        const auto done = document.scan(RecordId(id), RecordId(id), [&frame](const capture::RecordView &view) {
            frame = view.header;
            return true;
        });
        if (!done)
            qFatal("%s", qPrintable(done.error().message));
        const auto loaded = loadMessage(document, frame, most, never);
        if (!loaded)
            qFatal("%s", qPrintable(loaded.error().message));
        return *loaded;
    }

    static QByteArray damageOf(int first)
    {
        return "UPDATE block_data SET data = zeroblob(length(data)) WHERE first = " + QByteArray::number(first);
    }

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(SchemeChoice::Light); }

    void aSoundMessageIsWhole()
    {
        const auto made = make("");
        const LoadedMessage loaded = load(*made.document, 3);
        QVERIFY(loaded.isWhole());
        QCOMPARE(loaded.frames, 5);
        QCOMPARE(loaded.position, 2);
        QCOMPARE(loaded.bytes, fragment('a') + fragment('b') + fragment('c') + fragment('d') + fragment('e'));
        QCOMPARE(fragmentFacts(loaded), QStringLiteral("Fragment 3 of 5; the whole message stands below."));
    }

    void aLostFragmentInTheMiddleLeavesAGap()
    {
        const auto made = make(damageOf(2).constData());
        for (const quint64 from : {1, 3, 5, 6}) {
            const LoadedMessage loaded = load(*made.document, from);
            QVERIFY(!loaded.isWhole());
            QVERIFY(loaded.beginFound && loaded.endFound);
            QCOMPARE(loaded.gaps.size(), 1);
            const LoadedMessage::Gap &gap = loaded.gaps.constFirst();
            QCOMPARE(gap.at, fragmentBytes);
            QCOMPARE(gap.first, RecordId(2));
            QCOMPARE(gap.last, RecordId(2));
            QCOMPARE(gap.lostBytes, static_cast<quint64>(fragmentBytes) + 10); // an unmasked header with 64 bits of length
        }
        const LoadedMessage loaded = load(*made.document, 1);
        QVERIFY2(fragmentFacts(loaded).startsWith(QStringLiteral("Not the whole message")), qPrintable(fragmentFacts(loaded)));
        const QString body = messageBody(loaded, made.document->read(RecordId(1))->header);
        QVERIFY(body.contains(QStringLiteral("a\n\u26a0 200\u00a0010 bytes of the wire, headers included, are missing here: frame 2 in a damaged part of the file\nc")));
        QVERIFY(messageFacts(loaded, made.document->read(RecordId(1))->header).startsWith(QStringLiteral("800\u00a0000 bytes that can be read")));
    }

    void damageOfAnotherConnectionTakesNothing()
    {
        const auto made = make(damageOf(4).constData());
        const LoadedMessage loaded = load(*made.document, 1);
        QVERIFY(loaded.isWhole());
        QCOMPARE(loaded.bytes.size(), 5 * fragmentBytes);
    }

    void lostEndsAreTold()
    {
        auto made = make(damageOf(6).constData());
        LoadedMessage loaded = load(*made.document, 5);
        QVERIFY(!loaded.endFound && loaded.endDamaged && loaded.beginFound);
        QVERIFY(fragmentFacts(loaded).contains(QStringLiteral("the end of the message lies in a damaged part")));
        made = make(damageOf(1).constData());
        loaded = load(*made.document, 5);
        QVERIFY(!loaded.beginFound && loaded.beginDamaged && loaded.endFound);
        QVERIFY(fragmentFacts(loaded).contains(QStringLiteral("beginning lies in a damaged part")));
    }

    void aDamagedPieceOfALargePayloadIsMarked()
    {
        QString path;
        {
            test::Recording recording;
            recording.frame(us, Direction::Received, Opcode::Binary, QByteArray(3'500'000, 'p'));
            QVERIFY(recording.document()->stopRecording().ok());
            path = m_folder.filePath(QStringLiteral("large.wscapture"));
            QVERIFY(QFile::copy(recording.path(), path));
            auto database = capture::Database::open(path, capture::Database::Mode::Write);
            QVERIFY(database.ok());
            QVERIFY(database->exec("DELETE FROM payload_chunk WHERE offset = 1048576").ok());
        }
        const auto opened = capture::Document::open(path);
        QVERIFY(opened.ok());
        const LoadedMessage loaded = load(**opened, 1);
        QCOMPARE(loaded.totalBytes, quint64(3'500'000));
        QCOMPARE(loaded.gaps.size(), 1);
        QCOMPARE(loaded.gaps.constFirst().at, 1024 * 1024);
        QCOMPARE(loaded.lostPayload(), quint64(1024 * 1024));
        QCOMPARE(static_cast<quint64>(loaded.bytes.size()), loaded.totalBytes - loaded.lostPayload());
    }

    void theTabSaysWhatIsMissing()
    {
        const auto made = make(damageOf(3).constData());
        Workspace workspace;
        QVERIFY(test::openCapture(workspace, made.path).ok());
        InspectorPane pane(&workspace);
        pane.resize(480, 700);
        pane.show();
        pane.showTab(InspectorPane::Tab::Message);
        workspace.selectRecord(RecordId(2));
        auto *facts = pane.findChild<QLabel *>(QStringLiteral("messageFragments"));
        QTRY_VERIFY2(facts->text().startsWith(QStringLiteral("Not the whole message: a part of the message lies in a damaged part of the file")),
                     qPrintable(facts->text()));
        QVERIFY(facts->isVisible());
        const QString shown = pane.findChild<QPlainTextEdit *>(QStringLiteral("messageText"))->toPlainText();
        QVERIFY(shown.contains(QStringLiteral("are missing here: frame 3 in a damaged part of the file")));
        QVERIFY(!shown.contains(QStringLiteral("bd")));
    }
};

QTEST_MAIN(TestMessageLoader)
#include "tst_messageloader.moc"
