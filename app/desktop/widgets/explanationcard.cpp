#include "widgets/explanationcard.h"

#include "theme/theme.h"
#include "widgets/fieldcolors.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QVBoxLayout>

namespace wsw::desktop {

namespace {

QString judgementHtml(const lesson::Explanation &explanation)
{
    if (explanation.judgement.isEmpty())
        return {};
    const QString sentence = explanation.judgement.toHtmlEscaped();
    if (explanation.verdict == lesson::Verdict::Info)
        return QLatin1Char(' ') + sentence;
    return QStringLiteral(" <span style=\"color:%1; font-weight:600\">%2&nbsp;%3:</span> %4")
        .arg(verdictColor(explanation.verdict).name(), verdictGlyph(explanation.verdict), lesson::verdictName(explanation.verdict), sentence);
}

QLabel *makeLabel(const QString &name, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

ExplanationCard::ExplanationCard(const QString &name, QWidget *parent)
    : QFrame(parent),
      m_title(makeLabel(name + QLatin1String("Title"), this)),
      m_where(makeLabel(name + QLatin1String("Where"), this)),
      m_text(makeLabel(name + QLatin1String("Text"), this)),
      m_reference(makeLabel(name + QLatin1String("Reference"), this))
{
    setRole(this, "card");
    // Names and places come from the wire.
    for (QLabel *label : {m_title, m_where, m_reference})
        label->setTextFormat(Qt::PlainText);
    setRole(m_title, "title");
    setRole(m_where, "secondary");
    setRole(m_reference, "secondary");
    m_text->setTextFormat(Qt::RichText);
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_title->setWordWrap(true);
    m_reference->setWordWrap(true);

    auto *head = new QHBoxLayout;
    head->setSpacing(metrics::space8);
    head->addWidget(m_title, 0, Qt::AlignBaseline);
    head->addWidget(m_where, 1, Qt::AlignBaseline);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space12, metrics::space12, metrics::space12, metrics::space12);
    column->setSpacing(metrics::space4);
    column->addLayout(head);
    column->addWidget(m_text);
    column->addWidget(m_reference);

    connect(&Theme::instance(), &Theme::changed, this, &ExplanationCard::render);
    render();
}

void ExplanationCard::setExplanation(const lesson::Explanation &explanation)
{
    m_explanation = explanation;
    render();
}

void ExplanationCard::setAccented(bool accented)
{
    if (property("selected").toBool() == accented)
        return;
    setProperty("selected", accented);
    style()->unpolish(this);
    style()->polish(this);
}

void ExplanationCard::setReadingSize(int pixels)
{
    m_readingPixels = pixels;
    render();
}

void ExplanationCard::render()
{
    if (m_readingPixels > 0) {
        QFont font = Theme::instance().font(FontRole::Body);
        font.setPixelSize(Theme::instance().scaled(m_readingPixels));
        m_text->setFont(font);
        font.setWeight(QFont::DemiBold);
        m_title->setFont(font);
    }
    m_where->setFont(Theme::instance().font(FontRole::Mono));
    m_title->setText(m_explanation.title);
    // A short title keeps its line for itself and its place; a long one may wrap.
    m_title->setWordWrap(m_explanation.title.size() > 40);
    m_where->setText(m_explanation.where);
    m_text->setText(m_explanation.text.toHtmlEscaped() + judgementHtml(m_explanation));
    m_reference->setText(m_explanation.reference);
    m_reference->setVisible(!m_explanation.reference.isEmpty());

    QString spoken = m_explanation.text;
    if (!m_explanation.judgement.isEmpty())
        spoken += QStringLiteral(" %1: %2").arg(lesson::verdictName(m_explanation.verdict), m_explanation.judgement);
    setAccessibleName(m_explanation.title);
    setAccessibleDescription(spoken);
}

} // namespace wsw::desktop
