#pragma once

#include "base/id.h"
#include "models/searchhits.h"

#include <QObject>

namespace wsw::desktop {

class FindBar;
class Workspace;

/// Finds in the payloads of what the frame log shows: the bar says what, the hits are marked, and one goes from one to the next.
/// GUI thread only.
class LogSearch final : public QObject
{
    Q_OBJECT
public:
    LogSearch(Workspace *workspace, const FrameLogModel *log, FindBar *bar, QObject *parent);

    [[nodiscard]] const SearchHits *hits() const { return &m_hits; }
    void open();
    void next();
    void previous();

Q_SIGNALS:
    /// Other rows than before are to be marked.
    void marksChanged();
    /// A hit that is to be seen; it is the workspace's current record afterwards.
    void goingTo(wsw::RecordId record);

private:
    void search(const SearchTerm &term);
    void goTo(RecordId record);
    void tellCount();

    Workspace *m_workspace;
    FindBar *m_bar;
    SearchHits m_hits;
    bool m_goesToFirst = false;     ///< the first hit from where one is, as soon as there is one
};

} // namespace wsw::desktop
