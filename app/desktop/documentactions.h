#pragma once

#include "base/result.h"

#include <QFutureWatcher>
#include <QObject>

#include <memory>

namespace wsw::capture {
class Document;
}
class QAction;
class QMenu;

namespace wsw::desktop {

class NoticeBar;
class Workspace;

/// New, Open, Recent and Save as, and what is offered of earlier runs. Saving runs in a worker; everything else tells by notices.
class DocumentActions final : public QObject
{
    Q_OBJECT
public:
    DocumentActions(Workspace *workspace, NoticeBar *notices, QWidget *window);
    ~DocumentActions() override;

    [[nodiscard]] QAction *newAction() const { return m_new; }
    [[nodiscard]] QAction *openAction() const { return m_open; }
    [[nodiscard]] QAction *saveAsAction() const { return m_saveAs; }
    [[nodiscard]] QMenu *recentMenu() const { return m_recent; }

    /// Opens the capture at @p path in this window; where endpoints run, a notice asks first whether they may be closed.
    void openPath(const QString &path);
    /// Saves the document as @p path, in a worker; saved() or a notice follows.
    void saveTo(const QString &path);
    [[nodiscard]] bool isSaving() const { return m_isSaving; }
    /// Looks, in a worker, for captures that earlier runs left; offers those that were cut off, and deletes all but the last ten
    /// of those that have been offered or ended in order.
    void lookForEarlierRuns();
    /// The program ends in order: an automatic capture with frames is kept among the last ten, an empty one goes.
    void endOrderly();

Q_SIGNALS:
    /// Empty: nothing takes time any more.
    void busyChanged(const QString &what);
    /// A copy has ended; not @p ok: a notice says why it failed.
    void saved(bool ok);

private:
    void newCapture();
    void openNow(const QString &path);
    /// @p document has given way to another one: kept among the unsaved ones, or gone where it is empty.
    void letGo(const std::shared_ptr<capture::Document> &document);
    [[nodiscard]] qsizetype runningEndpoints() const;
    void chooseAndOpen();
    void chooseAndSave();
    void fillRecentMenu();
    void onSaved();
    void updateSaveAs();
    void onRecordingFailed(const Error &error);
    /// @p paths newest first, at least one.
    void offer(const QStringList &paths);
    void discard(const QStringList &paths);

    Workspace *m_workspace;
    NoticeBar *m_notices;
    QWidget *m_window;
    QAction *m_new;
    QAction *m_open;
    QAction *m_saveAs;
    QMenu *m_recent;
    QFutureWatcher<Result<>> m_saving;
    QString m_savingPath;
    bool m_isSaving = false;    ///< until saved() is told: the worker itself may have ended a moment before
    QStringList m_unsaved;  ///< automatic captures of earlier runs, newest first
};

} // namespace wsw::desktop
