#include "widgets/panehead.h"

#include "theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QTabBar>
#include <QTabWidget>

namespace wsw::desktop {

namespace {

/// On each side of a tab's text; the same in the style sheet.
constexpr int tabPadding = 10;

/// Tabs whose widths do not depend on which one is selected, and so bold: the bar never wants more room than it was given.
class HeadTabs final : public QTabBar
{
public:
    using QTabBar::QTabBar;

protected:
    [[nodiscard]] QSize tabSizeHint(int index) const override
    {
        const QFontMetrics bold(Theme::instance().font(FontRole::PaneTitle));
        return {bold.horizontalAdvance(tabText(index)) + 2 * Theme::instance().scaled(tabPadding) + 2, QTabBar::tabSizeHint(index).height()};
    }
    [[nodiscard]] QSize minimumTabSizeHint(int index) const override { return tabSizeHint(index); }
};

} // namespace

PaneHead::PaneHead(const QString &title, QWidget *parent)
    : QFrame(parent), m_layout(new QHBoxLayout(this)), m_trailing(new QHBoxLayout), m_title(new QLabel(title, this))
{
    setRole(this, "head");
    setRole(m_title, "title");
    m_layout->setContentsMargins(metrics::space12, 0, metrics::space8, 0);
    m_layout->setSpacing(metrics::space4);
    m_layout->addWidget(m_title);
    m_layout->addStretch(1);
    m_layout->addLayout(m_trailing);
    setFixedHeight(Theme::instance().scaled(metrics::paneHead));
}

QSize PaneHead::sizeHint() const
{
    // A dock asks its title for this, whatever it has been fixed to.
    return {QFrame::sizeHint().width(), Theme::instance().scaled(metrics::paneHead)};
}

QSize PaneHead::minimumSizeHint() const
{
    // A dock may be made narrower than its tabs: they scroll.
    return {metrics::space24 * 3, QFrame::minimumSizeHint().height()};
}

void PaneHead::addTrailing(QWidget *widget)
{
    m_trailing->insertWidget(0, widget);
}

void PaneHead::showTabsOf(QTabWidget *pages)
{
    Q_ASSERT(m_tabs == nullptr);
    m_title->hide();
    m_tabs = new HeadTabs(this);
    m_tabs->setObjectName(pages->objectName() + QStringLiteral("Head"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setElideMode(Qt::ElideNone);
    m_tabs->setFocusPolicy(Qt::TabFocus);
    m_tabs->setAccessibleName(m_title->text());
    m_layout->setContentsMargins(metrics::space8, 0, metrics::space8, 0);
    m_layout->insertWidget(0, m_tabs, 0, Qt::AlignBottom);

    copyTabs(pages);
    if (QWidget *corner = pages->cornerWidget(Qt::TopRightCorner)) {
        pages->setCornerWidget(nullptr, Qt::TopRightCorner);
        addTrailing(corner);
        corner->show();
    }
    pages->tabBar()->hide();
    connect(m_tabs, &QTabBar::currentChanged, pages, &QTabWidget::setCurrentIndex);
    connect(pages, &QTabWidget::currentChanged, m_tabs, &QTabBar::setCurrentIndex);
}

void PaneHead::copyTabs(QTabWidget *pages)
{
    for (int i = 0; i < pages->count(); ++i) {
        m_tabs->addTab(pages->tabText(i));
        m_tabs->setTabToolTip(i, pages->tabToolTip(i));
        m_tabs->setTabEnabled(i, pages->isTabEnabled(i));
    }
    m_tabs->setCurrentIndex(pages->currentIndex());
}

} // namespace wsw::desktop
