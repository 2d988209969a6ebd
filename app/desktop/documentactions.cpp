#include "documentactions.h"

#include "capture/document.h"
#include "settings.h"
#include "theme/theme.h"
#include "widgets/noticebar.h"
#include "workspace.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
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

QString momentOf(const QString &path)
{
    return QLocale().toString(QFileInfo(path).lastModified(), QLocale::ShortFormat);
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
/// others; for a worker.
QStringList pruneEarlierRuns(const QStringList &knows)
{
    QStringList paths = capture::Document::recoverable();
    for (qsizetype i = paths.size() - 1; i >= 0 && paths.size() > keptAutomatic; --i) {
        if (!knows.contains(paths.at(i)))
            continue;
        // One that cannot be opened stays on disk: it is not ours to judge.
        const auto gone = deleteAutomatic(paths.takeAt(i));
        Q_UNUSED(gone.ok())
    }
    return paths;
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
    connect(m_workspace, &Workspace::documentChanged, this, &DocumentActions::updateSaveAs);
    connect(m_workspace, &Workspace::recordingResumed, this, [this] {
        m_notices->post({NoticeKind::Info, tr("Recording goes on; nothing that was stored is lost."), {}, {}, {}});
    });
    updateSaveAs();
}

DocumentActions::~DocumentActions()
{
    m_saving.waitForFinished();
}

void DocumentActions::newCapture()
{
    const bool hadEndpoints = m_workspace->workbench() != nullptr && !m_workspace->endpoints().isEmpty();
    const auto old = m_workspace->document();
    if (const auto done = m_workspace->newCapture(); !done) {
        m_notices->post(noticeOf(done.error()));
        return;
    }
    letGo(old);
    const bool isKept = old && m_unsaved.contains(old->path());
    if (hadEndpoints || isKept) {
        m_notices->post({NoticeKind::Info, tr("A new capture has begun; the endpoints of the earlier one are closed."),
                         isKept ? tr("Its frames are kept: see File, Open recent.") : QString(), {}, {}});
    }
}

void DocumentActions::chooseAndOpen()
{
    auto *dialog = new QFileDialog(m_window, tr("Open a capture"), {}, fileFilter());
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
    const qsizetype running = runningEndpoints();
    if (running == 0 || !QFileInfo::exists(path)) {
        openNow(path);
        return;
    }
    Notice notice;
    notice.message = tr("To open %1 the running endpoints must be closed.").arg(QFileInfo(path).fileName());
    notice.remedy = tr("What they have recorded is kept.");
    notice.actions.append({running == 1 ? tr("Open and close 1 endpoint") : tr("Open and close %1 endpoints").arg(running),
                           [this, path] { openNow(path); }});
    m_notices->post(notice);
}

void DocumentActions::openNow(const QString &path)
{
    const auto old = m_workspace->document();
    const auto opened = m_workspace->openCapture(path);
    if (!opened) {
        m_notices->post(noticeOf(opened.error()));
        if (opened.error().kind == ErrorKind::NotFound) {
            settings::removeRecentCapture(path);
            m_unsaved.removeAll(path);
        }
        return;
    }
    letGo(old);
    if (!m_workspace->document()->isAutomatic())
        settings::addRecentCapture(path);
}

void DocumentActions::chooseAndSave()
{
    auto *dialog = new QFileDialog(m_window, tr("Save the capture as"), {}, fileFilter());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix().sliced(1));
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
    Q_EMIT busyChanged(tr("saving %1").arg(QFileInfo(path).fileName()));
    m_saving.setFuture(QtConcurrent::run([document = m_workspace->document(), path] { return document->saveAs(path); }));
    updateSaveAs();
}

void DocumentActions::onSaved()
{
    m_isSaving = false;
    updateSaveAs();
    Q_EMIT busyChanged({});
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
    Notice notice = noticeOf(error);
    notice.actions.append({tr("Try again"), [this] { m_workspace->document()->retry(); }});
    m_notices->post(notice);
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
    for (const QString &path : std::as_const(m_unsaved))
        m_recent->addAction(tr("Capture of %1").arg(momentOf(path)), this, [this, path] { openPath(path); })->setToolTip(path);
}

void DocumentActions::lookForEarlierRuns()
{
    QtConcurrent::run(pruneEarlierRuns, settings::orderlyEnds()).then(this, [this](const QStringList &paths) {
        m_unsaved = paths;
        QStringList cutOff = paths;
        cutOff.removeIf([orderly = settings::orderlyEnds()](const QString &path) { return orderly.contains(path); });
        if (!cutOff.isEmpty())
            offer(cutOff);
        // The list holds only what still exists, and what has been offered once is not offered again.
        settings::setOrderlyEnds(paths);
    });
}

void DocumentActions::offer(const QStringList &paths)
{
    const QString newest = paths.constFirst();
    const bool isOne = paths.size() == 1;
    Notice notice;
    notice.message = isOne ? tr("A capture of an earlier run was not saved (%1).").arg(momentOf(newest))
                           : tr("%1 captures of earlier runs were not saved (the newest: %2).").arg(paths.size()).arg(momentOf(newest));
    notice.remedy = isOne ? tr("It stays under File, Open recent.") : tr("They stay under File, Open recent.");
    notice.actions.append({isOne ? tr("Open") : tr("Open the newest"), [this, newest] { openPath(newest); }});
    notice.actions.append({isOne ? tr("Discard") : tr("Discard all %1").arg(paths.size()), [this, paths] { discard(paths); }});
    m_notices->post(notice);
}

void DocumentActions::discard(const QStringList &paths)
{
    for (const QString &path : paths) {
        if (const auto gone = deleteAutomatic(path); !gone)
            m_notices->post(noticeOf(gone.error()));
        else
            m_unsaved.removeAll(path);
    }
}

void DocumentActions::endOrderly()
{
    letGo(m_workspace->document());
}

void DocumentActions::letGo(const std::shared_ptr<capture::Document> &document)
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
    m_unsaved.removeAll(document->path());
    m_unsaved.prepend(document->path());
}

} // namespace wsw::desktop
