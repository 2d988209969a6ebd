#pragma once

#include "base/result.h"
#include "documentworker.h"

#include <QDateTime>
#include <QFutureWatcher>
#include <QMap>
#include <QObject>
#include <QTimer>

#include <functional>

class QAction;
class QMenu;

namespace wsw::desktop {

class NoticeBar;
class Workspace;

/// New, Open, Recent and Save as, and what is offered of earlier runs. Whatever touches the disk runs in a worker; all else is told by
/// notices.
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

    /// Begins the first capture, then opens @p path where it is not empty; begun() follows.
    void begin(const QString &path = {});
    /// Opens the capture at @p path in this window; where endpoints run, a notice asks first whether they may be closed.
    void openPath(const QString &path);
    /// What is being opened or begun stays closed; everything goes on as it was.
    void cancelOpening();
    [[nodiscard]] bool isOpening() const { return !m_openingWhat.isEmpty(); }
    /// Saves the document as @p path, in a worker; saved() or a notice follows.
    void saveTo(const QString &path);
    [[nodiscard]] bool isSaving() const { return m_isSaving; }
    /// What an export or import is about, for busyChanged(); empty: it has ended.
    void setExchanging(const QString &what) { setBusy(Busy::Exchanging, what); }
    /// The same of what compacts and repairs.
    void setMaintaining(const QString &what) { setBusy(Busy::Maintaining, what); }
    /// Looks, in a worker, for captures that earlier runs left; offers those that were cut off, and deletes all but the last ten
    /// of those that have been offered or ended in order.
    void lookForEarlierRuns();
    /// The program ends in order: an automatic capture with frames is kept among the last ten, an empty one goes.
    void endOrderly();

Q_SIGNALS:
    /// The first capture is there, or a notice says why not.
    void begun();
    /// Empty: nothing takes time any more.
    void busyChanged(const QString &what);
    /// @p path was to be opened and is no capture, but can be imported.
    void importWanted(const QString &path);
    /// The capture at @p path cannot be opened, and the user wants what can be saved of it.
    void repairWanted(const QString &path);
    /// A copy has ended; not @p ok: a notice says why it failed.
    void saved(bool ok);

private:
    /// What may take time, each at most once at a time.
    enum class Busy : quint8 { Opening, Closing, Saving, Exchanging, Maintaining };
    /// An automatic capture, and when it was written to last.
    struct Unsaved
    {
        QString path;
        QDateTime moment;
    };

    void setBusy(Busy which, const QString &what);
    /// Waits for @p opened without holding anybody up; @p take gets what came of it unless it is cancelled or overtaken.
    void await(const QFuture<Result<SharedDocument>> &opened, const QString &what, std::function<void(const Result<SharedDocument> &)> take);
    void endOpening();
    void offerCancel();
    void newCapture();
    void takeNew(const Result<SharedDocument> &made);
    void takeOpened(const QString &path, const Result<SharedDocument> &opened);
    void askToShow(const QString &path, const SharedDocument &document, qsizetype running);
    void showOpened(const QString &path, const SharedDocument &document);
    /// @p document has given way to another one: kept among the unsaved ones, or gone where it is empty.
    void letGo(const SharedDocument &document);
    [[nodiscard]] bool isUnsaved(const QString &path) const;
    void forgetUnsaved(const QString &path);
    [[nodiscard]] qsizetype runningEndpoints() const;
    void chooseAndOpen();
    void chooseAndSave();
    void fillRecentMenu();
    void onSaved();
    void updateSaveAs();
    void onRecordingFailed(const Error &error);
    void endRecordingProblem();
    /// @p captures newest first, at least one.
    void offer(const QList<Unsaved> &captures);
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
    QList<Unsaved> m_unsaved;   ///< automatic captures of earlier runs, newest first
    QMap<Busy, QString> m_busy;
    quint64 m_openings = 0;     ///< asked for so far: only the last one is shown
    QString m_openingWhat;      ///< what is being opened or begun, in words
    QTimer m_retry;             ///< while the document cannot be written
    QString m_recordingProblem; ///< the notice that says so
    QTimer m_cancelOffer;       ///< a quick opening shows no notice
};

} // namespace wsw::desktop
