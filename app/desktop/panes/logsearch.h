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
    ~LogSearch() override;

    [[nodiscard]] const SearchHits *hits() const { return &m_hits; }
    void open();
    /// Has what is searched for here marked in the other panes again, where another log has had its own marked there since.
    void markAgain();
    /// Takes its marks there away, for good.
    void letGo();
    void next();
    void previous();

Q_SIGNALS:
    /// Other rows than before may be marked.
    void marksChanged();
    /// A hit that is to be selected and seen.
    void goingTo(wsw::RecordId record);

private:
    enum class Going : quint8 { Nowhere, Forth, Back };

    void search(const SearchTerm &term);
    void go(Going where);
    /// Goes where the user wanted to go, as soon as it is known where that is.
    void goOn();
    void tellCount();

    Workspace *m_workspace;
    FindBar *m_bar;
    SearchHits m_hits;
    SearchTerm m_term;                  ///< as it was told to the workspace
    Going m_going = Going::Nowhere;     ///< wanted, but the search has not come so far
};

} // namespace wsw::desktop
