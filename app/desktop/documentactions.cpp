#include "documentactions.h"

#include "capture/document.h"
#include "exchange/importer.h"
#include "scans.h"
#include "settings.h"
#include "theme/theme.h"
#include "widgets/noticebar.h"
#include "workspace.h"

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QStandardPaths>
#include <QtConcurrent>

#include <algorithm>

namespace wsw::desktop {

namespace {

/// Automatic captures that are kept after a run that ended in order or not.
constexpr qsizetype keptAutomatic = 10;

const QString &suffix()
{
    static const QString text = QStringLiteral(".wscapture");
    return text;
}

QString fileFilter()
{
    return DocumentActions::tr("WebSocket captures (*%1)").arg(suffix());
}

/// An opening that takes longer than this, in ms, says so and offers to cancel.
constexpr int quickOpeningMs = 300;
constexpr int retryIntervalMs = 2'000;

QString momentText(const QDateTime &moment)
{
    return QLocale().toString(moment, QLocale::ShortFormat);
}

/// Where the last capture was saved, else among the user's documents; of today.
QString suggestedPlace()
{
    const QStringList recent = settings::recentCaptures();
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    const QDir folder = !recent.isEmpty() ? QFileInfo(recent.constFirst()).absoluteDir() : QFileInfo(documents).isDir() ? QDir(documents) : QDir::home();
    return folder.filePath(DocumentActions::tr("capture %1").arg(QDate::currentDate().toString(Qt::ISODate)) + suffix());
}

Result<> deleteAutomatic(const QString &path)
{
    auto document = capture::Document::open(path);
    if (!document)
        return document.error();
    document.value()->discard();
    return {};
}

/// Deletes automatic captures beyond the newest ones, oldest first and only those that the user @p knows of, and returns the
/// others, each with the moment of its last change; for a worker.
QList<std::pair<QString, QDateTime>> pruneEarlierRuns(const QStringList &knows)
{
    QStringList paths = capture::Document::recoverable();
    for (qsizetype i = paths.size() - 1; i >= 0 && paths.size() > keptAutomatic; --i) {
        if (!knows.contains(paths.at(i)))
            continue;
        // One that cannot be opened stays on disk: it is not ours to judge.
        const auto gone = deleteAutomatic(paths.takeAt(i));
        Q_UNUSED(gone.ok())
    }
    QList<std::pair<QString, QDateTime>> captures;
    for (const QString &path : std::as_const(paths))
        captures.append({path, QFileInfo(path).lastModified()});
    return captures;
}

/// For a worker: what could not be deleted, and why.
QList<std::pair<QString, Result<>>> deleteAll(const QStringList &paths)
{
    QList<std::pair<QString, Result<>>> done;
    for (const QString &path : paths)
        done.append({path, deleteAutomatic(path)});
    return done;
}

} // namespace

DocumentActions::DocumentActions(Workspace *workspace, NoticeBar *notices, QWidget *window)
    : QObject(window), m_workspace(workspace), m_notices(notices), m_window(window),
      m_new(new QAction(Theme::instance().icon(QStringLiteral("new")), tr("New capture"), this)),
      m_open(new QAction(Theme::instance().icon(QStringLiteral("open")), tr("Open…"), this)),
      m_saveAs(new QAction(Theme::instance().icon(QStringLiteral("save")), tr("Save as…"), this)),
      m_recent(new QMenu(tr("Open recent"), window))
{
    m_new->setShortcut(QKeySequence::New);
    m_open->setShortcut(QKeySequence::Open);
    m_saveAs->setShortcuts({QKeySequence(Qt::CTRL | Qt::Key_S), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)});
    connect(m_new, &QAction::triggered, this, &DocumentActions::newCapture);
    connect(m_open, &QAction::triggered, this, &DocumentActions::chooseAndOpen);
    connect(m_saveAs, &QAction::triggered, this, &DocumentActions::chooseAndSave);
    connect(m_recent, &QMenu::aboutToShow, this, &DocumentActions::fillRecentMenu);
    connect(&m_saving, &QFutureWatcherBase::finished, this, &DocumentActions::onSaved);
    connect(m_workspace, &Workspace::recordingFailed, this, &DocumentActions::onRecordingFailed);
    connect(m_workspace, &Workspace::documentChanged, this, [this] {
        endRecordingProblem();
        updateSaveAs();
    });
    m_retry.setInterval(retryIntervalMs);
    connect(&m_retry, &QTimer::timeout, this, [this] { m_workspace->document()->retry(); });
    connect(m_workspace, &Workspace::recordingResumed, this, [this] {
        endRecordingProblem();
        m_notices->post({NoticeKind::Info, tr("Recording goes on; nothing that was stored is lost."), {}, {}, {}});
    });
    connect(m_workspace, &Workspace::closingChanged, this, [this](qsizetype endpoints) {
        setBusy(Busy::Closing, endpoints == 0 ? QString() : endpoints == 1 ? tr("closing 1 endpoint") : tr("closing %1 endpoints").arg(endpoints));
    });
    m_cancelOffer.setSingleShot(true);
    m_cancelOffer.setInterval(quickOpeningMs);
    connect(&m_cancelOffer, &QTimer::timeout, this, &DocumentActions::offerCancel);
    updateSaveAs();
}

DocumentActions::~DocumentActions()
{
    m_saving.waitForFinished();
}

void DocumentActions::setBusy(Busy which, const QString &what)
{
    if (what.isEmpty())
        m_busy.remove(which);
    else
        m_busy.insert(which, what);
    Q_EMIT busyChanged(m_busy.values().join(QStringLiteral(" · ")));
}

void DocumentActions::await(const QFuture<Result<SharedDocument>> &opened, const QString &what,
                            std::function<void(const Result<SharedDocument> &)> take)
{
    cancelOpening();
    m_openingWhat = what;
    m_cancelOffer.start();
    setBusy(Busy::Opening, what);
    QFuture<Result<SharedDocument>>(opened).then(this, [this, number = ++m_openings, take = std::move(take)](const Result<SharedDocument> &done) {
        if (number != m_openings)
            return;
        endOpening();
        take(done);
    });
}

void DocumentActions::cancelOpening()
{
    // The worker cannot be stopped; what it brings is not taken.
    ++m_openings;
    if (isOpening())
        endOpening();
}

void DocumentActions::endOpening()
{
    m_cancelOffer.stop();
    m_notices->retract(m_openingWhat);
    m_openingWhat.clear();
    setBusy(Busy::Opening, {});
}

void DocumentActions::offerCancel()
{
    Notice notice;
    notice.message = m_openingWhat;
    notice.remedy = tr("You can go on working meanwhile.");
    notice.actions.append({tr("Cancel"), [this] { cancelOpening(); }});
    m_notices->post(notice);
}

void DocumentActions::begin(const QString &path)
{
    await(documentworker::createAutomatic(), tr("Beginning a capture…"), [this, path](const Result<SharedDocument> &made) {
        if (made)
            m_workspace->show(*made);
        else
            m_notices->post(noticeOf(made.error()));
        Q_EMIT begun();
        if (!path.isEmpty())
            openPath(path);
    });
}

void DocumentActions::newCapture()
{
    await(documentworker::createAutomatic(), tr("Beginning a new capture…"), [this](const Result<SharedDocument> &made) { takeNew(made); });
}

void DocumentActions::takeNew(const Result<SharedDocument> &made)
{
    if (!made) {
        m_notices->post(noticeOf(made.error()));
        return;
    }
    const bool hadEndpoints = m_workspace->workbench() != nullptr && !m_workspace->endpoints().isEmpty();
    const auto old = m_workspace->document();
    m_workspace->show(*made);
    letGo(old);
    const bool isKept = old && isUnsaved(old->path());
    if (hadEndpoints || isKept) {
        m_notices->post({NoticeKind::Info,
                         hadEndpoints ? tr("A new capture has begun; the endpoints of the earlier one are closed.") : tr("A new capture has begun."),
                         isKept ? tr("The earlier frames are kept: see File, Open recent.") : QString(), {}, {}});
    }
}

void DocumentActions::chooseAndOpen()
{
    auto *dialog = new QFileDialog(m_window, tr("Open a capture"), {}, tr("Captures, packets and HAR (*%1 *.pcap *.pcapng *.cap *.har);;All files (*)").arg(suffix()));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &DocumentActions::openPath);
    dialog->open();
}

qsizetype DocumentActions::runningEndpoints() const
{
    if (m_workspace->workbench() == nullptr)
        return 0;
    const auto endpoints = m_workspace->endpoints();
    return std::count_if(endpoints.cbegin(), endpoints.cend(), [](const session::EndpointInfo &info) {
        return info.state != session::EndpointState::Closed && info.state != session::EndpointState::Failed;
    });
}

void DocumentActions::openPath(const QString &path)
{
    await(documentworker::open(path), tr("Opening %1…").arg(QFileInfo(path).fileName()),
          [this, path](const Result<SharedDocument> &opened) { takeOpened(path, opened); });
}

void DocumentActions::takeOpened(const QString &path, const Result<SharedDocument> &opened)
{
    if (!opened && opened.error().kind == ErrorKind::NotACapture && exchange::canImport(path)) {
        Q_EMIT importWanted(path);
        return;
    }
    if (!opened) {
        Notice notice = noticeOf(opened.error());
        const bool wasOne = opened.error().kind == ErrorKind::NotACapture && path.endsWith(QLatin1String(".wscapture"), Qt::CaseInsensitive);
        if (opened.error().kind == ErrorKind::Damaged || wasOne)
            notice.actions.append({tr("Repair"), [this, path] { Q_EMIT repairWanted(path); }});
        m_notices->post(notice);
        if (opened.error().kind == ErrorKind::NotFound) {
            settings::removeRecentCapture(path);
            forgetUnsaved(path);
        }
        return;
    }
    if (const qsizetype running = runningEndpoints(); running > 0)
        askToShow(path, *opened, running);
    else
        showOpened(path, *opened);
}

void DocumentActions::askToShow(const QString &path, const SharedDocument &document, qsizetype running)
{
    Notice notice;
    notice.message = tr("To open %1 the running endpoints must be closed.").arg(QFileInfo(path).fileName());
    notice.remedy = tr("What they have recorded is kept.");
    notice.actions.append({running == 1 ? tr("Open and close 1 endpoint") : tr("Open and close %1 endpoints").arg(running),
                           [this, path, document] { showOpened(path, document); }});
    m_notices->post(notice);
}

void DocumentActions::showOpened(const QString &path, const SharedDocument &document)
{
    const auto old = m_workspace->document();
    m_workspace->show(document);
    letGo(old);
    if (!document->isAutomatic())
        settings::addRecentCapture(path);
}

bool DocumentActions::isUnsaved(const QString &path) const
{
    return std::any_of(m_unsaved.cbegin(), m_unsaved.cend(), [&](const Unsaved &capture) { return capture.path == path; });
}

void DocumentActions::forgetUnsaved(const QString &path)
{
    m_unsaved.removeIf([&](const Unsaved &capture) { return capture.path == path; });
}

void DocumentActions::chooseAndSave()
{
    auto *dialog = new QFileDialog(m_window, tr("Save the capture as"), {}, fileFilter());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix().sliced(1));
    dialog->selectFile(suggestedPlace());
    connect(dialog, &QFileDialog::fileSelected, this, &DocumentActions::saveTo);
    dialog->open();
}

void DocumentActions::updateSaveAs()
{
    m_saveAs->setEnabled(m_workspace->document() && !isSaving());
}

void DocumentActions::saveTo(const QString &path)
{
    if (!m_workspace->document()) {
        m_notices->post({NoticeKind::Info, tr("There is no capture that could be saved."), tr("Begin a new capture first."), {}, {}});
        return;
    }
    if (isSaving()) {
        m_notices->post({NoticeKind::Info, tr("The capture is still being saved as %1.").arg(m_savingPath), tr("Wait until it is done."), {}, {}});
        return;
    }
    m_savingPath = path;
    m_isSaving = true;
    setBusy(Busy::Saving, tr("saving %1").arg(QFileInfo(path).fileName()));
    m_saving.setFuture(QtConcurrent::run(m_workspace->scans().pool(), [document = m_workspace->document(), path] { return document->saveAs(path); }));
    updateSaveAs();
}

void DocumentActions::onSaved()
{
    m_isSaving = false;
    updateSaveAs();
    setBusy(Busy::Saving, {});
    const Result<> done = m_saving.result();
    if (done) {
        settings::addRecentCapture(m_savingPath);
        m_notices->post({NoticeKind::Info, tr("Saved as %1.").arg(QFileInfo(m_savingPath).fileName()), {}, m_savingPath, {}});
    } else {
        Notice notice = noticeOf(done.error());
        notice.actions.append({tr("Save elsewhere…"), [this] { chooseAndSave(); }});
        m_notices->post(notice);
    }
    Q_EMIT saved(done.ok());
}

void DocumentActions::onRecordingFailed(const Error &error)
{
    // Nothing is read from the network until it works again: this must not go out of sight, and needs nobody who asks for it.
    Notice notice = noticeOf(error);
    notice.remedy += tr(" Nothing is read from the network until recording works again; it is tried every %1 s.").arg(retryIntervalMs / 1000);
    notice.actions.append({tr("Save elsewhere…"), [this] { chooseAndSave(); }});
    notice.lasting = true;
    m_recordingProblem = notice.message;
    m_notices->post(notice);
    m_retry.start();
}

void DocumentActions::endRecordingProblem()
{
    m_retry.stop();
    m_notices->retract(m_recordingProblem);
    m_recordingProblem.clear();
}

void DocumentActions::fillRecentMenu()
{
    m_recent->clear();
    for (const QString &path : settings::recentCaptures())
        m_recent->addAction(QFileInfo(path).fileName(), this, [this, path] { openPath(path); })->setToolTip(path);
    if (m_recent->isEmpty())
        m_recent->addAction(tr("Nothing saved or opened yet"))->setEnabled(false);
    if (m_unsaved.isEmpty())
        return;
    m_recent->addSection(tr("Never saved (the last %1 are kept)").arg(keptAutomatic));
    for (const Unsaved &capture : std::as_const(m_unsaved)) {
        m_recent->addAction(tr("Capture of %1").arg(momentText(capture.moment)), this, [this, path = capture.path] { openPath(path); })
            ->setToolTip(capture.path);
    }
}

void DocumentActions::lookForEarlierRuns()
{
    QtConcurrent::run(pruneEarlierRuns, settings::orderlyEnds()).then(this, [this](const QList<std::pair<QString, QDateTime>> &captures) {
        const QStringList orderly = settings::orderlyEnds();
        m_unsaved.clear();
        QList<Unsaved> cutOff;
        QStringList paths;
        for (const auto &[path, moment] : captures) {
            m_unsaved.append({path, moment});
            paths.append(path);
            if (!orderly.contains(path))
                cutOff.append({path, moment});
        }
        if (!cutOff.isEmpty())
            offer(cutOff);
        // The list holds only what still exists, and what has been offered once is not offered again.
        settings::setOrderlyEnds(paths);
    });
}

void DocumentActions::offer(const QList<Unsaved> &captures)
{
    const Unsaved &newest = captures.constFirst();
    const bool isOne = captures.size() == 1;
    QStringList paths;
    for (const Unsaved &capture : captures)
        paths.append(capture.path);
    const QString moment = momentText(newest.moment);
    Notice notice;
    notice.message = isOne ? tr("A capture of an earlier run was not saved (%1).").arg(moment)
                           : tr("%1 captures of earlier runs were not saved (the newest: %2).").arg(captures.size()).arg(moment);
    notice.remedy = isOne ? tr("It stays under File, Open recent.") : tr("They stay under File, Open recent.");
    notice.actions.append({isOne ? tr("Open") : tr("Open the newest"), [this, path = newest.path] { openPath(path); }});
    notice.actions.append({isOne ? tr("Discard") : tr("Discard all %1").arg(paths.size()), [this, paths] { discard(paths); }});
    m_notices->post(notice);
}

void DocumentActions::discard(const QStringList &paths)
{
    QtConcurrent::run(deleteAll, paths).then(this, [this](const QList<std::pair<QString, Result<>>> &done) {
        for (const auto &[path, gone] : done) {
            if (gone)
                forgetUnsaved(path);
            else
                m_notices->post(noticeOf(gone.error()));
        }
    });
}

void DocumentActions::endOrderly()
{
    letGo(m_workspace->document());
}

void DocumentActions::letGo(const SharedDocument &document)
{
    if (!document || !document->isAutomatic() || !document->isRecording())
        return;
    if (document->received() == 0) {
        document->discard();
        return;
    }
    QStringList paths = settings::orderlyEnds();
    paths.prepend(document->path());
    settings::setOrderlyEnds(paths);
    forgetUnsaved(document->path());
    m_unsaved.prepend({document->path(), QDateTime::currentDateTime()});
}

} // namespace wsw::desktop
