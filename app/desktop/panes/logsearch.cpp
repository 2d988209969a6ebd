#include "panes/logsearch.h"

#include "panes/findbar.h"
#include "workspace.h"

namespace wsw::desktop {

LogSearch::LogSearch(Workspace *workspace, const FrameLogModel *log, FindBar *bar, QObject *parent)
    : QObject(parent), m_workspace(workspace), m_bar(bar), m_hits(log)
{
    connect(m_bar, &FindBar::termChanged, this, &LogSearch::search);
    connect(m_bar, &FindBar::nextWanted, this, &LogSearch::next);
    connect(m_bar, &FindBar::previousWanted, this, &LogSearch::previous);
    connect(&m_hits, &SearchHits::changed, this, &LogSearch::marksChanged);
    for (const auto signal : {&SearchHits::changed, &SearchHits::progressed}) {
        connect(&m_hits, signal, this, [this] {
            tellCount();
            goOn();
        });
    }
    connect(m_workspace, &Workspace::currentRecordChanged, this, [this] {
        // Whoever goes somewhere else does not want to be taken away later.
        m_going = Going::Nowhere;
        tellCount();
    });
    connect(m_workspace, &Workspace::documentChanged, this, [this] {
        m_going = Going::Nowhere;
        m_hits.setDocument(m_workspace->document());
    });
    m_hits.setDocument(m_workspace->document());
}

LogSearch::~LogSearch()
{
    letGo();
}

void LogSearch::letGo()
{
    // Its marks go with the log; not those of another one.
    if (m_workspace->searchTerm() == m_term)
        m_workspace->setSearchTerm({});
    m_term = {};
}

void LogSearch::markAgain()
{
    if (m_hits.isActive())
        m_workspace->setSearchTerm(m_term);
}

void LogSearch::open()
{
    m_bar->open();
}

void LogSearch::search(const SearchTerm &term)
{
    QString problem;
    m_going = Going::Nowhere;
    const bool isReadable = m_hits.setTerm(term, &problem);
    m_term = isReadable ? term : SearchTerm();
    m_workspace->setSearchTerm(m_term);
    m_bar->setProblem(problem);
    tellCount();
}

void LogSearch::next()
{
    go(Going::Forth);
}

void LogSearch::previous()
{
    go(Going::Back);
}

void LogSearch::go(Going where)
{
    m_bar->tellNow();
    if (!m_hits.isActive()) {
        open();
        return;
    }
    m_going = where;
    goOn();
}

void LogSearch::goOn()
{
    if (m_going == Going::Nowhere)
        return;
    const RecordId from = m_workspace->currentRecord();
    const bool isForth = m_going == Going::Forth;
    // While the search goes on, what it finds ahead is next; what lies behind is the last one only when all are known.
    const RecordId to = !m_hits.isSearching() ? (isForth ? m_hits.next(from) : m_hits.previous(from)) : isForth ? m_hits.after(from) : RecordId();
    if (!to.isValid() && m_hits.isSearching())
        return;
    m_going = Going::Nowhere;
    if (to.isValid())
        Q_EMIT goingTo(to);
}

void LogSearch::tellCount()
{
    m_bar->setCount(m_hits.placeOf(m_workspace->currentRecord()), m_hits.count(), m_hits.isSearching());
}

} // namespace wsw::desktop
