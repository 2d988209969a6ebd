#include "panes/composer/composerbar.h"

#include "theme/theme.h"
#include "widgets/flowlayout.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace wsw::desktop {

ComposerBar::ComposerBar(QWidget *parent)
    : QWidget(parent)
    , m_options(new FlowLayout(metrics::space8, metrics::space8))
    , m_counter(new QLabel(this))
    , m_send(new QPushButton(tr("Send"), this))
{
    m_counter->setObjectName(QStringLiteral("sendCounter"));
    m_counter->setTextFormat(Qt::PlainText);
    setRole(m_counter, "secondary");
    m_send->setObjectName(QStringLiteral("sendButton"));
    m_send->setToolTip(tr("Sends (Ctrl+Enter)"));
    setRole(m_send, "primary");

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::space12, metrics::space8, metrics::space12, metrics::space8);
    row->setSpacing(metrics::space8);
    row->addLayout(m_options, 1);
    row->addWidget(m_counter, 0, Qt::AlignBottom);
    row->addWidget(m_send, 0, Qt::AlignBottom);
    m_counter->setMinimumHeight(m_send->sizeHint().height());
}

void ComposerBar::addOption(QWidget *option)
{
    m_options->addWidget(option);
}

void ComposerBar::setCounter(const QString &fact, const QString &hint)
{
    m_fact = fact;
    m_hint = hint;
    fit();
}

bool ComposerBar::event(QEvent *event)
{
    const bool done = QWidget::event(event);
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        fit();
    return done;
}

void ComposerBar::fit()
{
    const QString whole = counterText(true);
    const QString brief = counterText(false);
    const bool hintIsFree = optionsHeight(whole) == optionsHeight(brief);
    const QString &text = hintIsFree ? whole : brief;
    if (m_counter->text() != text || m_counter->isHidden() != text.isEmpty()) {
        m_counter->setText(text);
        m_counter->setVisible(!text.isEmpty());
    }
    // A dock asks nobody for a height that depends on the width: it is told.
    const QMargins margins = layout()->contentsMargins();
    const int height = qMax(optionsHeight(text), m_send->sizeHint().height()) + margins.top() + margins.bottom();
    if (height != minimumHeight() || height != maximumHeight())
        setFixedHeight(height);
}

QString ComposerBar::counterText(bool withHint) const
{
    if (!withHint || m_hint.isEmpty())
        return m_fact;
    return m_fact.isEmpty() ? m_hint : m_fact + QStringLiteral(" · ") + m_hint;
}

int ComposerBar::optionsHeight(const QString &counter) const
{
    const QMargins margins = layout()->contentsMargins();
    int width = this->width() - margins.left() - margins.right() - m_send->sizeHint().width() - metrics::space8;
    if (!counter.isEmpty())
        width -= m_counter->fontMetrics().horizontalAdvance(counter) + metrics::space8;
    return m_options->heightForWidth(width);
}

} // namespace wsw::desktop
