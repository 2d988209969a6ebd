#include "widgets/emptypage.h"

#include "theme/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace wsw::desktop {

EmptyPage::EmptyPage(const QString &sentence, QWidget *parent) : QWidget(parent), m_label(new QLabel(sentence, this))
{
    setRole(this, "panel");
    setRole(m_label, "secondary");
    m_label->setWordWrap(true);
    m_label->setAlignment(Qt::AlignCenter);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::space24, metrics::space24, metrics::space24, metrics::space24);
    column->setSpacing(metrics::space12);
    column->addStretch(2);
    column->addWidget(m_label);
    column->addStretch(3);
}

void EmptyPage::setSentence(const QString &sentence)
{
    m_label->setText(sentence);
}

void EmptyPage::addAction(QWidget *widget)
{
    auto *column = static_cast<QVBoxLayout *>(layout());
    column->insertWidget(column->count() - 1, widget, 0, Qt::AlignHCenter);
}

} // namespace wsw::desktop
