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
    connect(&m_hits, &SearchHits::changed, this, [this] {
        tellCount();
        Q_EMIT marksChanged();
        if (m_goesToFirst && m_hits.count() > 0)
            next();
    });
    connect(m_workspace, &Workspace::currentRecordChanged, this, &LogSearch::tellCount);
    connect(m_workspace, &Workspace::documentChanged, this, [this] { m_hits.setDocument(m_workspace->document()); });
    m_hits.setDocument(m_workspace->document());
}

void LogSearch::open()
{
    m_bar->open();
}

void LogSearch::search(const SearchTerm &term)
{
    QString problem;
    m_goesToFirst = false;
    m_hits.setTerm(term, &problem);
    m_bar->setProblem(problem);
    tellCount();
}

void LogSearch::next()
{
    if (!m_hits.isActive()) {
        open();
        return;
    }
    // Enter may come before the worker has found anything.
    m_goesToFirst = m_hits.count() == 0 && m_hits.isSearching();
    goTo(m_hits.next(m_workspace->currentRecord()));
}

void LogSearch::previous()
{
    if (m_hits.isActive())
        goTo(m_hits.previous(m_workspace->currentRecord()));
    else
        open();
}

void LogSearch::goTo(RecordId record)
{
    if (!record.isValid())
        return;
    Q_EMIT goingTo(record);
    m_workspace->selectRecord(record);
}

void LogSearch::tellCount()
{
    m_bar->setCount(m_hits.placeOf(m_workspace->currentRecord()), m_hits.count(), m_hits.isSearching());
}

} // namespace wsw::desktop
