#include "panes/logcolumns.h"

#include "dialogs/columnsdialog.h"
#include "models/framelogmodel.h"
#include "theme/theme.h"

#include <QAction>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QTableView>

#include <array>
#include <utility>

namespace wsw::desktop {

namespace {

/// Column widths at the default font size, in the order of FrameLogModel::Column; the last one, the preview, takes the rest.
constexpr std::array<int, FrameLogModel::ColumnCount> columnWidths{38, 128, 64, 34, 120, 70, 64, 72, 56, 66, 40, 40, 104, 104, 56, 72, 160, 160, 200};
/// The same in a narrow log: of the time only seconds and below, longer names of frames end in dots.
constexpr std::array<int, FrameLogModel::ColumnCount> narrowWidths{38, 85, 64, 34, 108, 70, 64, 72, 56, 66, 40, 40, 104, 104, 56, 72, 120, 120, 200};
/// There from the beginning; the others when they are asked for.
constexpr int firstOptional = FrameLogModel::KindDelta;
/// What save() begins with: a state with other columns is not for this header.
constexpr QByteArrayView stateVersion("19 columns\n");
constexpr int narrowLog = 600;
/// Enough to tell one message from another.
constexpr int enoughPreview = 110;
/// Which go first where there is not even that.
constexpr std::array givingWay{FrameLogModel::Delta, FrameLogModel::Rtt, FrameLogModel::Length};

} // namespace

LogColumns::LogColumns(QTableView *view) : QObject(view), m_view(view)
{
    QHeaderView *header = view->horizontalHeader();
    header->setObjectName(QStringLiteral("frameLogColumns"));
    header->setHighlightSections(false);
    header->setSectionsClickable(false);
    header->setSectionsMovable(true);
    header->setMinimumSectionSize(Theme::instance().scaled(metrics::space24));
    header->setFixedHeight(Theme::instance().scaled(metrics::row) + 2);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, &LogColumns::openMenu);
    connect(header, &QHeaderView::sectionResized, this, [this](int column) {
        if (!m_fitting && column != FrameLogModel::Preview)
            fitPreview();
    });
    setDefaults();
    for (int column = firstOptional; column < FrameLogModel::Preview; ++column)
        m_view->setColumnHidden(column, true);
}

void LogColumns::setDefaults()
{
    for (int column = 0; column + 1 < FrameLogModel::ColumnCount; ++column)
        m_view->setColumnWidth(column, Theme::instance().scaled(columnWidths[static_cast<size_t>(column)]));
    widenNumber();
}

void LogColumns::fit()
{
    const QScopedValueRollback guard(m_fitting, true);
    const Theme &theme = Theme::instance();
    showGivenWay();
    const bool isNarrow = m_view->viewport()->width() < theme.scaled(narrowLog);
    for (int column = 0; column < FrameLogModel::Preview; ++column) {
        const int whole = columnWidths[static_cast<size_t>(column)];
        const int brief = narrowWidths[static_cast<size_t>(column)];
        setWidth(column, isNarrow ? whole : brief, isNarrow ? brief : whole);
    }
    // Whoever has asked for further columns gets all of them, and scrolls sideways.
    if (!hasFurther()) {
        for (const int column : givingWay) {
            if (roomForPreview() >= theme.scaled(enoughPreview))
                break;
            if (m_view->isColumnHidden(column) || m_kept.contains(column))
                continue;
            m_givenWay.insert(column);
            m_view->setColumnHidden(column, true);
        }
    }
    fitPreview();
}

void LogColumns::fitPreview()
{
    QHeaderView *header = m_view->horizontalHeader();
    const int enough = Theme::instance().scaled(enoughPreview);
    const bool isEnough = m_view->isColumnHidden(FrameLogModel::Preview) || roomForPreview() >= enough;
    const bool wasFree = header->sectionResizeMode(FrameLogModel::Preview) == QHeaderView::Interactive;
    header->setSectionResizeMode(FrameLogModel::Preview, isEnough ? QHeaderView::Stretch : QHeaderView::Interactive);
    // What the user has made wider stays so.
    if (!isEnough)
        m_view->setColumnWidth(FrameLogModel::Preview, wasFree ? qMax(enough, m_view->columnWidth(FrameLogModel::Preview)) : enough);
}

int LogColumns::roomForPreview() const
{
    int room = m_view->viewport()->width();
    for (int column = 0; column < FrameLogModel::Preview; ++column)
        room -= m_view->columnWidth(column); // 0 where it is hidden
    return room;
}

bool LogColumns::hasFurther() const
{
    for (int column = firstOptional; column < FrameLogModel::Preview; ++column) {
        if (!m_view->isColumnHidden(column))
            return true;
    }
    return false;
}

void LogColumns::setWidth(int column, int from, int to)
{
    // A width of the user's own making stays.
    const Theme &theme = Theme::instance();
    if (from != to && m_view->columnWidth(column) == theme.scaled(from))
        m_view->setColumnWidth(column, theme.scaled(to));
}

void LogColumns::showGivenWay()
{
    for (const int column : std::exchange(m_givenWay, {}))
        m_view->setColumnHidden(column, false);
}

void LogColumns::fitNumber(int digits)
{
    if (std::exchange(m_digits, digits) != digits)
        widenNumber();
}

void LogColumns::widenNumber()
{
    const int needed = QFontMetrics(Theme::instance().font(FontRole::Mono)).horizontalAdvance(QString(m_digits, QLatin1Char('0')))
                       + 2 * metrics::space8;
    m_view->setColumnWidth(FrameLogModel::Number, qMax(m_view->columnWidth(FrameLogModel::Number), needed));
}

QByteArray LogColumns::save()
{
    showGivenWay();
    const QByteArray state = m_view->horizontalHeader()->saveState();
    fit();
    return stateVersion.toByteArray() + state;
}

void LogColumns::restore(const QByteArray &state)
{
    showGivenWay(); // else they would stay hidden where the state is not taken
    if (state.startsWith(stateVersion))
        m_view->horizontalHeader()->restoreState(state.sliced(stateVersion.size()));
    widenNumber();
    fit();
}

void LogColumns::show(int column, bool shown)
{
    // What is asked for now is not taken away again for want of room.
    if (shown)
        m_kept.insert(column);
    else
        m_kept.remove(column);
    m_givenWay.remove(column);
    m_view->setColumnHidden(column, !shown);
    fit();
}

void LogColumns::openMenu(const QPoint &at)
{
    auto *menu = new QMenu(m_view);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addMoves(menu, m_view->horizontalHeader()->logicalIndexAt(at));
    fillMenu(menu);
    menu->popup(m_view->horizontalHeader()->mapToGlobal(at));
}

QList<LogRow::Column> LogColumns::shown() const
{
    QList<LogRow::Column> columns;
    for (int place = 0; place < FrameLogModel::ColumnCount; ++place) {
        const int column = m_view->horizontalHeader()->logicalIndex(place);
        if (!m_view->isColumnHidden(column))
            columns.append(static_cast<LogRow::Column>(column));
    }
    return columns;
}

QList<LogRow::Column> LogColumns::order() const
{
    QList<LogRow::Column> columns;
    for (int place = 0; place < FrameLogModel::ColumnCount; ++place)
        columns.append(static_cast<LogRow::Column>(m_view->horizontalHeader()->logicalIndex(place)));
    return columns;
}

bool LogColumns::isWanted(int column) const
{
    return !m_view->isColumnHidden(column) || m_givenWay.contains(column);
}

void LogColumns::move(int column, int place)
{
    QHeaderView *header = m_view->horizontalHeader();
    header->moveSection(header->visualIndex(column), place);
}

void LogColumns::reset()
{
    m_kept.clear();
    m_givenWay.clear();
    for (int column = 0; column < FrameLogModel::ColumnCount; ++column) {
        move(column, column);
        m_view->setColumnHidden(column, column >= firstOptional && column < FrameLogModel::Preview);
    }
    setDefaults();
    fit();
}

QString LogColumns::title(LogRow::Column column)
{
    return column == LogRow::Glyph ? tr("Direction") : columnTitle(column);
}

void LogColumns::addMoves(QMenu *menu, int column)
{
    if (column < 0)
        return;
    const QList<LogRow::Column> seen = shown();
    const qsizetype at = seen.indexOf(static_cast<LogRow::Column>(column));
    const QString name = title(static_cast<LogRow::Column>(column));
    const auto add = [&](const QString &text, qsizetype to) {
        QAction *action = menu->addAction(text.arg(name));
        action->setEnabled(to >= 0 && to < seen.size());
        connect(action, &QAction::triggered, this, [this, column, seen, to] { move(column, m_view->horizontalHeader()->visualIndex(seen.at(to))); });
    };
    add(tr("Move %1 to the left"), at - 1);
    add(tr("Move %1 to the right"), at + 1);
    menu->addSeparator();
}

void LogColumns::fillMenu(QMenu *menu)
{
    for (int column = 0; column < FrameLogModel::ColumnCount; ++column) {
        const QString text = title(static_cast<LogRow::Column>(column));
        QAction *action = menu->addAction(m_givenWay.contains(column) ? tr("%1 (left out in a narrow log)").arg(text) : text);
        action->setCheckable(true);
        action->setChecked(!m_view->isColumnHidden(column));
        action->setEnabled(column != FrameLogModel::Frame);
        connect(action, &QAction::toggled, this, [this, column](bool on) { show(column, on); });
    }
    menu->addSeparator();
    menu->addAction(tr("Arrange columns…"), this, [this] {
        // The view's: it goes with the columns that it shows.
        auto *dialog = m_view->findChild<ColumnsDialog *>();
        if (dialog == nullptr) {
            dialog = new ColumnsDialog(this, m_view);
            dialog->setAttribute(Qt::WA_DeleteOnClose);
        }
        dialog->show();
        dialog->raise();
        dialog->activateWindow();
    });
    menu->addAction(tr("Standard widths"), this, [this] {
        m_kept.clear();
        setDefaults();
        fit();
    });
}

} // namespace wsw::desktop
