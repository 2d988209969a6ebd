#include "maintenanceactions.h"

#include "capture/document.h"
#include "dialogs/sizelimitdialog.h"
#include "longwork.h"
#include "settings.h"
#include "theme/theme.h"
#include "widgets/noticebar.h"
#include "workspace.h"

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>

namespace wsw::desktop {

namespace {

QString fileName(const QString &path) { return QFileInfo(path).fileName(); }

QString captureFilter() { return MaintenanceActions::tr("WebSocket captures (*.wscapture)"); }

/// "talk repaired.wscapture" beside @p path, of a file that does not exist yet.
QString freePlaceFor(const QString &path, const QString &what)
{
    const QDir folder = QFileInfo(path).absoluteDir();
    const QString name = QFileInfo(path).completeBaseName() + QLatin1Char(' ') + what;
    QString place = folder.filePath(name + QStringLiteral(".wscapture"));
    for (int number = 2; QFileInfo::exists(place); ++number)
        place = folder.filePath(QStringLiteral("%1 %2.wscapture").arg(name).arg(number));
    return place;
}

QFileDialog *saveDialog(QWidget *window, const QString &title, const QString &suggestion)
{
    auto *dialog = new QFileDialog(window, title, {}, captureFilter());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("wscapture"));
    dialog->selectFile(suggestion);
    return dialog;
}

} // namespace

MaintenanceActions::MaintenanceActions(Workspace *workspace, NoticeBar *notices, QWidget *window)
    : QObject(window), m_workspace(workspace), m_notices(notices), m_window(window),
      m_work(new LongWork(workspace, notices, this)), m_compact(new QAction(tr("Compact…"), this)),
      m_repair(new QAction(tr("Repair a capture…"), this)), m_sizeLimit(new QAction(tr("Size limit…"), this))
{
    m_compact->setToolTip(tr("Writes the capture anew, as small as it can be"));
    m_repair->setToolTip(tr("Saves what can be read of a damaged capture into a new one"));
    m_sizeLimit->setToolTip(tr("How large the file of a capture may become before its oldest frames go to an archive"));
    connect(m_compact, &QAction::triggered, this, &MaintenanceActions::chooseHowToCompact);
    connect(m_repair, &QAction::triggered, this, &MaintenanceActions::chooseWhatToRepair);
    connect(m_sizeLimit, &QAction::triggered, this, &MaintenanceActions::chooseSizeLimit);
    connect(m_workspace, &Workspace::documentChanged, this, &MaintenanceActions::onDocumentChanged);
    connect(m_work, &LongWork::busyChanged, this, [this](const QString &what) {
        update();
        Q_EMIT busyChanged(what);
    });
    onDocumentChanged();
}

bool MaintenanceActions::isFree()
{
    if (!m_work->isRunning())
        return true;
    m_notices->post({NoticeKind::Info, tr("%1 is not done yet.").arg(m_work->what()), tr("Try again when it is."), {}, {}});
    return false;
}

void MaintenanceActions::update()
{
    m_compact->setEnabled(m_workspace->document() && !m_work->isRunning());
    m_repair->setEnabled(!m_work->isRunning());
}

void MaintenanceActions::onDocumentChanged()
{
    update();
    m_archivedNotice.clear();
    const SharedDocument document = m_workspace->document();
    if (!document)
        return;
    connect(document.get(), &capture::Document::archived, this, &MaintenanceActions::onArchived);
    connect(document.get(), &capture::Document::archivingFailed, this, [this](const Error &error) {
        Notice notice = noticeOf(error);
        notice.message = tr("The oldest frames cannot be moved to an archive: %1").arg(error.message);
        notice.remedy = tr("Recording goes on, over the limit of size. %1").arg(error.remedy);
        m_notices->post(notice);
    });
    if (document->isRecording())
        document->setSizeLimit(settings::sizeLimit());
    const QStringList remarks = document->remarks();
    if (remarks.isEmpty())
        return;
    const QString message = remarks.size() == 1 ? remarks.first() : tr("The oldest frames of %1 are in archives beside it.").arg(fileName(document->path()));
    m_notices->post({NoticeKind::Info, message, tr("They are shown here as long as they lie there."),
                     remarks.size() == 1 ? QString() : remarks.join(QLatin1Char('\n')), {}});
}

void MaintenanceActions::onArchived(const QString &archive, quint64 first, quint64 last)
{
    const QLocale locale;
    m_notices->retract(std::exchange(m_archivedNotice, tr("The capture is over its limit of size: frames %1 to %2 are in %3 now.")
                                                            .arg(locale.toString(first), locale.toString(last), fileName(archive))));
    m_notices->post({NoticeKind::Info, m_archivedNotice, tr("The log shows them as before, as long as the archive lies beside the capture."),
                     QDir::toNativeSeparators(archive), {}});
}

void MaintenanceActions::post(const Error &error)
{
    Notice notice = noticeOf(error);
    const SharedDocument document = m_workspace->document();
    if (error.kind == ErrorKind::Damaged && document && !document->isRecording() && !document->isRepaired()) {
        notice.remedy = tr("Repair saves all others into a new capture; this one stays as it is.");
        notice.actions.append({tr("Repair"), [this, path = document->path()] { repairPath(path); }});
    }
    m_notices->post(notice);
}

void MaintenanceActions::chooseHowToCompact()
{
    const SharedDocument document = m_workspace->document();
    if (!document || !isFree())
        return;
    if (!document->isRecording()) {
        compactShown();
        return;
    }
    Notice notice;
    notice.message = tr("A capture that is being recorded cannot be compacted where it lies.");
    notice.remedy = tr("What it holds at this moment can be written, compacted, under another name.");
    notice.actions.append({tr("Write a compacted copy…"), [this] { chooseWhereToCompact(); }});
    m_notices->post(notice);
}

void MaintenanceActions::chooseWhereToCompact()
{
    const SharedDocument document = m_workspace->document();
    if (!document)
        return;
    const QString suggestion = document->isAutomatic() ? QDir::home().filePath(tr("capture compact.wscapture")) : freePlaceFor(document->path(), tr("compact"));
    auto *dialog = saveDialog(m_window, tr("Write a compacted copy as"), suggestion);
    connect(dialog, &QFileDialog::fileSelected, this, &MaintenanceActions::compactTo);
    dialog->open();
}

void MaintenanceActions::compactShown()
{
    const SharedDocument document = m_workspace->document();
    if (!document || !isFree())
        return;
    m_work->run(
        tr("Compacting %1…").arg(fileName(document->path())), [document](const LongWork::Progress &progress) { return document->compact(progress); },
        [this, document](const Result<capture::CompactionReport> &done) { onCompacted(document, document->path(), done); });
}

void MaintenanceActions::compactTo(const QString &path)
{
    const SharedDocument document = m_workspace->document();
    if (!document || !isFree())
        return;
    if (QFileInfo(path) == QFileInfo(document->path())) {
        if (document->isRecording())
            m_notices->post({NoticeKind::Problem, tr("%1 is being recorded.").arg(fileName(path)), tr("Choose another name."), {}, {}});
        else
            compactShown();
        return;
    }
    m_work->run(
        tr("Compacting into %1…").arg(fileName(path)),
        [document, path](const LongWork::Progress &progress) { return capture::compactCapture(document->path(), path, progress); },
        [this, document, path](const Result<capture::CompactionReport> &done) { onCompacted(document, path, done); });
}

void MaintenanceActions::onCompacted(const SharedDocument &document, const QString &to, const Result<capture::CompactionReport> &done)
{
    if (!done && document == m_workspace->document()) {
        post(done.error());
    } else if (!done) {
        m_notices->post(noticeOf(done.error()));
    } else {
        const QLocale locale;
        m_notices->post({NoticeKind::Info,
                         tr("%1 is compacted: %2 before, %3 now.").arg(fileName(to), locale.formattedDataSize(done->bytesBefore, 1), locale.formattedDataSize(done->bytesAfter, 1)),
                         {}, done->words().join(QLatin1Char('\n')) + QLatin1Char('\n') + QDir::toNativeSeparators(to), {}});
    }
    Q_EMIT compacted(done.ok());
}

void MaintenanceActions::chooseWhatToRepair()
{
    auto *dialog = new QFileDialog(m_window, tr("Repair a capture"), {}, captureFilter() + tr(";;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &MaintenanceActions::repairPath);
    dialog->open();
}

void MaintenanceActions::chooseWhereToRepair(const QString &from)
{
    auto *dialog = saveDialog(m_window, tr("Keep what is saved as"), fileName(freePlaceFor(from, tr("repaired"))));
    connect(dialog, &QFileDialog::fileSelected, this, [this, from](const QString &to) { repairTo(from, to); });
    dialog->open();
}

void MaintenanceActions::repairPath(const QString &path)
{
    repairTo(path, freePlaceFor(path, tr("repaired")));
}

void MaintenanceActions::repairTo(const QString &from, const QString &to)
{
    if (!isFree())
        return;
    m_work->run(
        tr("Repairing %1…").arg(fileName(from)),
        [from, to](const LongWork::Progress &progress) { return capture::repairCapture(from, to, progress); },
        [this, from, to](const Result<capture::RepairReport> &done) { onRepaired(from, to, done); });
}

void MaintenanceActions::onRepaired(const QString &from, const QString &to, const Result<capture::RepairReport> &done)
{
    Notice notice;
    if (!done) {
        notice = noticeOf(done.error());
        if (done.error().kind == ErrorKind::Permission || done.error().kind == ErrorKind::Io || done.error().kind == ErrorKind::DiskFull)
            notice.actions.append({tr("Save it elsewhere…"), [this, from] { chooseWhereToRepair(from); }});
    } else {
        const QLocale locale;
        notice.kind = done->isWhole() ? NoticeKind::Info : NoticeKind::Problem;
        notice.message = done->isWhole() ? tr("All %1 frames of %2 are saved.").arg(locale.toString(done->saved), fileName(from))
                                         : tr("%1 frames of %2 are saved; %3 are lost.")
                                               .arg(locale.toString(done->saved), fileName(from), locale.toString(done->lostRecords));
        notice.remedy = tr("What is saved is in %1.").arg(fileName(to));
        notice.detail = done->words().join(QLatin1Char('\n')) + QLatin1Char('\n') + QDir::toNativeSeparators(to);
        notice.actions.append({tr("Open it"), [this, to] { Q_EMIT openWanted(to); }});
    }
    m_notices->post(notice);
    Q_EMIT repaired(done ? to : QString());
}

void MaintenanceActions::chooseSizeLimit()
{
    auto *dialog = new SizeLimitDialog(settings::sizeLimit(), m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { setSizeLimit(dialog->bytes()); });
    dialog->open();
}

void MaintenanceActions::setSizeLimit(qint64 bytes)
{
    settings::setSizeLimit(bytes);
    if (const SharedDocument document = m_workspace->document(); document && document->isRecording())
        document->setSizeLimit(bytes);
}

} // namespace wsw::desktop
