#include "widgets/taborder.h"

#include <QDockWidget>
#include <QLayout>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>

namespace wsw::desktop {

namespace {

void collect(QWidget *widget, QList<QWidget *> &found);

void collect(QLayout *layout, QList<QWidget *> &found)
{
    for (int i = 0; i < layout->count(); ++i) {
        QLayoutItem *item = layout->itemAt(i);
        if (item->layout() != nullptr)
            collect(item->layout(), found);
        else if (item->widget() != nullptr)
            collect(item->widget(), found);
    }
}

/// What @p widget shows by other means than a layout.
QList<QWidget *> partsOf(QWidget *widget)
{
    QList<QWidget *> parts;
    if (const auto *dock = qobject_cast<QDockWidget *>(widget)) {
        parts = {dock->titleBarWidget(), dock->widget()};
    } else if (const auto *scroll = qobject_cast<QScrollArea *>(widget)) {
        parts = {scroll->widget()};
    } else if (const auto *pages = qobject_cast<QTabWidget *>(widget)) {
        for (int i = 0; i < pages->count(); ++i)
            parts.append(pages->widget(i));
    } else if (const auto *splitter = qobject_cast<QSplitter *>(widget)) {
        for (int i = 0; i < splitter->count(); ++i)
            parts.append(splitter->widget(i));
    }
    parts.removeAll(nullptr);
    return parts;
}

void collect(QWidget *widget, QList<QWidget *> &found)
{
    if ((widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus && widget->focusProxy() == nullptr)
        found.append(widget);
    const QList<QWidget *> parts = partsOf(widget);
    for (QWidget *part : parts)
        collect(part, found);
    if (parts.isEmpty() && widget->layout() != nullptr)
        collect(widget->layout(), found);
}

} // namespace

void orderTabs(const QList<QWidget *> &parts)
{
    QList<QWidget *> found;
    for (QWidget *part : parts)
        collect(part, found);
    for (qsizetype i = 1; i < found.size(); ++i)
        QWidget::setTabOrder(found.at(i - 1), found.at(i));
}

} // namespace wsw::desktop
