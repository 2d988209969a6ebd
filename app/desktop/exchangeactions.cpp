#include "exchangeactions.h"

#include "capture/document.h"
#include "lesson/report.h"
#include "models/framelogmodel.h"
#include "scans.h"
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

/// How often progress is shown; what ends sooner offers no cancel.
constexpr int progressMs = 300;

QString fileName(const QString &path) { return QFileInfo(path).fileName(); }

/// A capture beside @p from that does not exist yet.
QString freePlaceFor(const QString &from)
{
    const QDir folder = QFileInfo(from).absoluteDir();
    const QString name = QFileInfo(from).completeBaseName();
    QString place = folder.filePath(name + QStringLiteral(".wscapture"));
    for (int number = 2; QFileInfo::exists(place); ++number)
        place = folder.filePath(QStringLiteral("%1 %2.wscapture").arg(name).arg(number));
    return place;
}

QString sentences(const QStringList &notes, const QList<Error> &damage)
{
    QStringList all = notes;
    for (const Error &error : damage)
        all += error.message;
    return all.join(QLatin1Char('\n'));
}

QString suggestedName(const capture::Document &document, const exchange::FormatInfo &format)
{
    const QString name = document.isAutomatic() ? ExchangeActions::tr("capture") : QFileInfo(document.path()).completeBaseName();
    const QDir folder = document.isAutomatic() ? QDir::home() : QFileInfo(document.path()).absoluteDir();
    return folder.filePath(name + QLatin1Char('.') + QLatin1String(format.ending));
}

} // namespace

ExchangeActions::ExchangeActions(Workspace *workspace, NoticeBar *notices, const FrameLogModel *log, QWidget *window)
    : QObject(window), m_workspace(workspace), m_notices(notices), m_log(log), m_window(window),
      m_export(new QAction(tr("Export…"), this)), m_import(new QAction(tr("Import…"), this))
{
    m_export->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_E));
    m_import->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_I));
    connect(m_export, &QAction::triggered, this, &ExchangeActions::chooseWhatToExport);
    connect(m_import, &QAction::triggered, this, &ExchangeActions::chooseAndImport);
    connect(m_workspace, &Workspace::documentChanged, this, &ExchangeActions::update);
    m_progress.setInterval(progressMs);
    connect(&m_progress, &QTimer::timeout, this, &ExchangeActions::showProgress);
    update();
}

std::shared_ptr<ExchangeActions::Task> ExchangeActions::begin(const QString &what)
{
    m_task = std::make_shared<Task>();
    m_task->what = what;
    m_cancelOffered = false;
    m_progress.start();
    update();
    Q_EMIT busyChanged(what);
    return m_task;
}

void ExchangeActions::end()
{
    m_progress.stop();
    m_notices->retract(m_task->what);
    m_task.reset();
    update();
    Q_EMIT busyChanged({});
}

void ExchangeActions::showProgress()
{
    Q_EMIT busyChanged(tr("%1 %2 %").arg(m_task->what).arg(m_task->percent.load()));
    if (std::exchange(m_cancelOffered, true))
        return;
    Notice notice;
    notice.message = m_task->what;
    notice.remedy = tr("You can go on working meanwhile.");
    notice.actions.append({tr("Cancel"), [task = m_task] { task->cancelled = true; }});
    m_notices->post(notice);
}

void ExchangeActions::update()
{
    m_export->setEnabled(m_workspace->document() && !m_task);
    m_import->setEnabled(!m_task);
}

void ExchangeActions::chooseWhatToExport()
{
    auto *dialog = new ExportDialog({m_log->filter(), m_log->connections()}, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { chooseFile(dialog->options()); });
    dialog->open();
}

void ExchangeActions::chooseFile(const exchange::ExportOptions &options)
{
    if (!m_workspace->document())
        return;
    const exchange::FormatInfo &format = exchange::formatInfo(options.format);
    const QString ending = QLatin1String(format.ending);
    auto *dialog = new QFileDialog(m_window, tr("Export as"), {}, QStringLiteral("%1 (*.%2)").arg(QLatin1String(format.name), ending));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(ending);
    dialog->selectFile(suggestedName(*m_workspace->document(), format));
    connect(dialog, &QFileDialog::fileSelected, this, [this, options](const QString &path) { exportTo(path, options); });
    dialog->open();
}

void ExchangeActions::exportTo(const QString &path, exchange::ExportOptions options)
{
    const SharedDocument document = m_workspace->document();
    if (!document || m_task)
        return;
    // A name that was typed says more than the list it was typed under.
    options.format = exchange::formatOfFile(path).value_or(options.format);
    options.explain = lesson::reportNotes(*document);
    m_workspace->scans().run(
        this,
        [document, path, options, task = begin(tr("Exporting %1…").arg(fileName(path)))](const std::atomic_bool &cancelled) {
            const exchange::Progress progress = [&](quint64 done, quint64 total) {
                task->percent = total == 0 ? 0 : static_cast<int>(done * 100 / total);
                return !cancelled && !task->cancelled;
            };
            return exchange::exportToFile(*document, path, exchange::Overwrite::Yes, options, progress);
        },
        [this, path, options](const Result<exchange::ExportSummary> &done) { onExported(path, options, done); });
}

void ExchangeActions::onExported(const QString &path, const exchange::ExportOptions &options, const Result<exchange::ExportSummary> &done)
{
    end();
    if (!done) {
        Notice notice = noticeOf(done.error());
        if (done.error().kind != ErrorKind::Cancelled)
            notice.actions.append({tr("Export elsewhere…"), [this, options] { chooseFile(options); }});
        m_notices->post(notice);
    } else {
        QString remedy;
        if (options.secrets == exchange::Secrets::Masked && done->masked > 0)
            remedy = done->masked == 1 ? tr("1 secret is masked.") : tr("%1 secrets are masked.").arg(QLocale().toString(done->masked));
        m_notices->post({done->damage.isEmpty() ? NoticeKind::Info : NoticeKind::Problem,
                         done->written == 1 ? tr("1 record is exported as %1.").arg(fileName(path))
                                            : tr("%1 records are exported as %2.").arg(QLocale().toString(done->written), fileName(path)),
                         remedy, sentences(QStringList{QDir::toNativeSeparators(path)} + done->notes, done->damage), {}});
    }
    Q_EMIT exported(done.ok());
}

void ExchangeActions::chooseAndImport()
{
    auto *dialog = new QFileDialog(m_window, tr("Import"), {}, tr("Packets and HAR (*.pcap *.pcapng *.cap *.har);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &ExchangeActions::importPath);
    dialog->open();
}

void ExchangeActions::chooseWhereToImport(const QString &from)
{
    auto *dialog = new QFileDialog(m_window, tr("Keep what is imported as"), {}, tr("WebSocket captures (*.wscapture)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("wscapture"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, from](const QString &to) { importTo(from, to); });
    dialog->open();
}

void ExchangeActions::importPath(const QString &path)
{
    importTo(path, freePlaceFor(path));
}

void ExchangeActions::importTo(const QString &from, const QString &to)
{
    if (m_task) {
        m_notices->post({NoticeKind::Info, tr("%1 is not done yet.").arg(m_task->what), tr("Import when it is."), {}, {}});
        return;
    }
    m_workspace->scans().run(
        this,
        [from, to, task = begin(tr("Importing %1…").arg(fileName(from)))](const std::atomic_bool &cancelled) {
            const exchange::Progress progress = [&](quint64 done, quint64 total) {
                task->percent = total == 0 ? 0 : static_cast<int>(done * 100 / total);
                return !cancelled && !task->cancelled;
            };
            return exchange::importFile(from, to, exchange::Overwrite::Yes, progress);
        },
        [this, from, to](const Result<exchange::ImportSummary> &done) { onImported(from, to, done); });
}

void ExchangeActions::onImported(const QString &from, const QString &to, const Result<exchange::ImportSummary> &done)
{
    end();
    if (!done) {
        Notice notice = noticeOf(done.error());
        if (done.error().kind == ErrorKind::Permission || done.error().kind == ErrorKind::Io || done.error().kind == ErrorKind::DiskFull)
            notice.actions.append({tr("Keep it elsewhere…"), [this, from] { chooseWhereToImport(from); }});
        m_notices->post(notice);
        return;
    }
    Notice notice;
    notice.kind = done->damage.isEmpty() ? NoticeKind::Info : NoticeKind::Problem;
    notice.message = done->connections == 1 ? tr("1 connection is imported from %1.").arg(fileName(from))
                                            : tr("%1 connections are imported from %2.").arg(QLocale().toString(done->connections), fileName(from));
    notice.remedy = tr("They are kept as %1.").arg(fileName(to));
    notice.detail = sentences(QStringList{QDir::toNativeSeparators(to)} + done->notes, done->damage);
    m_notices->post(notice);
    Q_EMIT imported(to);
}

} // namespace wsw::desktop
