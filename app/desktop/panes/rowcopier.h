#pragma once

#include "base/result.h"
#include "models/logrow.h"
#include <QList>
#include <QObject>

#include <atomic>
#include <memory>

class QItemSelection;

namespace wsw::desktop {

class FrameLogModel;
class Workspace;

/// Puts rows of the frame log into the clipboard as text. A worker reads them; a later copy() makes an earlier one void. GUI thread only.
class RowCopier final : public QObject
{
    Q_OBJECT
public:
    /// More rows than this are no text for a clipboard; the capture file is the way for more.
    static constexpr qsizetype maxRows = 100'000;

    RowCopier(Workspace *workspace, QObject *parent);
    ~RowCopier() override;

    /// Copies the first maxRows of @p selection. What cannot be copied is told by the workspace's notice().
    void copy(const FrameLogModel &log, const QItemSelection &selection, const QList<LogRow::Column> &columns);

private:
    void take(quint64 number, const Result<QString> &text, quint64 selected);

    Workspace *m_workspace;
    quint64 m_copies = 0;       ///< begun so far: only the latest may go to the clipboard
    std::shared_ptr<std::atomic_bool> m_cancelled;
};

} // namespace wsw::desktop
