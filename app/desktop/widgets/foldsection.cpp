#include "widgets/foldsection.h"

#include "theme/theme.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace wsw::desktop {

FoldSection::FoldSection(const QString &title, QWidget *content, QWidget *parent)
    : QWidget(parent)
    , m_head(new QToolButton(this))
    , m_content(content)
{
    setTitle(title);
    setRole(m_head, "fold");
    m_head->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_head->setIconSize(Theme::instance().iconSize());
    m_head->setIcon(Theme::instance().icon(QStringLiteral("chevron-right")));
    m_head->setFocusPolicy(Qt::TabFocus);
    content->hide();

    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(metrics::space4);
    all->addWidget(m_head, 0, Qt::AlignLeft);
    all->addWidget(content);

    connect(m_head, &QToolButton::clicked, this, [this] { setExpanded(!isExpanded()); });
}

void FoldSection::setTitle(const QString &title)
{
    m_head->setText(title);
    m_head->setAccessibleName(title);
}

bool FoldSection::isExpanded() const
{
    return !m_content->isHidden();
}

void FoldSection::setExpanded(bool on)
{
    if (on == isExpanded())
        return;
    m_content->setVisible(on);
    m_head->setIcon(Theme::instance().icon(on ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
    Q_EMIT expandedChanged(on);
}

} // namespace wsw::desktop
