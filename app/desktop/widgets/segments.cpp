#include "widgets/segments.h"

#include "theme/theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPushButton>

namespace wsw::desktop {

Segments::Segments(const QStringList &texts, QWidget *parent) : QFrame(parent), m_group(new QButtonGroup(this))
{
    setRole(this, "segments");
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (int i = 0; i < texts.size(); ++i) {
        auto *button = new QPushButton(texts.at(i), this);
        setRole(button, "segment");
        button->setCheckable(true);
        // The chosen one is bold: the width for that is kept, so that nothing moves.
        QFont bold = Theme::instance().font(FontRole::PaneTitle);
        button->setMinimumWidth(QFontMetrics(bold).horizontalAdvance(texts.at(i)) + 2 * metrics::space12);
        m_group->addButton(button, i);
        row->addWidget(button);
    }
    connect(m_group, &QButtonGroup::idClicked, this, &Segments::chosen);
}

int Segments::current() const
{
    return m_group->checkedId();
}

void Segments::setCurrent(int index)
{
    m_group->setExclusive(false);
    for (QAbstractButton *button : m_group->buttons())
        button->setChecked(m_group->id(button) == index);
    m_group->setExclusive(true);
}

void Segments::setSegmentEnabled(int index, bool enabled)
{
    m_group->button(index)->setEnabled(enabled);
}

void Segments::setSegmentVisible(int index, bool visible)
{
    m_group->button(index)->setVisible(visible);
}

} // namespace wsw::desktop
