#pragma once

#include "dialogs/exportdialog.h"
#include "exchange/importer.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <memory>

class QAction;

namespace wsw::desktop {

class FrameLogModel;
class NoticeBar;
class Workspace;

/// Export and Import, one at a time each, in a worker; notices say how it went.
class ExchangeActions final : public QObject
{
    Q_OBJECT
public:
    /// @p log: its filter and connections are offered as what to export.
    ExchangeActions(Workspace *workspace, NoticeBar *notices, const FrameLogModel *log, QWidget *window);

    [[nodiscard]] QAction *exportAction() const { return m_export; }
    [[nodiscard]] QAction *importAction() const { return m_import; }

    /// Exports the document that is shown; replaces @p path. exported() follows.
    void exportTo(const QString &path, exchange::ExportOptions options);
    /// Makes a capture beside @p path, of its name and a number where there is one already; imported() follows.
    void importPath(const QString &path);
    void importTo(const QString &from, const QString &to);

Q_SIGNALS:
    /// Empty: nothing takes time any more.
    void busyChanged(const QString &what);
    /// Not @p ok: a notice says why.
    void exported(bool ok);
    /// There is a new capture at @p path, to be opened.
    void imported(const QString &path);

private:
    /// One piece of work, looked at from both threads.
    struct Task
    {
        std::atomic_bool cancelled{false};
        std::atomic<int> percent{0};
        QString what;
    };
    [[nodiscard]] std::shared_ptr<Task> begin(const QString &what);
    void end();
    void showProgress();
    void chooseWhatToExport();
    void chooseFile(const exchange::ExportOptions &options);
    void chooseAndImport();
    void chooseWhereToImport(const QString &from);
    void onExported(const QString &path, const exchange::ExportOptions &options, const Result<exchange::ExportSummary> &done);
    void onImported(const QString &from, const QString &to, const Result<exchange::ImportSummary> &done);
    void update();

    Workspace *m_workspace;
    NoticeBar *m_notices;
    const FrameLogModel *m_log;
    QWidget *m_window;
    QAction *m_export;
    QAction *m_import;
    std::shared_ptr<Task> m_task;   ///< null: nothing runs
    QTimer m_progress;
    bool m_cancelOffered = false;
};

} // namespace wsw::desktop
