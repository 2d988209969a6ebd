#pragma once

#include "base/result.h"
#include "capture/compaction.h"
#include "capture/repair.h"

#include <QObject>

#include <memory>

class QAction;

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

class LongWork;
class NoticeBar;
class Workspace;
struct Notice;

/// Compact, Repair and the limit of size: what keeps captures of any size and age usable. One piece of work at a time, in a worker; notices
/// say how it went, and where the oldest frames of a capture are.
class MaintenanceActions final : public QObject
{
    Q_OBJECT
public:
    MaintenanceActions(Workspace *workspace, NoticeBar *notices, QWidget *window);

    [[nodiscard]] QAction *compactAction() const { return m_compact; }
    [[nodiscard]] QAction *repairAction() const { return m_repair; }
    [[nodiscard]] QAction *sizeLimitAction() const { return m_sizeLimit; }

    /// Compacts the document that is shown where it lies; compacted() follows. Not while it is recorded.
    void compactShown();
    /// Writes what the document holds at this moment into @p path, compacted; compacted() follows.
    void compactTo(const QString &path);
    /// Repairs into a capture beside @p path, of its name and a number where there is one already; repaired() follows.
    void repairPath(const QString &path);
    void repairTo(const QString &from, const QString &to);
    /// Posts what is wrong with the document that is shown; where it is damaged, with the offer to repair it.
    void post(const Error &error);
    /// From now on, and for every capture that is begun; 0: none.
    void setSizeLimit(qint64 bytes);

Q_SIGNALS:
    /// Empty: nothing takes time any more.
    void busyChanged(const QString &what);
    /// Not @p ok: a notice says why.
    void compacted(bool ok);
    /// There is a new capture at @p path; empty: a notice says why not.
    void repaired(const QString &path);
    /// The user wants to see the capture at @p path.
    void openWanted(const QString &path);

private:
    [[nodiscard]] bool isFree();
    void onDocumentChanged();
    void onArchived(const QString &archive, quint64 first, quint64 last);
    void onCompacted(const std::shared_ptr<capture::Document> &document, const QString &to, const Result<capture::CompactionReport> &done);
    void onRepaired(const QString &from, const QString &to, const Result<capture::RepairReport> &done);
    void chooseHowToCompact();
    void chooseWhereToCompact();
    void chooseWhatToRepair();
    void chooseWhereToRepair(const QString &from);
    void chooseSizeLimit();
    void update();

    Workspace *m_workspace;
    NoticeBar *m_notices;
    QWidget *m_window;
    LongWork *m_work;
    QAction *m_compact;
    QAction *m_repair;
    QAction *m_sizeLimit;
    QString m_archivedNotice;       ///< the last one, which the next replaces
};

} // namespace wsw::desktop
