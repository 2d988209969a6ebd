#include "widgets/headereditor.h"

#include "theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace wsw::desktop {

namespace {

enum Column { NameColumn, ValueColumn };

/// RFC 9110, 5.6.2: the characters of a field name.
bool isToken(const QString &name)
{
    const QString marks = QStringLiteral("!#$%&'*+-.^_`|~");
    return !name.isEmpty() && std::all_of(name.cbegin(), name.cend(), [&](QChar c) {
        return (c.unicode() < 0x80 && c.isLetterOrNumber()) || marks.contains(c);
    });
}

bool isFieldValue(const QString &value)
{
    return std::none_of(value.cbegin(), value.cend(), [](QChar c) { return c.unicode() < 0x20 && c != u'\t'; });
}

} // namespace

HeaderEditor::HeaderEditor(QWidget *parent)
    : QWidget(parent)
    , m_table(new QTableWidget(0, 2, this))
{
    m_table->setObjectName(QStringLiteral("connectHeaders"));
    m_table->setAccessibleName(tr("Request headers"));
    m_table->setHorizontalHeaderLabels({tr("Name"), tr("Value")});
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(Theme::instance().scaled(metrics::row));
    m_table->setColumnWidth(NameColumn, Theme::instance().scaled(150));
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setFixedHeight(Theme::instance().scaled(metrics::row) * 5);
    m_table->setTabKeyNavigation(false);
    m_table->installEventFilter(this);
    setRole(m_table, "card");

    auto *paste = new QPushButton(tr("Paste lines"), this);
    paste->setObjectName(QStringLiteral("headersPaste"));
    paste->setToolTip(tr("Adds lines of the form “Name: value” from the clipboard"));
    auto *remove = new QPushButton(tr("Remove"), this);
    remove->setObjectName(QStringLiteral("headersRemove"));
    remove->setToolTip(tr("Removes the selected lines (Del)"));
    setRole(paste, "quiet");
    setRole(remove, "quiet");

    auto *buttons = new QHBoxLayout;
    buttons->addWidget(paste);
    buttons->addWidget(remove);
    buttons->addStretch(1);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(metrics::space4);
    all->addWidget(m_table);
    all->addLayout(buttons);

    connect(paste, &QPushButton::clicked, this, [this] { addLines(QGuiApplication::clipboard()->text()); });
    connect(remove, &QPushButton::clicked, this, &HeaderEditor::removeSelected);
    connect(m_table, &QTableWidget::itemChanged, this, &HeaderEditor::keepEmptyRow);
    keepEmptyRow();
}

Result<wire::HeaderList> HeaderEditor::headers() const
{
    wire::HeaderList list;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const QString name = cell(row, NameColumn).trimmed();
        const QString value = cell(row, ValueColumn).trimmed();
        if (name.isEmpty() && value.isEmpty())
            continue;
        if (!isToken(name)) {
            return Error{ErrorKind::Usage, tr("Header line %1: “%2” cannot be a header's name.").arg(row + 1).arg(name),
                         tr("Use letters, digits and - only, without a colon."), {}};
        }
        if (!isFieldValue(value)) {
            return Error{ErrorKind::Usage, tr("Header line %1: the value of %2 holds a control character.").arg(row + 1).arg(name),
                         tr("Type the value anew on one line."), {}};
        }
        list.append({name.toLatin1(), value.toUtf8()});
    }
    return list;
}

void HeaderEditor::setHeaders(const wire::HeaderList &headers)
{
    m_table->setRowCount(0);
    for (const auto &[name, value] : headers)
        appendRow(QString::fromLatin1(name), QString::fromUtf8(value));
    keepEmptyRow();
}

int HeaderEditor::addLines(const QString &text)
{
    int added = 0;
    // The empty line at the end goes, so that new lines follow the filled ones.
    const int last = m_table->rowCount() - 1;
    if (last >= 0 && cell(last, NameColumn).isEmpty() && cell(last, ValueColumn).isEmpty())
        m_table->removeRow(last);
    const QStringList lines = text.split(u'\n', Qt::SkipEmptyParts);
    for (const QString &line : lines) {
        const qsizetype colon = line.indexOf(u':');
        if (colon <= 0)
            continue;
        appendRow(line.left(colon).trimmed(), line.mid(colon + 1).trimmed());
        ++added;
    }
    keepEmptyRow();
    return added;
}

bool HeaderEditor::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Delete) {
            removeSelected();
            return true;
        }
        if (key->matches(QKeySequence::Paste))
            return addLines(QGuiApplication::clipboard()->text()) > 0;
    }
    return QWidget::eventFilter(watched, event);
}

void HeaderEditor::appendRow(const QString &name, const QString &value)
{
    const QSignalBlocker quiet(m_table);
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    m_table->setItem(row, NameColumn, new QTableWidgetItem(name));
    m_table->setItem(row, ValueColumn, new QTableWidgetItem(value));
}

void HeaderEditor::keepEmptyRow()
{
    const int last = m_table->rowCount() - 1;
    if (last < 0 || !cell(last, NameColumn).isEmpty() || !cell(last, ValueColumn).isEmpty())
        appendRow({}, {});
}

void HeaderEditor::removeSelected()
{
    std::set<int, std::greater<>> rows;
    const auto selected = m_table->selectionModel()->selectedIndexes();
    for (const QModelIndex &index : selected)
        rows.insert(index.row());
    for (const int row : rows)
        m_table->removeRow(row);
    keepEmptyRow();
}

QString HeaderEditor::cell(int row, int column) const
{
    const QTableWidgetItem *item = m_table->item(row, column);
    return item ? item->text() : QString();
}

} // namespace wsw::desktop
