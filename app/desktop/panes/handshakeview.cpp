#include "panes/handshakeview.h"

#include "capture/document.h"
#include "models/handshakemodel.h"
#include "panes/inspection.h"
#include "scans.h"
#include "theme/theme.h"
#include "widgets/emptypage.h"
#include "widgets/explanationcard.h"
#include "workspace.h"

#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <utility>

namespace wsw::desktop {

namespace {

constexpr int glyphWidth = 28;
constexpr int nameWidth = 180;

QString endOf(const std::optional<capture::ConnectionInfo> &connection)
{
    return connection ? connection->closeText : QString();
}

/// Writes headings from the pane's margin on, in one piece over all columns.
class RowDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (index.column() != HandshakeModel::Glyph || index.flags().testFlag(Qt::ItemIsEnabled)) {
            // The whole row is selected: a frame around one of its cells would say something else.
            QStyleOptionViewItem plain(option);
            plain.state &= ~QStyle::State_HasFocus;
            QStyledItemDelegate::paint(painter, plain, index);
            return;
        }
        const Theme &theme = Theme::instance();
        painter->save();
        painter->setFont(theme.font(FontRole::PaneTitle));
        painter->setPen(theme.color(Token::Text));
        painter->drawText(option.rect.adjusted(metrics::space12, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
        painter->restore();
    }
};

} // namespace

HandshakeView::HandshakeView(Inspection *inspection, QWidget *parent)
    : QStackedWidget(parent), m_inspection(inspection), m_model(new HandshakeModel(this)),
      m_empty(new EmptyPage({}, this))
{
    setRole(this, "panel");
    m_content = makeContent();
    addWidget(m_empty);
    addWidget(m_content);
    connect(inspection, &Inspection::recordChanged, this, &HandshakeView::showRecord);
    connect(inspection->workspace(), &Workspace::documentChanged, this, [this] {
        m_known.clear();
        m_connection = {};
        m_stale = true;
    });
    showRecord();
}

HandshakeView::~HandshakeView()
{
    cancel();
}

QWidget *HandshakeView::makeContent()
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, metrics::space8, 0, metrics::space12);
    column->setSpacing(metrics::space12);
    m_table = new QTableView(page);
    m_table->setObjectName(QStringLiteral("handshakeTable"));
    m_table->setAccessibleName(tr("Handshake, line by line"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->horizontalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setSectionResizeMode(HandshakeModel::Value, QHeaderView::Stretch);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(Theme::instance().scaled(metrics::row));
    column->addWidget(m_table, 1);

    m_card = new ExplanationCard(QStringLiteral("handshakeExplanation"), page);
    m_card->setAccented(true);
    auto *frame = new QVBoxLayout;
    frame->setContentsMargins(metrics::space12, 0, metrics::space12, 0);
    frame->addWidget(m_card);
    column->addLayout(frame);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) { showRow(current.row()); });
    return page;
}

void HandshakeView::showRecord()
{
    m_stale = true;
    if (isVisible())
        load();
}

void HandshakeView::showEvent(QShowEvent *event)
{
    QStackedWidget::showEvent(event);
    if (m_stale)
        load();
}

void HandshakeView::load()
{
    m_stale = false;
    if (m_inspection->state() != Inspection::State::Ready) {
        cancel();
        m_connection = {};
        m_empty->setSentence(m_inspection->state() == Inspection::State::Loading
                                 ? tr("Reading the frame…")
                                 : tr("Select a frame in the log to see the handshake of its connection."));
        setCurrentWidget(m_empty);
        return;
    }
    const ConnectionId connection = m_inspection->record().header.connection;
    if (m_known.contains(connection)) {
        cancel();
        const bool shown = m_connection == connection && currentWidget() == m_content && m_ended == endOf(m_inspection->connection());
        m_connection = connection;
        if (shown)
            followHead(m_known.value(connection));
        else
            showHandshake(m_known.value(connection));
        return;
    }
    if (m_connection != connection) {
        m_empty->setSentence(tr("Reading the handshake…"));
        setCurrentWidget(m_empty);
    }
    m_connection = connection;
    cancel();
    m_cancelled = std::make_shared<std::atomic_bool>(false);
    const auto document = m_inspection->document();
    m_inspection->workspace()->scans().run(
        this,
        [document, connection, last = RecordId(document->received()), cancelled = m_cancelled](const std::atomic_bool &ended) {
            return loadHandshake(*document, connection, last, [&] { return *cancelled || ended; });
        },
        [this, generation = m_generation](const Result<Handshake> &handshake) { take(generation, handshake); });
}

void HandshakeView::cancel()
{
    ++m_generation;
    if (m_cancelled)
        *m_cancelled = true;
}

void HandshakeView::take(quint64 generation, const Result<Handshake> &handshake)
{
    if (generation != m_generation)
        return;
    if (!handshake) {
        m_empty->setSentence(handshake.error().message + QLatin1Char(' ') + handshake.error().remedy);
        setCurrentWidget(m_empty);
        return;
    }
    if (handshake->isComplete())
        m_known.insert(m_connection, *handshake);
    showHandshake(*handshake);
}

void HandshakeView::showHandshake(const Handshake &handshake)
{
    // The same connection again, which has ended meanwhile: whoever reads it stays in his place.
    const bool isSame = m_shown == m_connection && currentWidget() == m_content;
    const int place = isSame ? std::max(m_table->currentIndex().row(), 0) : 1;
    m_shown = m_connection;
    m_ended = endOf(m_inspection->connection());
    const QList<HandshakeRow> rows = handshakeRows(handshake, m_inspection->connection());
    if (rows.isEmpty()) {
        m_empty->setSentence(tr("This connection has no handshake in this capture."));
        setCurrentWidget(m_empty);
        return;
    }
    m_model->setRows(rows);
    m_table->setColumnWidth(HandshakeModel::Glyph, Theme::instance().scaled(glyphWidth));
    m_table->setColumnWidth(HandshakeModel::Name, Theme::instance().scaled(nameWidth));
    m_table->clearSpans();
    for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
        // Headings and first lines have no value of their own.
        if (rows.at(row).kind == HandshakeRow::Kind::Section)
            m_table->setSpan(row, HandshakeModel::Glyph, 1, HandshakeModel::ColumnCount);
        else if (rows.at(row).value.isEmpty())
            m_table->setSpan(row, HandshakeModel::Name, 1, 2);
    }
    setCurrentWidget(m_content);
    m_table->setCurrentIndex(m_model->index(std::min(place, static_cast<int>(rows.size()) - 1), HandshakeModel::Name));
    if (!isSame)
        m_table->scrollToTop();
    m_card->setVisible(m_table->currentIndex().isValid());
    followHead(handshake);
}

void HandshakeView::followHead(const Handshake &handshake)
{
    // A handshake may come while the tab is hidden and the next record is still being read.
    if (m_inspection->state() != Inspection::State::Ready)
        return;
    const capture::RecordHeader &selected = m_inspection->record().header;
    const bool isAnswer = selected.kind == wire::RecordKind::ResponseHead;
    // Once for each selection: whoever reads on stays in his place.
    if (std::exchange(m_followed, selected.id) == selected.id || (!isAnswer && selected.kind != wire::RecordKind::RequestHead))
        return;
    int sections = isAnswer && (handshake.request || !handshake.requestProblem.isEmpty()) ? 2 : 1;
    for (int row = 0; row + 1 < m_model->rowCount(); ++row) {
        if (m_model->row(row).kind == HandshakeRow::Kind::Section && --sections == 0) {
            m_table->setCurrentIndex(m_model->index(row + 1, HandshakeModel::Name));
            m_table->scrollTo(m_model->index(row, HandshakeModel::Name), QAbstractItemView::PositionAtTop);
            return;
        }
    }
}

void HandshakeView::showRow(int row)
{
    if (row < 0)
        return;
    const lesson::Explanation &explanation = m_model->row(row).explanation;
    m_card->setVisible(!explanation.title.isEmpty());
    if (explanation.title.isEmpty())
        return;
    m_card->setExplanation(explanation);
    if (m_table->hasFocus())
        m_inspection->setTopic(explanation);
}

} // namespace wsw::desktop
