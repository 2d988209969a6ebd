#include "exchangeactions.h"

#include "capture/document.h"
#include "lesson/report.h"
#include "longwork.h"
#include "models/framelogmodel.h"
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

ExchangeActions::ExchangeActions(Workspace *workspace, NoticeBar *notices, std::function<const FrameLogModel *()> log, QWidget *window)
    : QObject(window), m_workspace(workspace), m_notices(notices), m_log(std::move(log)), m_window(window), m_work(new LongWork(workspace, notices, this)),
      m_export(new QAction(tr("Export…"), this)), m_import(new QAction(tr("Import…"), this))
{
    m_export->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_E));
    m_import->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_I));
    connect(m_export, &QAction::triggered, this, &ExchangeActions::chooseWhatToExport);
    connect(m_import, &QAction::triggered, this, &ExchangeActions::chooseAndImport);
    connect(m_workspace, &Workspace::documentChanged, this, &ExchangeActions::update);
    connect(m_work, &LongWork::busyChanged, this, [this](const QString &what) {
        update();
        Q_EMIT busyChanged(what);
    });
    update();
}

void ExchangeActions::update()
{
    m_export->setEnabled(m_workspace->document() && !m_work->isRunning());
    m_import->setEnabled(!m_work->isRunning());
}

void ExchangeActions::chooseWhatToExport()
{
    auto *dialog = new ExportDialog({m_log()->filter(), m_log()->connections()}, m_window);
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
    if (!document || m_work->isRunning())
        return;
    // A name that was typed says more than the list it was typed under.
    options.format = exchange::formatOfFile(path).value_or(options.format);
    options.explain = lesson::reportNotes(*document);
    m_work->run(
        tr("Exporting %1…").arg(fileName(path)),
        [document, path, options](const LongWork::Progress &progress) {
            return exchange::exportToFile(*document, path, exchange::Overwrite::Yes, options, progress);
        },
        [this, path, options](const Result<exchange::ExportSummary> &done) { onExported(path, options, done); });
}

void ExchangeActions::onExported(const QString &path, const exchange::ExportOptions &options, const Result<exchange::ExportSummary> &done)
{
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
    if (m_work->isRunning()) {
        m_notices->post({NoticeKind::Info, tr("%1 is not done yet.").arg(m_work->what()), tr("Import when it is."), {}, {}});
        return;
    }
    m_work->run(
        tr("Importing %1…").arg(fileName(from)),
        [from, to](const LongWork::Progress &progress) { return exchange::importFile(from, to, exchange::Overwrite::Yes, progress); },
        [this, from, to](const Result<exchange::ImportSummary> &done) { onImported(from, to, done); });
}

void ExchangeActions::onImported(const QString &from, const QString &to, const Result<exchange::ImportSummary> &done)
{
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
