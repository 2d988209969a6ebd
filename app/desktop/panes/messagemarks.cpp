#include "panes/messagemarks.h"

#include "models/recordtext.h"
#include "panes/messagetree.h"
#include "theme/theme.h"
#include "widgets/iconbutton.h"
#include "widgets/plaintextview.h"
#include "workspace.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QtConcurrent>

namespace wsw::desktop {

namespace {

/// Marks stand in their order, and the last belongs to the last find.
qsizetype countFinds(const Marks &marks)
{
    return marks.isEmpty() ? 0 : marks.constLast().find + 1;
}

} // namespace

MessageMarks::MessageMarks(Workspace *workspace, PlainTextView *text, MessageTree *tree, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_text(text), m_tree(tree), m_count(new QLabel(this)),
      m_previous(makeIconButton("messageFindPrevious", "chevron-up", tr("The place before in this message"), this)),
      m_next(makeIconButton("messageFindNext", "chevron-down", tr("The next place in this message"), this))
{
    setObjectName(QStringLiteral("messageMarks"));
    m_count->setObjectName(QStringLiteral("messageFindCount"));
    setRole(m_count, "secondary");
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::space8);
    row->addWidget(m_count);
    row->addWidget(m_previous);
    row->addWidget(m_next);
    row->addStretch(1);
    connect(m_previous, &QToolButton::clicked, this, [this] { go(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { go(1); });
    connect(workspace, &Workspace::searchTermChanged, this, &MessageMarks::look);
    hide();
}

MessageMarks::~MessageMarks()
{
    cancel();
}

void MessageMarks::cancel()
{
    ++m_generation;
    if (m_cancelled)
        *m_cancelled = true;
}

void MessageMarks::forget()
{
    cancel();
    m_finds = {};
    m_current = 0;
    m_isLooking = true;
}

void MessageMarks::setMessage(std::shared_ptr<const LoadedMessage> message, std::shared_ptr<const MessageContent> content, const RawText &raw)
{
    m_message = std::move(message);
    m_content = std::move(content);
    m_raw = raw;
    look();
}

void MessageMarks::setForm(MessageForm form)
{
    m_form = form;
    m_current = 0;
    showPlaces();
}

void MessageMarks::look()
{
    forget();
    m_isLooking = false;
    const SearchTerm &term = m_workspace->searchTerm();
    if (!m_message || term.text.isEmpty()) {
        showPlaces();
        return;
    }
    m_isLooking = true;
    showPlaces();
    m_cancelled = std::make_shared<std::atomic_bool>(false);
    QtConcurrent::run([message = m_message, content = m_content, raw = m_raw, term, cancelled = m_cancelled] {
        return findIn(*message, *content, raw, term, *cancelled);
    }).then(this, [this, generation = m_generation](const MessageFinds &finds) { take(generation, finds); });
}

void MessageMarks::take(quint64 generation, const MessageFinds &finds)
{
    if (generation != m_generation)
        return;
    m_finds = finds;
    m_isLooking = false;
    showPlaces();
}

qsizetype MessageMarks::count() const
{
    switch (m_form) {
    case MessageForm::Pretty: return countFinds(m_finds.pretty);
    case MessageForm::Raw: return countFinds(m_finds.raw);
    case MessageForm::Tree: return m_finds.values.size();
    }
    Q_UNREACHABLE();
}

void MessageMarks::showPlaces()
{
    setVisible(m_message && !m_workspace->searchTerm().text.isEmpty());
    m_text->setMarks(m_form == MessageForm::Pretty ? m_finds.pretty : m_form == MessageForm::Raw ? m_finds.raw : Marks());
    m_tree->setMarks(QSet<payload::Tree::Number>(m_finds.values.cbegin(), m_finds.values.cend()));
    showCurrent();
}

void MessageMarks::go(int by)
{
    const qsizetype all = count();
    if (all == 0)
        return;
    m_current = (m_current + by + all) % all;
    showCurrent();
}

void MessageMarks::showCurrent()
{
    const qsizetype all = count();
    const bool isAny = all > 0;
    m_previous->setEnabled(all > 1);
    m_next->setEnabled(all > 1);
    const QString total = groupedNumber(static_cast<quint64>(all)) + (all >= mostPlaces ? tr(" or more") : QString());
    if (isAny)
        m_count->setText(tr("Found here: %1 of %2").arg(groupedNumber(static_cast<quint64>(m_current + 1)), total));
    else if (m_isLooking)
        m_count->setText(tr("Looking in this message…"));
    else
        m_count->setText(m_finds.bytes > 0 ? tr("Found in the bytes of this message, which the Bytes tab shows") : tr("Not found in what is shown here"));
    if (!isAny)
        return;
    if (m_form == MessageForm::Tree)
        m_tree->goTo(m_finds.values.at(m_current));
    else
        m_text->showFind(m_current);
}

} // namespace wsw::desktop
