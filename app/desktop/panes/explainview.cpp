#include "panes/explainview.h"

#include "panes/inspection.h"
#include "theme/theme.h"
#include "widgets/emptypage.h"
#include "widgets/explanationcard.h"

#include <QScrollArea>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

/// Text to be read at leisure is larger than the text of a tool.
constexpr int readingPixels = 15;

} // namespace

ExplainView::ExplainView(Inspection *inspection, QWidget *parent)
    : QStackedWidget(parent), m_inspection(inspection),
      m_empty(new EmptyPage(tr("Select a frame in the log, or a bit of it, to read what it means."), this))
{
    setRole(this, "panel");
    m_content = makeContent();
    addWidget(m_empty);
    addWidget(m_content);
    connect(inspection, &Inspection::topicChanged, this, &ExplainView::showAll);
    connect(inspection, &Inspection::recordChanged, this, &ExplainView::showAll);
    showAll();
}

QWidget *ExplainView::makeContent()
{
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *page = new QWidget(scroll);
    m_column = new QVBoxLayout(page);
    m_column->setContentsMargins(metrics::space12, metrics::space12, metrics::space12, metrics::space12);
    m_column->setSpacing(metrics::space12);
    m_column->addStretch(1);
    scroll->setWidget(page);
    return scroll;
}

void ExplainView::showAll()
{
    if (m_inspection->state() != Inspection::State::Ready) {
        setCurrentWidget(m_empty);
        return;
    }
    const capture::Record &record = m_inspection->record();
    const lesson::Explanation whole = lesson::explainFrame(record, m_inspection->context());
    qsizetype count = 0;
    const lesson::Explanation &topic = m_inspection->topic();
    if (topic.title != whole.title)
        showCard(count++, topic);
    showCard(count++, whole);
    if (const auto code = closeCodeOf(record.header, record.payload))
        showCard(count++, lesson::explainCloseCode(*code, m_inspection->context().sender));
    for (const wire::Finding &finding : m_inspection->findings())
        showCard(count++, lesson::explainViolation(finding.violation, finding.note));
    for (qsizetype rest = count; rest < m_cards.size(); ++rest)
        m_cards.at(rest)->hide();
    m_cards.constFirst()->setAccented(true);
    setCurrentWidget(m_content);
}

void ExplainView::showCard(qsizetype index, const lesson::Explanation &explanation)
{
    if (index == m_cards.size()) {
        auto *card = new ExplanationCard(QStringLiteral("explain%1").arg(index), m_content);
        card->setReadingSize(readingPixels);
        m_column->insertWidget(static_cast<int>(index), card);
        m_cards.append(card);
    }
    m_cards.at(index)->setExplanation(explanation);
    m_cards.at(index)->show();
}

} // namespace wsw::desktop
