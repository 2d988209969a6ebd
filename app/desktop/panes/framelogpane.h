#pragma once

#include "base/id.h"
#include "models/filteruse.h"
#include "models/logrow.h"

#include <QAbstractItemView>
#include <QSet>
#include <QWidget>

#include <optional>
#include <utility>

class QLabel;
class QMenu;
class QTableView;

namespace wsw::session {
struct ConnectionStatus;
}

namespace wsw::desktop {

class FilterBar;
class FindBar;
class FrameLogModel;
class LogColumns;
class LogJump;
class LogSearch;
class RowCopier;
class SentWatch;
class Workspace;

/// What is remembered of a log beside its place: what it shows, and how.
struct LogPaneView
{
    QByteArray columns;     ///< as saveColumns()
    QString filter;
    bool isMessages = false;
};

/// The frame log with its filter bar. Selecting a row selects its record in the workspace, and the other way round; selecting an
/// endpoint or a connection there narrows the log to it, beside the filter that the user writes.
class FrameLogPane final : public QWidget
{
    Q_OBJECT
public:
    explicit FrameLogPane(Workspace *workspace, QWidget *parent = nullptr);

    [[nodiscard]] FrameLogModel *model() const { return m_model; }
    [[nodiscard]] QTableView *view() const { return m_view; }
    void focusFilter();
    /// As if the user had typed it.
    void takeFilter(const QString &filter, wsw::desktop::FilterUse use);
    /// Finds in payloads: opens the bar for it, goes to the next and the previous hit.
    [[nodiscard]] LogSearch *search() const { return m_search; }
    /// Selects the record and scrolls to it, without the filter or the pause that hide it. Returns false where there is no such record.
    bool goTo(RecordId record);
    /// Goes from the current record to the one that belongs to it.
    [[nodiscard]] LogJump *jump() const { return m_jump; }
    void setPaused(bool paused);
    void togglePaused();
    void setFollowing(bool on);
    /// A row stands for a message, not for a frame.
    void setMessages(bool on);
    [[nodiscard]] bool isMessages() const;
    /// The user sends something on @p connections, wants to see it go out, and is told where the log leaves it out.
    void expectSent(const QSet<wsw::ConnectionId> &connections);

    /// Shows frames of all endpoints from now on, whichever is selected, until the user asks for those of the selected one.
    void showAllEndpoints();
    [[nodiscard]] LogPaneView saveView() const;
    void restoreView(const LogPaneView &view);
    [[nodiscard]] QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &state);
    void fillColumnsMenu(QMenu *menu);

Q_SIGNALS:
    void messagesChanged(bool on);
    /// The menu of the selected rows is about to be shown: others may add to it.
    void rowMenuShown(QMenu *menu);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void setUpView();
    void setUpSearch();
    void repaintMarks();
    /// Takes away what keeps frames of @p connection out of the log.
    void showAll(ConnectionId connection);
    void showRow(int row, QAbstractItemView::ScrollHint hint);
    void tellBelow();
    void stayAtNewest();
    void onAdvanced();
    void onFilter(const QString &text);
    void onScrolled();
    /// Remembers what is in view, before all rows go.
    void keepPlace();
    /// Goes back there as far as its rows have come.
    void restorePlace();
    void onCurrentRow(int row);
    void onRecordSelected(RecordId record);
    void followSelection();
    void applyScope();
    /// Where the log shows another conversation, the inspector must not go on showing a frame of the one before.
    void letGoOfOthers();
    [[nodiscard]] QString selectedName() const;
    /// The connection that is selected, or none where it is all of the endpoint's.
    [[nodiscard]] ConnectionId chosenConnection() const;
    void onConnectionChanged(const session::ConnectionStatus &status);
    void updateNote();
    void widenNumber();
    void showRowMenu(const QPoint &at);

    Workspace *m_workspace;
    FrameLogModel *m_model;
    FilterBar *m_bar;
    QTableView *m_view;
    LogColumns *m_columns = nullptr;
    QLabel *m_note;             ///< over an empty table: why it is empty, and what to do
    RowCopier *m_copier;
    SentWatch *m_sent;
    FindBar *m_findBar;
    LogSearch *m_search;
    LogJump *m_jump;
    /// What was in view when hits were last marked, and how many of them.
    struct Marked
    {
        RecordId top;
        RecordId bottom;
        qsizetype hits = 0;
        friend bool operator==(const Marked &, const Marked &) = default;
    };
    Marked m_marked;
    std::pair<EndpointId, ConnectionId> m_scopeOf;  ///< what the log is narrowed to; without a connection: all of the endpoint's
    bool m_followsEndpoints = true; ///< whoever selects another endpoint wants to see that one's frames here
    bool m_isOtherScope = false;    ///< and what is selected has not been looked at since
    bool m_choosing = false;    ///< the selection changes because a row is chosen here
    bool m_showing = false;     ///< what is selected elsewhere, and not anything else
    bool m_scrolling = false;   ///< the scroll bar moves because rows have come
    bool m_clamped = false;     ///< as well: because the range has become smaller
    /// What was in view before all rows went, until it is there again or the user goes elsewhere.
    struct Place
    {
        RecordId record;
        int rowsAbove = 0;      ///< of those in view
    };
    std::optional<Place> m_place;
    RecordId m_goingTo;         ///< as soon as the filter's search tells whether there is a row for it
};

} // namespace wsw::desktop
