#include "panes/framelogpane.h"

#include "capture/document.h"
#include "models/counterpart.h"
#include "models/framelogmodel.h"
#include "panes/filterbar.h"
#include "panes/findbar.h"
#include "panes/framelogdelegate.h"
#include "panes/logcolumns.h"
#include "panes/logjump.h"
#include "panes/logsearch.h"
#include "panes/logviewswitch.h"
#include "panes/rowcopier.h"
#include "panes/rowfilters.h"
#include "panes/selectionkeeper.h"
#include "panes/sentwatch.h"
#include "theme/theme.h"
#include "widgets/filteredit.h"
#include "workspace.h"

#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace wsw::desktop {

FrameLogPane::FrameLogPane(Workspace *workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_model(new FrameLogModel(this)), m_bar(new FilterBar(this)),
      m_view(new QTableView(this)), m_note(new QLabel(m_view->viewport())), m_copier(new RowCopier(workspace, this)),
      m_sent(new SentWatch(workspace, m_model, this)), m_findBar(new FindBar(this)), m_search(new LogSearch(workspace, m_model, m_findBar, this)),
      m_jump(new LogJump(workspace, this))
{
    setObjectName(QStringLiteral("frameLogPane"));
    setRole(this, "panel");
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_bar);
    column->addWidget(m_findBar);
    column->addWidget(m_view, 1);
    setUpView();
    setUpSearch();

    setRole(m_note, "secondary");
    m_note->setAlignment(Qt::AlignCenter);
    m_note->setWordWrap(true);
    m_view->viewport()->installEventFilter(this);

    connect(m_bar, &FilterBar::filterChanged, this, &FrameLogPane::onFilter);
    connect(m_bar->edit(), &FilterEdit::problemChanged, this, &FrameLogPane::updateNote);
    connect(m_bar, &FilterBar::scopeToggled, this, &FrameLogPane::applyScope);
    connect(m_bar->views(), &LogViewSwitch::chosen, this, &FrameLogPane::setMessages);
    connect(m_bar, &FilterBar::pausedToggled, this, &FrameLogPane::setPaused);
    connect(m_bar, &FilterBar::followingToggled, this, &FrameLogPane::setFollowing);
    connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this, &FrameLogPane::keepPlace);
    connect(m_model, &FrameLogModel::advanced, this, &FrameLogPane::onAdvanced);
    connect(m_workspace, &Workspace::documentChanged, this, [this] {
        m_model->setDocument(m_workspace->document());
        m_place.reset();
        m_bar->setPaused(false);
        // A saved capture is read from its beginning.
        m_bar->setFollowing(m_workspace->document()->isRecording());
        updateNote();
    });
    connect(m_workspace, &Workspace::currentRecordChanged, this, [this](RecordId record) {
        m_goingTo = {}; // whoever goes elsewhere does not want to be taken there any more
        onRecordSelected(record);
    });
    connect(m_workspace, &Workspace::currentConnectionChanged, this, &FrameLogPane::followSelection);
    connect(m_workspace, &Workspace::currentEndpointChanged, this, &FrameLogPane::followSelection);
    connect(m_workspace, &Workspace::endpointChanged, this, &FrameLogPane::followSelection);
    connect(m_workspace, &Workspace::selectionConfirmed, this, [this] {
        if (!m_followsEndpoints)
            return;
        m_bar->turnScopeOn();
        applyScope();
    });
    connect(m_workspace, &Workspace::connectionChanged, this, &FrameLogPane::onConnectionChanged);
    connect(m_sent, &SentWatch::hiddenChanged, m_bar, &FilterBar::setHidesSent);
    connect(m_bar, &FilterBar::sentWanted, this, [this] { showAll(m_sent->connection()); });
    connect(&Theme::instance(), &Theme::changed, m_view->viewport(), qOverload<>(&QWidget::update));
    connect(m_model, &FrameLogModel::recolored, m_view->viewport(), qOverload<>(&QWidget::update));
    m_model->setColorRules(m_workspace->colorRules());
    if (m_workspace->document())
        m_model->setDocument(m_workspace->document());
    updateNote();
}

void FrameLogPane::setUpView()
{
    const Theme &theme = Theme::instance();
    m_view->setObjectName(QStringLiteral("frameLog"));
    m_view->setAccessibleName(tr("Frame log"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new FrameLogDelegate(m_search->hits(), m_view));
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->setCornerButtonEnabled(false);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);

    QHeaderView *rows = m_view->verticalHeader();
    rows->setSectionResizeMode(QHeaderView::Fixed);
    rows->setMinimumSectionSize(theme.scaled(metrics::row));
    rows->setDefaultSectionSize(theme.scaled(metrics::row));
    rows->hide();
    m_columns = new LogColumns(m_view);
    new SelectionKeeper(m_model, m_view->selectionModel(), m_view);

    auto *copy = new QAction(theme.icon(QStringLiteral("copy")), tr("Copy rows"), m_view);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    m_view->addAction(copy);
    // The table would go to the end of the row: here the end is the newest row.
    auto *end = new QAction(theme.icon(QStringLiteral("follow")), tr("Newest row"), m_view);
    end->setShortcut(QKeySequence(Qt::Key_End));
    end->setShortcutContext(Qt::WidgetShortcut);
    m_view->addAction(end);
    auto *unfold = new QAction(theme.icon(QStringLiteral("frames")), tr("Show its frames"), m_view);
    unfold->setShortcuts({QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)});
    unfold->setShortcutContext(Qt::WidgetShortcut);
    unfold->setEnabled(false);
    m_view->addAction(unfold);
    connect(this, &FrameLogPane::messagesChanged, unfold, &QAction::setEnabled);
    connect(unfold, &QAction::triggered, this, [this] { setMessages(false); });
    connect(end, &QAction::triggered, this, [this] {
        setFollowing(true);
        m_view->setCurrentIndex(m_model->index(m_model->rowCount() - 1, 0));
    });
    connect(copy, &QAction::triggered, m_copier, [this] { m_copier->copy(*m_model, m_view->selectionModel()->selection(), m_columns->shown()); });
    connect(m_view, &QWidget::customContextMenuRequested, this, &FrameLogPane::showRowMenu);
    QScrollBar *bar = m_view->verticalScrollBar();
    connect(bar, &QScrollBar::valueChanged, this, &FrameLogPane::onScrolled);
    // Where there are fewer rows than before, the bar moves by itself.
    connect(bar, &QScrollBar::rangeChanged, this, [this, bar](int lowest, int highest) { m_clamped = bar->value() < lowest || bar->value() > highest; });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) { onCurrentRow(current.row()); });
    // What is current already may not be what is selected: a frame of the message, or one that this log does not show.
    connect(m_view, &QTableView::pressed, this, [this](const QModelIndex &index) { onCurrentRow(index.row()); });
}

void FrameLogPane::setUpSearch()
{
    connect(m_search, &LogSearch::goingTo, this, [this](RecordId record) {
        m_bar->setFollowing(false);
        // By its row alone it would not be: that may be current already, while another frame of the message is selected.
        m_workspace->selectRecord(record);
        if (const auto row = m_model->rowOf(record))
            showRow(*row, QAbstractItemView::EnsureVisible);
    });
    connect(m_search, &LogSearch::marksChanged, this, &FrameLogPane::repaintMarks);
    connect(m_findBar, &FindBar::filterWanted, this, [this](const QString &term) {
        if (!isDemanded(term, m_bar->edit()->text().trimmed()))
            m_bar->edit()->addTerm(term);
    });
    connect(m_jump, &LogJump::found, this, &FrameLogPane::goTo);
    connect(m_findBar, &FindBar::closed, m_view, [this] { m_view->setFocus(Qt::OtherFocusReason); });
}

void FrameLogPane::repaintMarks()
{
    // Hits come by the thousand while a capture is searched: only those in view are worth a repaint.
    const int first = m_view->rowAt(0);
    const int last = m_view->rowAt(m_view->viewport()->height() - 1);
    const RecordId top = m_model->recordAt(first);
    const RecordId bottom = m_model->recordAt(last < 0 ? m_model->rowCount() - 1 : last);
    const qsizetype marked = top.isValid() ? m_search->hits()->countBetween(top, bottom) : 0;
    const Marked now{top, bottom, marked};
    // At the end of a live log a row may have been painted before its hit was known.
    if (std::exchange(m_marked, now) != now || (marked > 0 && last < 0) || m_bar->isFollowing())
        m_view->viewport()->update();
}

void FrameLogPane::showRow(int row, QAbstractItemView::ScrollHint hint)
{
    // Up or down only: whoever has scrolled sideways looks at some column.
    const int sideways = m_view->horizontalScrollBar()->value();
    const QModelIndex index = m_model->index(row, 0);
    // Not QAbstractItemView::setCurrentIndex(): with Ctrl held down, as for a shortcut, that would leave the selection where it was.
    m_view->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_view->scrollTo(index, hint);
    m_view->horizontalScrollBar()->setValue(sideways);
}

void FrameLogPane::focusFilter()
{
    m_bar->edit()->setFocus(Qt::ShortcutFocusReason);
    m_bar->edit()->selectAll();
}

bool FrameLogPane::goTo(RecordId record)
{
    const auto document = m_workspace->document();
    if (!document || !record.isValid() || record.value() > document->received())
        return false;
    // What was asked for goes before what was filtered or held back; whether it was, is known once the filter has been through.
    const bool isOpen = !m_model->rowOf(record) && m_model->isSearching();
    if (!isOpen && !m_model->rowOf(record)) {
        const auto wanted = document->peek(record, 0);
        showAll(wanted ? wanted->header.connection : ConnectionId());
        m_model->advance();
    }
    if (!isOpen && !m_model->rowOf(record) && m_model->isPaused())
        setPaused(false);
    m_bar->setFollowing(false);
    m_workspace->selectRecord(record);
    m_goingTo = isOpen ? record : RecordId();
    // A row that is still to come is selected and scrolled to by onAdvanced().
    if (const auto row = m_model->rowOf(record)) {
        showRow(*row, QAbstractItemView::PositionAtCenter);
        m_place.reset();
    }
    return true;
}

void FrameLogPane::showAll(ConnectionId connection)
{
    // As little as need be: what the selection narrows the log to stays where the connection belongs to it.
    const auto &shown = m_model->connections();
    if (shown && shown->contains(connection))
        m_bar->clearFilter();
    else
        m_bar->showEverything();
}

void FrameLogPane::setMessages(bool on)
{
    m_bar->views()->setMessages(on);
    m_model->setRows(on ? FrameLogModel::Rows::Messages : FrameLogModel::Rows::Frames);
    onRecordSelected(m_workspace->currentRecord());
    updateNote();
    Q_EMIT messagesChanged(on);
}

bool FrameLogPane::isMessages() const
{
    return m_model->rows() == FrameLogModel::Rows::Messages;
}

void FrameLogPane::setPaused(bool paused)
{
    m_bar->setPaused(paused);
    m_model->setPaused(paused);
    m_bar->setWaiting(m_model->pendingRows());
}

void FrameLogPane::togglePaused()
{
    setPaused(!m_model->isPaused());
}

void FrameLogPane::setFollowing(bool on)
{
    m_bar->setFollowing(on);
    if (on) {
        m_place.reset();
        const QScopedValueRollback guard(m_scrolling, true);
        m_view->scrollToBottom();
    }
    tellBelow();
}

void FrameLogPane::expectSent(const QSet<ConnectionId> &connections)
{
    setFollowing(true);
    m_sent->expect(connections);
}

void FrameLogPane::stayAtNewest()
{
    if (m_bar->isFollowing())
        setFollowing(true);
}

void FrameLogPane::tellBelow()
{
    const int last = m_view->rowAt(m_view->viewport()->height() - Theme::instance().scaled(metrics::row) / 2);
    m_bar->setBelow(last < 0 ? 0 : static_cast<quint64>(m_model->rowCount() - 1 - last));
}

void FrameLogPane::onAdvanced()
{
    widenNumber();
    updateNote();
    m_bar->setWaiting(m_model->pendingRows());
    // A record that was selected before its row came.
    if (!m_view->currentIndex().isValid() && m_model->rowOf(m_workspace->currentRecord())) {
        const QScopedValueRollback guard(m_scrolling, m_place || m_bar->isFollowing());
        onRecordSelected(m_workspace->currentRecord());
    }
    if (m_goingTo.isValid() && (m_model->rowOf(m_goingTo) || !m_model->isSearching()))
        goTo(std::exchange(m_goingTo, {}));
    letGoOfOthers();
    // Once a batch: scrolling is what costs, not inserting.
    if (m_bar->isFollowing()) {
        const QScopedValueRollback guard(m_scrolling, true);
        m_view->scrollToBottom();
    }
    tellBelow();
    restorePlace();
}

void FrameLogPane::keepPlace()
{
    if (m_bar->isFollowing() || m_place || m_model->rowCount() == 0)
        return;
    // What is selected, where it can be seen; else what is at the top.
    const int top = m_view->rowAt(0);
    const QModelIndex current = m_view->currentIndex();
    const bool isSeen = current.isValid() && m_view->viewport()->rect().intersects(m_view->visualRect(current));
    m_place = Place{m_model->recordAt(isSeen ? current.row() : top), isSeen ? current.row() - top : 0};
}

void FrameLogPane::restorePlace()
{
    const int rows = m_model->rowCount();
    if (!m_place || rows == 0)
        return;
    const int row = m_model->rowFrom(m_place->record);
    {
        const QScopedValueRollback guard(m_scrolling, true);
        m_view->doItemsLayout(); // the bar's range is that of all rows
        m_view->verticalScrollBar()->setValue(row - m_place->rowsAbove);
    }
    // A screen of what comes after it must be there, or all there is.
    const int screen = m_view->viewport()->height() / m_view->verticalHeader()->defaultSectionSize();
    if (!m_model->isSearching() || row + screen < rows)
        m_place.reset();
    tellBelow();
}

void FrameLogPane::onScrolled()
{
    const bool byItself = std::exchange(m_clamped, false) || m_model->rowCount() == 0;
    if (m_scrolling || byItself)
        return;
    m_place.reset();
    const QScrollBar *bar = m_view->verticalScrollBar();
    m_bar->setFollowing(bar->value() == bar->maximum());
    tellBelow();
}

void FrameLogPane::onFilter(const QString &text)
{
    const auto filter = capture::Filter::parse(text, nullptr);
    Q_ASSERT(filter); // the bar tells readable ones only
    if (filter && filter->text() != m_model->filter().text()) {
        m_sent->forget();
        m_model->setFilter(*filter);
        onRecordSelected(m_workspace->currentRecord());
        updateNote();
    }
}

void FrameLogPane::onCurrentRow(int row)
{
    if (const RecordId record = m_model->recordAt(row); record.isValid() && !m_showing) {
        const QScopedValueRollback guard(m_choosing, true);
        m_workspace->selectRecord(record);
    }
}

void FrameLogPane::onRecordSelected(RecordId record)
{
    // What the user does here, with Shift and Ctrl perhaps, the view does by itself.
    if (m_choosing)
        return;
    const auto row = m_model->rowOf(record);
    // The row may be that of the whole message: what is selected stays a frame of it.
    const QScopedValueRollback guard(m_showing, true);
    if (!row)
        m_view->clearSelection(); // another log or pane shows it: what is marked here is not what is selected
    else if (m_view->currentIndex().row() != *row || !m_view->selectionModel()->isRowSelected(*row))
        showRow(*row, QAbstractItemView::EnsureVisible);
}

void FrameLogPane::updateNote()
{
    const bool empty = m_model->rowCount() == 0;
    m_note->setVisible(empty);
    if (!empty)
        return;
    if (m_model->isSearching())
        m_note->setText(m_model->showsEverything() ? tr("Putting messages together…") : tr("Looking for frames that pass the filter…"));
    else if (m_model->isPaused())
        m_note->setText(m_model->showsEverything() ? tr("The view is paused.")
                                                   : tr("The view is paused; no frame from before the pause passes the filter."));
    else if (m_model->connections() && m_model->connections()->isEmpty() && !selectedName().isEmpty())
        m_note->setText(tr("No frame of %1 yet.").arg(selectedName()));
    else if (!m_model->showsEverything())
        m_note->setText(m_bar->edit()->text().trimmed().isEmpty() && !m_bar->hidesHeartbeats() && !selectedName().isEmpty()
                        ? tr("No frame of %1 yet.").arg(selectedName())
                        : m_bar->isReadable() ? tr("No frame passes the filter.")
                                              : tr("What is typed cannot be read as a filter yet.\nThe one before it is in force, and no frame passes that."));
    else
        m_note->setText(tr("No frame yet. Everything that crosses the wire is shown here, one row a frame.\nHost a server, connect to one, or start the demo."));
    m_note->setGeometry(m_view->viewport()->rect());
}

void FrameLogPane::widenNumber()
{
    const int rows = m_model->rowCount();
    if (rows > 0)
        m_columns->fitNumber(static_cast<int>(QString::number(m_model->recordAt(rows - 1).value()).size()));
}

void FrameLogPane::showRowMenu(const QPoint &at)
{
    const QModelIndex index = m_view->indexAt(at);
    if (!index.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(m_view->actions());
    if (const auto record = m_workspace->document()->peek(m_model->recordAt(index.row()))) {
        if (const auto counterpart = counterpartOf(*record))
            menu->addAction(Theme::instance().icon(QStringLiteral("follow")), goToText(*counterpart), m_jump, [this, id = record->header.id] {
                m_workspace->selectRecord(id);
                m_jump->toCounterpart(id);
            });
        menu->addSeparator();
        const RowOf row = isMessages() && beginsFragments(record->header) ? RowOf::Message : RowOf::Frame;
        addRowFilters(menu, *record, row, static_cast<LogRow::Column>(index.column()), m_bar->edit());
    }
    menu->addAction(tr("Show everything"), m_bar, &FilterBar::showEverything);
    Q_EMIT rowMenuShown(menu);
    menu->popup(m_view->viewport()->mapToGlobal(at));
}

void FrameLogPane::takeFilter(const QString &filter, FilterUse use)
{
    desktop::takeFilter(filter, use, m_bar->edit());
}

LogPaneView FrameLogPane::saveView() const
{
    return {saveColumns(), m_bar->edit()->text().trimmed(), isMessages()};
}

void FrameLogPane::restoreView(const LogPaneView &view)
{
    restoreColumns(view.columns);
    setMessages(view.isMessages);
    m_bar->edit()->setFilterText(view.filter);
}

QByteArray FrameLogPane::saveColumns() const
{
    return m_columns->save();
}

void FrameLogPane::restoreColumns(const QByteArray &state)
{
    m_columns->restore(state);
}

void FrameLogPane::fillColumnsMenu(QMenu *menu)
{
    m_columns->fillMenu(menu);
}

bool FrameLogPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view->viewport() && event->type() == QEvent::Resize) {
        m_note->setGeometry(m_view->viewport()->rect());
        m_columns->fit();
        tellBelow();
        // The newest row stays in view when the log becomes lower. Only after this has the scroll bar its new range.
        QMetaObject::invokeMethod(this, &FrameLogPane::stayAtNewest, Qt::QueuedConnection);
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace wsw::desktop
