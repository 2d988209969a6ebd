#pragma once

#include "dialogs/exportdialog.h"
#include "exchange/importer.h"

#include <QObject>

#include <functional>

class QAction;

namespace wsw::desktop {

class FrameLogModel;
class LongWork;
class NoticeBar;
class Workspace;

/// Export and Import, one at a time each, in a worker; notices say how it went.
class ExchangeActions final : public QObject
{
    Q_OBJECT
public:
    /// @p log: which log's filter and connections are offered as what to export.
    ExchangeActions(Workspace *workspace, NoticeBar *notices, std::function<const FrameLogModel *()> log, QWidget *window);

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
    void chooseWhatToExport();
    void chooseFile(const exchange::ExportOptions &options);
    void chooseAndImport();
    void chooseWhereToImport(const QString &from);
    void onExported(const QString &path, const exchange::ExportOptions &options, const Result<exchange::ExportSummary> &done);
    void onImported(const QString &from, const QString &to, const Result<exchange::ImportSummary> &done);
    void update();

    Workspace *m_workspace;
    NoticeBar *m_notices;
    std::function<const FrameLogModel *()> m_log;
    QWidget *m_window;
    LongWork *m_work;
    QAction *m_export;
    QAction *m_import;
};

} // namespace wsw::desktop
