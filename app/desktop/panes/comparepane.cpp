#include "panes/comparepane.h"

#include "capture/document.h"
#include "models/comparemodel.h"
#include "models/connectionpair.h"
#include "panes/comparedelegate.h"
#include "theme/theme.h"
#include "widgets/filteredit.h"
#include "workspace.h"

#include <QComboBox>
#include <QHideEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTableView>
#include <QToolButton>

namespace wsw::desktop {

namespace {

constexpr int momentWidth = 176;
constexpr int narrowestChoice = 90;
/// So often the choices are filled anew while connections come: soon enough for a person.
constexpr int fillAfterMs = 100;

ConnectionId idOf(const QComboBox *box)
{
    return ConnectionId(box->currentData().toUInt());
}

} // namespace

ComparePane::ComparePane(Workspace *workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_model(new CompareModel(this)), m_left(makeChoice("besideLeft", tr("Connection at the left"))),
      m_right(makeChoice("besideRight", tr("Connection at the right"))), m_swap(new QToolButton(this)), m_filter(new FilterEdit(this)),
      m_problem(new QLabel(this)), m_view(new QTableView(this)), m_note(new QLabel(m_view->viewport()))
{
    setObjectName(QStringLiteral("comparePane"));
    setRole(this, "panel");
    m_swap->setObjectName(QStringLiteral("besideSwap"));
    m_swap->setIcon(Theme::instance().icon(QStringLiteral("repeat")));
    m_swap->setToolTip(tr("Change sides"));
    m_swap->setAccessibleName(m_swap->toolTip());
    m_filter->setObjectName(QStringLiteral("besideFilter"));
    m_problem->setObjectName(QStringLiteral("besideProblem"));
    setRole(m_problem, "problem");
    m_problem->setContentsMargins(metrics::space12, 0, metrics::space12, metrics::space4);
    m_problem->hide();
    auto *bar = new QFrame(this);
    setRole(bar, "bar");
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(metrics::space12, 3, metrics::space12, 3);
    row->setSpacing(metrics::space8);
    row->addWidget(m_left, 1);
    row->addWidget(m_swap);
    row->addWidget(m_right, 1);
    row->addWidget(m_filter, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar);
    column->addWidget(m_problem);
    column->addWidget(m_view, 1);
    setUpView();

    connect(m_left, &QComboBox::activated, this, &ComparePane::take);
    connect(m_right, &QComboBox::activated, this, &ComparePane::take);
    connect(m_swap, &QToolButton::clicked, this, &ComparePane::swap);
    connect(m_filter, &FilterEdit::filterTextChanged, this, &ComparePane::onFilter);
    connect(m_filter, &FilterEdit::problemChanged, this, [this](const QString &problem) {
        m_problem->setText(problem);
        m_problem->setVisible(!problem.isEmpty());
    });
    connect(m_model->log(), &FrameLogModel::advanced, this, &ComparePane::onAdvanced);
    connect(m_model, &QAbstractItemModel::modelReset, this, &ComparePane::updateNote);
    connect(m_workspace, &Workspace::documentChanged, this, &ComparePane::onDocument);
    connect(m_workspace, &Workspace::connectionChanged, this, [this](const session::ConnectionStatus &status) {
        if (!m_offered.contains(status.id))
            fillSoon();
    });
    connect(m_workspace, &Workspace::endpointRemoved, this, &ComparePane::fillSoon);
    m_fillSoon.setSingleShot(true);
    m_fillSoon.setInterval(fillAfterMs);
    connect(&m_fillSoon, &QTimer::timeout, this, [this] {
        if (isVisible())
            fill();
    });
    connect(m_workspace, &Workspace::currentRecordChanged, this, &ComparePane::onRecordSelected);
    connect(&Theme::instance(), &Theme::changed, m_view->viewport(), qOverload<>(&QWidget::update));
}

QComboBox *ComparePane::makeChoice(const char *name, const QString &what)
{
    auto *box = new QComboBox(this);
    box->setObjectName(QLatin1String(name));
    box->setAccessibleName(what);
    box->setToolTip(tr("%1: name and number in the capture").arg(what));
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumWidth(Theme::instance().scaled(narrowestChoice));
    return box;
}

void ComparePane::setUpView()
{
    m_view->setObjectName(QStringLiteral("compareView"));
    m_view->setAccessibleName(tr("Two connections on one time line"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new CompareDelegate(m_view));
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->setCornerButtonEnabled(false);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    QHeaderView *rows = m_view->verticalHeader();
    rows->setSectionResizeMode(QHeaderView::Fixed);
    rows->setMinimumSectionSize(CompareDelegate::rowHeight());
    rows->setDefaultSectionSize(CompareDelegate::rowHeight());
    rows->hide();
    QHeaderView *columns = m_view->horizontalHeader();
    columns->setHighlightSections(false);
    columns->setSectionsClickable(false);
    columns->setSectionResizeMode(CompareModel::Left, QHeaderView::Stretch);
    columns->setSectionResizeMode(CompareModel::Moment, QHeaderView::Fixed);
    columns->setSectionResizeMode(CompareModel::Right, QHeaderView::Stretch);
    columns->resizeSection(CompareModel::Moment, Theme::instance().scaled(momentWidth));
    columns->setFixedHeight(Theme::instance().scaled(metrics::row) + 2);
    setRole(m_note, "secondary");
    m_note->setAlignment(Qt::AlignCenter);
    m_note->setWordWrap(true);
    m_view->viewport()->installEventFilter(this);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &current) { onCurrentRow(current.row()); });
    connect(m_view, &QTableView::pressed, this, [this](const QModelIndex &index) { onCurrentRow(index.row()); });
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (!m_isScrolling && m_model->rowCount() > 0)
            m_isFollowing = value == m_view->verticalScrollBar()->maximum();
    });
}

void ComparePane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    onDocument();
}

void ComparePane::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    if (!event->spontaneous()) // not: the whole window has been made small
        m_model->log()->setDocument(nullptr);
}

void ComparePane::onDocument()
{
    if (!isVisible())
        return;
    if (m_model->log()->document() != m_workspace->document()) {
        m_isFollowing = m_workspace->document() && m_workspace->document()->isRecording();
        m_model->log()->setDocument(m_workspace->document());
    }
    fill();
    updateNote();
}

void ComparePane::fillSoon()
{
    if (isVisible() && !m_fillSoon.isActive())
        m_fillSoon.start();
}

void ComparePane::fill()
{
    m_fillSoon.stop();
    const QVariant left = m_left->currentData();
    const QVariant right = m_right->currentData();
    m_left->clear();
    m_right->clear();
    m_offered.clear();
    for (const session::ConnectionStatus &status : m_workspace->connections()) {
        const QString text = tr("%1 · %2").arg(m_workspace->nameOf(status.id)).arg(status.id.value());
        m_left->addItem(text, status.id.value());
        m_right->addItem(text, status.id.value());
        m_offered.insert(status.id);
    }
    m_left->setCurrentIndex(m_left->findData(left));
    m_right->setCurrentIndex(m_right->findData(right));
    // What was chosen in another capture is not here.
    m_isChosen = m_isChosen && m_left->currentIndex() >= 0 && m_right->currentIndex() >= 0;
    if (!m_isChosen)
        propose();
}

void ComparePane::propose()
{
    const auto document = m_workspace->document();
    if (!document)
        return;
    QHash<EndpointId, quint16> ports;
    for (const session::EndpointInfo &endpoint : m_workspace->endpoints()) {
        if (endpoint.kind == session::EndpointKind::Proxy && endpoint.port != 0)
            ports.insert(endpoint.id, endpoint.port);
    }
    // Not those of an endpoint that has been removed: the capture knows them still.
    QList<capture::ConnectionInfo> offered = document->connections();
    offered.removeIf([this](const capture::ConnectionInfo &info) { return !m_offered.contains(info.id); });
    const auto [left, right] = pairToCompare(offered, m_workspace->currentConnection(), ports);
    m_left->setCurrentIndex(m_left->findData(left.value()));
    m_right->setCurrentIndex(m_right->findData(right.value()));
    compare(left, right);
    m_isChosen = false;
}

void ComparePane::take()
{
    compare(idOf(m_left), idOf(m_right));
}

void ComparePane::swap()
{
    compare(idOf(m_right), idOf(m_left));
}

void ComparePane::compare(ConnectionId left, ConnectionId right)
{
    m_isChosen = true;
    m_left->setCurrentIndex(m_left->findData(left.value()));
    m_right->setCurrentIndex(m_right->findData(right.value()));
    m_model->setPair(left, right);
    m_model->setNames(m_left->currentText(), m_right->currentText());
    m_view->viewport()->update();
    onRecordSelected(m_workspace->currentRecord());
    updateNote();
}

void ComparePane::onFilter(const QString &text)
{
    const auto filter = capture::Filter::parse(text, nullptr);
    if (!filter || filter->text() == m_model->log()->filter().text())
        return;
    m_model->log()->setFilter(*filter);
    onRecordSelected(m_workspace->currentRecord());
}

void ComparePane::onAdvanced()
{
    updateNote();
    if (!m_view->currentIndex().isValid())
        onRecordSelected(m_workspace->currentRecord());
    if (m_isFollowing) {
        const QScopedValueRollback guard(m_isScrolling, true);
        m_view->scrollToBottom();
    }
}

void ComparePane::onCurrentRow(int row)
{
    if (const RecordId record = m_model->log()->recordAt(row); record.isValid() && !m_isShowing)
        m_workspace->selectRecord(record);
}

void ComparePane::onRecordSelected(RecordId record)
{
    const auto row = m_model->log()->rowOf(record);
    const QScopedValueRollback guard(m_isShowing, true);
    if (!row) {
        m_view->clearSelection();
        return;
    }
    const QScopedValueRollback scrolling(m_isScrolling, m_isFollowing);
    const QModelIndex index = m_model->index(*row, CompareModel::Moment);
    m_view->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_view->scrollTo(index, QAbstractItemView::EnsureVisible);
}

void ComparePane::updateNote()
{
    const bool empty = m_model->rowCount() == 0;
    m_note->setVisible(empty);
    if (!empty)
        return;
    const bool isPair = m_model->left().isValid() && m_model->right().isValid();
    if (!isPair)
        m_note->setText(tr("Two connections are shown here side by side. There are not two yet: host a server and connect to it, or start the demo."));
    else if (m_model->log()->isSearching())
        m_note->setText(tr("Looking for messages of the two connections…"));
    else
        m_note->setText(m_filter->text().trimmed().isEmpty() ? tr("Nothing has crossed on these two connections yet.") : tr("Nothing on these two connections passes the filter."));
    m_note->setGeometry(m_view->viewport()->rect());
}

bool ComparePane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view->viewport() && event->type() == QEvent::Resize)
        m_note->setGeometry(m_view->viewport()->rect());
    return QWidget::eventFilter(watched, event);
}

} // namespace wsw::desktop
