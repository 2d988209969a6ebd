#include "dialogs/comparedialog.h"

#include "capture/document.h"
#include "models/diffmodel.h"
#include "panes/diffdelegate.h"
#include "scans.h"
#include "theme/theme.h"
#include "widgets/emptypage.h"
#include "widgets/exacttext.h"
#include "widgets/filteredit.h"
#include "widgets/inlinemessage.h"
#include "workspace.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScreen>
#include <QSplitter>
#include <QStackedLayout>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

constexpr QSize defaultSize{1040, 720};
constexpr int progressMs = 100;
constexpr int numberWidth = 72;
constexpr int ignoreLines = 2;

QString runName(const capture::ConnectionInfo &info, const QString &prefix)
{
    QStringList parts{info.endpoint, info.name, info.url};
    parts.removeAll(QString());
    parts.removeDuplicates();
    return prefix + parts.join(QStringLiteral(" · "));
}

} // namespace

CompareDialog::CompareDialog(Workspace *workspace, QWidget *parent) : QDialog(parent), m_workspace(workspace), m_model(new DiffModel(this))
{
    setObjectName(QStringLiteral("compareDialog"));
    setWindowTitle(tr("Compare conversations"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space12, metrics::space12, metrics::space12, metrics::space12);
    column->setSpacing(metrics::space8);
    buildChoice(column);
    buildList(column);
    buildDetail(column);
    const QSize wanted(Theme::instance().scaled(defaultSize.width()), Theme::instance().scaled(defaultSize.height()));
    resize(wanted.boundedTo(screen()->availableSize() * 9 / 10));
    connect(m_workspace, &Workspace::documentChanged, this, &CompareDialog::fillSides);
    connect(m_workspace, &Workspace::connectionChanged, this, [this](const session::ConnectionStatus &status) { addMissing(status.id); });
    connect(&Theme::instance(), &Theme::changed, m_list->viewport(), qOverload<>(&QWidget::update));
    showBusy(false);
    showSummary();
}

CompareDialog::~CompareDialog()
{
    if (m_task)
        m_task->cancelled = true;
}

QComboBox *CompareDialog::makeSide(const char *name, const QString &says)
{
    auto *side = new QComboBox(this);
    side->setObjectName(QLatin1String(name));
    side->setAccessibleName(says);
    side->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    side->setMinimumContentsLength(12);
    side->setPlaceholderText(tr("Choose a conversation"));
    return side;
}

void CompareDialog::buildChoice(QVBoxLayout *column)
{
    m_left = makeSide("compareLeft", tr("Conversation on the left"));
    m_right = makeSide("compareRight", tr("Conversation on the right"));
    auto *sides = new QHBoxLayout;
    sides->setSpacing(metrics::space8);
    for (QComboBox *side : {m_left, m_right}) {
        auto *label = new QLabel(side == m_left ? tr("&Left") : tr("&Right"), this);
        label->setBuddy(side);
        auto *open = new QToolButton(this);
        open->setObjectName(side->objectName() + QStringLiteral("Open"));
        open->setIcon(Theme::instance().icon(QStringLiteral("open")));
        open->setIconSize(Theme::instance().iconSize());
        open->setToolTip(tr("Take it from another capture…"));
        open->setAccessibleName(side == m_left ? tr("Take the left one from another capture") : tr("Take the right one from another capture"));
        connect(open, &QToolButton::clicked, this, [this, side] { chooseFile(side); });
        sides->addWidget(label);
        sides->addWidget(side, 1);
        sides->addWidget(open);
        if (side == m_left)
            sides->addSpacing(metrics::space8);
    }
    column->addLayout(sides);

    m_ignore = new QPlainTextEdit(this);
    m_ignore->setObjectName(QStringLiteral("compareIgnore"));
    m_ignore->setAccessibleName(tr("What is ignored"));
    m_ignore->setPlaceholderText(tr("/user/id or a regular expression, one a line"));
    m_ignore->setToolTip(tr("A line that begins with / is a JSON pointer (* stands for every member or element): what stands there is ignored. "
                            "All others are regular expressions: what matches counts as the same."));
    m_ignore->setFont(Theme::instance().font(FontRole::Mono));
    m_ignore->setTabChangesFocus(true);
    m_ignore->setFixedHeight(QFontMetrics(m_ignore->font()).lineSpacing() * ignoreLines + metrics::space16);
    m_noControl = new QCheckBox(tr("No Ping, Pong, Close"), this);
    m_noControl->setObjectName(QStringLiteral("compareNoControl"));
    m_onlyDifferences = new QCheckBox(tr("Only differences"), this);
    m_onlyDifferences->setObjectName(QStringLiteral("compareOnlyDifferences"));
    m_go = new QPushButton(tr("Compare"), this);
    m_go->setObjectName(QStringLiteral("compareGo"));
    m_go->setDefault(true);
    setRole(m_go, "primary");
    m_filter = new FilterEdit(this);
    m_filter->setObjectName(QStringLiteral("compareFilter"));
    m_filter->setAccessibleName(tr("Which messages are compared"));
    m_filter->setToolTip(tr("Only messages that match are compared, in both"));
    auto *only = new QLabel(tr("&Filter"), this);
    only->setBuddy(m_filter);
    auto *label = new QLabel(tr("&Ignore"), this);
    label->setBuddy(m_ignore);
    auto *choices = new QGridLayout;
    choices->setContentsMargins(0, 0, 0, 0);
    choices->setSpacing(metrics::space8);
    choices->addWidget(only, 0, 0);
    choices->addWidget(m_filter, 0, 1);
    choices->addWidget(label, 1, 0);
    choices->addWidget(m_ignore, 1, 1);
    auto *checks = new QVBoxLayout;
    checks->setSpacing(metrics::space4);
    checks->addWidget(m_noControl);
    checks->addWidget(m_onlyDifferences);
    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::space8);
    row->addLayout(choices, 1);
    row->addLayout(checks);
    row->addWidget(m_go);
    column->addLayout(row);
    m_message = new InlineMessage(this);
    m_message->setObjectName(QStringLiteral("compareMessage"));
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(QStringLiteral("compareProgress"));
    m_progress->setTextVisible(false);
    column->addWidget(m_progress);
    column->addWidget(m_message);
    connect(m_go, &QPushButton::clicked, this, &CompareDialog::go);
    connect(m_onlyDifferences, &QCheckBox::toggled, this, [this](bool on) {
        m_model->setOnlyDifferences(on);
        showSummary();
    });
}

void CompareDialog::buildList(QVBoxLayout *column)
{
    m_list = new QTableView(this);
    m_list->setObjectName(QStringLiteral("compareList"));
    m_list->setAccessibleName(tr("Comparison"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new DiffDelegate(m_list));
    m_list->setShowGrid(false);
    m_list->setWordWrap(false);
    m_list->setTabKeyNavigation(false);
    m_list->setCornerButtonEnabled(false);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    QHeaderView *rows = m_list->verticalHeader();
    rows->setSectionResizeMode(QHeaderView::Fixed);
    rows->setMinimumSectionSize(Theme::instance().scaled(metrics::row));
    rows->setDefaultSectionSize(Theme::instance().scaled(metrics::row));
    rows->hide();
    QHeaderView *columns = m_list->horizontalHeader();
    columns->setHighlightSections(false);
    columns->setSectionResizeMode(QHeaderView::Interactive);
    const Theme &theme = Theme::instance();
    columns->resizeSection(DiffModel::Mark, theme.scaled(numberWidth / 2));
    columns->resizeSection(DiffModel::Speaker, theme.scaled(numberWidth));
    columns->resizeSection(DiffModel::LeftNumber, theme.scaled(numberWidth));
    columns->resizeSection(DiffModel::RightNumber, theme.scaled(numberWidth));
    columns->setSectionResizeMode(DiffModel::Left, QHeaderView::Stretch);
    columns->setSectionResizeMode(DiffModel::Right, QHeaderView::Stretch);

    m_empty = new EmptyPage({}, this);
    auto *pages = new QWidget(this);
    m_pages = new QStackedLayout(pages);
    m_pages->setContentsMargins(0, 0, 0, 0);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_list);
    column->addWidget(pages, 3);

    const auto makeStep = [this](const QString &text, const QKeySequence &keys, const char *icon, const char *name, int step) {
        auto *action = new QAction(text, this);
        action->setShortcut(keys);
        m_list->addAction(action);
        connect(action, &QAction::triggered, this, [this, step] { goToDifference(step); });
        auto *button = new QPushButton(Theme::instance().icon(QLatin1String(icon)), text, this);
        button->setObjectName(QLatin1String(name));
        button->setIconSize(Theme::instance().iconSize());
        button->setAutoDefault(false);
        button->setToolTip(tr("%1 (%2)").arg(text, keys.toString(QKeySequence::NativeText)));
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        return button;
    };
    m_summary = new QLabel(this);
    m_summary->setObjectName(QStringLiteral("compareSummary"));
    m_previous = makeStep(tr("Previous difference"), QKeySequence(Qt::SHIFT | Qt::Key_F8), "chevron-up", "comparePrevious", -1);
    m_next = makeStep(tr("Next difference"), QKeySequence(Qt::Key_F8), "chevron-down", "compareNext", 1);
    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::space8);
    row->addWidget(m_summary, 1);
    row->addWidget(m_previous);
    row->addWidget(m_next);
    column->addLayout(row);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &CompareDialog::showDetail);
    connect(m_model, &QAbstractItemModel::modelReset, this, &CompareDialog::showDetail);
    connect(m_list, &QAbstractItemView::doubleClicked, this, &CompareDialog::showFrame);
}

/// A capture that is not, or no longer, the one that is shown.
void CompareDialog::keep(const std::shared_ptr<const capture::Document> &document)
{
    if (document && document != m_workspace->document() && std::ranges::find(m_opened, document) == m_opened.end())
        m_opened.push_back(document);
}

/// Closes captures of which neither side has a conversation, nor what is shown: after something else has been chosen from a file.
void CompareDialog::dropUnused()
{
    const auto &shown = m_model->comparison();
    std::erase_if(m_opened, [&](const std::shared_ptr<const capture::Document> &each) {
        const bool isShown = shown && (shown->left.document == each || shown->right.document == each);
        return !isShown && chosen(m_left).document != each && chosen(m_right).document != each;
    });
    fillSides();
}

void CompareDialog::compare(const replay::RunRef &left, const replay::RunRef &right)
{
    keep(left.document);
    keep(right.document);
    fillSides();
    if (left.document)
        choose(m_left, left);
    if (right.document)
        choose(m_right, right);
    dropUnused();
    show();
    raise();
    activateWindow();
    if (left.document && right.document) {
        m_list->setFocus(Qt::OtherFocusReason);
        if (!m_task)
            go();
    } else {
        (left.document ? m_right : m_left)->setFocus(Qt::OtherFocusReason);
        showSummary();
    }
}

void CompareDialog::addRuns(const std::shared_ptr<const capture::Document> &document, const QString &prefix)
{
    for (const capture::ConnectionInfo &info : document->connections()) {
        m_runs.push_back({document, info.id});
        for (QComboBox *side : {m_left, m_right})
            side->addItem(runName(info, prefix));
    }
}

void CompareDialog::fillSides()
{
    const replay::RunRef left = chosen(m_left);
    const replay::RunRef right = chosen(m_right);
    m_runs.clear();
    m_left->clear();
    m_right->clear();
    if (m_workspace->document())
        addRuns(m_workspace->document(), {});
    for (const std::shared_ptr<const capture::Document> &document : m_opened)
        addRuns(document, QFileInfo(document->path()).fileName() + QStringLiteral(": "));
    choose(m_left, left);
    choose(m_right, right);
    m_go->setEnabled(m_task || !m_runs.empty());
}

void CompareDialog::addMissing(ConnectionId connection)
{
    const auto isIt = [&](const replay::RunRef &run) { return run.document == m_workspace->document() && run.connection == connection; };
    if (isVisible() && std::ranges::none_of(m_runs, isIt))
        fillSides();
}

replay::RunRef CompareDialog::chosen(const QComboBox *side) const
{
    const int index = side->currentIndex();
    return index < 0 || static_cast<size_t>(index) >= m_runs.size() ? replay::RunRef() : m_runs[static_cast<size_t>(index)];
}

void CompareDialog::choose(QComboBox *side, const replay::RunRef &run) const
{
    const auto found = std::ranges::find_if(m_runs, [&run](const replay::RunRef &each) { return each.document == run.document && each.connection == run.connection; });
    side->setCurrentIndex(found == m_runs.end() ? -1 : static_cast<int>(found - m_runs.begin()));
}

void CompareDialog::chooseFile(QComboBox *side)
{
    auto *dialog = new QFileDialog(this, tr("Compare with another capture"), {}, tr("WebSocket captures (*.wscapture);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, side](const QString &path) { openPath(path, side); });
    dialog->open();
}

void CompareDialog::openPath(const QString &path, QComboBox *side)
{
    documentworker::open(path).then(this, [this, side](const Result<SharedDocument> &opened) {
        if (!opened) {
            m_message->showError(opened.error());
            return;
        }
        m_message->clear();
        keep(*opened);
        fillSides();
        const QList<capture::ConnectionInfo> connections = (*opened)->connections();
        if (connections.isEmpty())
            m_message->showNote(tr("%1 holds no conversation.").arg(QFileInfo((*opened)->path()).fileName()));
        else
            choose(side, {*opened, connections.first().id});
        dropUnused();
    });
}

Result<replay::CompareOptions> CompareDialog::options() const
{
    QStringList patterns;
    QStringList pointers;
    for (const QString &line : exactText(m_ignore).split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        (line.startsWith(QLatin1Char('/')) ? pointers : patterns) += line;
    const Result<replay::Ignoring> ignoring = replay::Ignoring::make(patterns, pointers);
    if (!ignoring)
        return ignoring.error();
    capture::Filter::ParseError problem;
    const std::optional<capture::Filter> filter = capture::Filter::parse(m_filter->text(), &problem);
    if (!filter)
        return Error{ErrorKind::Usage, problem.message, tr("Mend the filter, or take it away."), {}};
    replay::CompareOptions options;
    options.ignoring = *ignoring;
    options.filter = *filter;
    options.controlFrames = !m_noControl->isChecked();
    return options;
}

void CompareDialog::go()
{
    if (m_task) {
        m_task->cancelled = true;
        return;
    }
    const replay::RunRef left = chosen(m_left);
    const replay::RunRef right = chosen(m_right);
    if (!left.document || !right.document) {
        m_message->showNote(tr("Choose a conversation on either side."));
        return;
    }
    const Result<replay::CompareOptions> options = this->options();
    if (!options) {
        m_message->showError(options.error());
        return;
    }
    m_message->clear();
    m_task = std::make_shared<Task>();
    showBusy(true);
    m_workspace->scans().run(
        this,
        [left, right, options = *options, task = m_task](const std::atomic_bool &cancelled) {
            const replay::ReadProgress progress = [&](quint64 done, quint64 total) {
                task->percent = total == 0 ? 0 : static_cast<int>(done * 100 / total);
                return !cancelled && !task->cancelled;
            };
            // Shared, since a comparison may be large.
            return std::make_shared<const Result<replay::Comparison>>(replay::compare(left, right, options, progress));
        },
        [this](const std::shared_ptr<const Result<replay::Comparison>> &comparison) { take(comparison); });
}

void CompareDialog::take(const std::shared_ptr<const Result<replay::Comparison>> &comparison)
{
    m_task.reset();
    showBusy(false);
    if (!*comparison) {
        m_message->showError(comparison->error());
        return;
    }
    m_model->setComparison({comparison, &**comparison});
    QStringList remarks;
    if (const quint64 leftOut = m_model->comparison()->leftOut; leftOut > 0)
        remarks += leftOut == 1 ? tr("1 message is not recorded whole or cannot be read, and was left out.")
                                : tr("%1 messages are not recorded whole or cannot be read, and were left out.").arg(leftOut);
    for (const Error &damage : m_model->comparison()->damage)
        remarks += damage.message;
    if (!remarks.isEmpty())
        m_message->showNote(remarks.join(QLatin1Char(' ')));
    showSummary();
    goToDifference(1);
    if (!m_ignore->hasFocus())
        m_list->setFocus(Qt::OtherFocusReason);
}

void CompareDialog::showBusy(bool busy)
{
    m_progress->setVisible(busy);
    m_progress->setRange(0, 100);
    m_progress->setValue(0);
    m_go->setText(busy ? tr("Cancel") : tr("Compare"));
    m_go->setEnabled(busy || !m_runs.empty());
    if (!busy)
        return;
    auto *tick = new QTimer(this);
    connect(tick, &QTimer::timeout, this, [this, tick] {
        if (m_task)
            m_progress->setValue(m_task->percent);
        else
            tick->deleteLater();
    });
    tick->start(progressMs);
}

void CompareDialog::showSummary()
{
    const auto &comparison = m_model->comparison();
    const bool differs = comparison && !comparison->isEqual();
    m_summary->setText(comparison ? comparison->summary() : QString());
    m_previous->setEnabled(differs);
    m_next->setEnabled(differs);
    const bool hasRows = m_model->rowCount() > 0;
    m_pages->setCurrentIndex(hasRows ? 1 : 0);
    for (QWidget *part : {static_cast<QWidget *>(m_difference), static_cast<QWidget *>(m_texts), static_cast<QWidget *>(m_previous), static_cast<QWidget *>(m_next)})
        part->setVisible(hasRows);
    if (comparison)
        m_empty->setSentence(comparison->isEqual() && comparison->equal > 0 ? tr("Nothing differs.") : comparison->summary());
    else
        m_empty->setSentence(m_runs.empty() ? tr("There is no conversation yet. Host, connect, or take one from another capture.")
                                            : tr("Choose a conversation on either side and compare them."));
}

void CompareDialog::goToDifference(int step)
{
    const QModelIndex current = m_list->currentIndex();
    const int from = current.isValid() ? current.row() : step > 0 ? -1 : m_model->rowCount();
    const auto row = m_model->differenceFrom(from, step);
    if (!row)
        return;
    m_list->setCurrentIndex(m_model->index(*row, DiffModel::Left));
    m_list->scrollTo(m_list->currentIndex(), QAbstractItemView::PositionAtCenter);
}

void CompareDialog::showFrame(const QModelIndex &index)
{
    const auto &comparison = m_model->comparison();
    const replay::CompareEntry &entry = m_model->entryAt(index.row());
    const bool isRight = index.column() >= DiffModel::RightNumber;
    const replay::RunRef &run = isRight ? comparison->right : comparison->left;
    const replay::MessageRef *message = isRight ? comparison->rightOf(entry) : comparison->leftOf(entry);
    if (message == nullptr)
        return;
    if (run.document == m_workspace->document())
        Q_EMIT frameWanted(message->first);
    else
        m_message->showNote(tr("This frame is in %1, which is not the capture that the window shows.").arg(QFileInfo(run.document->path()).fileName()));
}

} // namespace wsw::desktop
