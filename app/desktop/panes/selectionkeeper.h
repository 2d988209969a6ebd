#pragma once

#include "base/id.h"

#include <QList>
#include <QObject>

#include <utility>

class QItemSelectionModel;

namespace wsw::desktop {

class FrameLogModel;

/// Keeps what is selected in a log while rows take their places among others: as the first and the last record of each range, for moved row by
/// row it is as many indices as there are cells. What comes to stand between the two is selected with them. GUI thread only.
class SelectionKeeper final : public QObject
{
    Q_OBJECT
public:
    /// Both must outlive it.
    SelectionKeeper(const FrameLogModel *log, QItemSelectionModel *selection, QObject *parent);

private:
    void keep();
    void giveBack();

    const FrameLogModel *m_log;
    QItemSelectionModel *m_selection;
    QList<std::pair<RecordId, RecordId>> m_ranges;
};

} // namespace wsw::desktop
