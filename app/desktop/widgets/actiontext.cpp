#include "widgets/actiontext.h"

#include <QAction>
#include <QCoreApplication>
#include <QDockWidget>
#include <QMenu>

namespace wsw::desktop {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("ActionText", text);
}

QString withoutMnemonic(QString text)
{
    return text.remove(QLatin1Char('&'));
}

} // namespace

QString plainText(const QAction &action)
{
    return withoutMnemonic(action.text());
}

QString groupOf(const QAction &action)
{
    const QWidget *owner = nullptr;
    for (QObject *object : action.associatedObjects()) {
        if (const auto *menu = qobject_cast<QMenu *>(object); menu != nullptr && !menu->title().isEmpty())
            return withoutMnemonic(menu->title());
        if (const auto *widget = qobject_cast<QWidget *>(object); widget != nullptr && !widget->isWindow())
            owner = widget;
    }
    for (const QWidget *widget = owner; widget != nullptr; widget = widget->parentWidget()) {
        if (const auto *dock = qobject_cast<const QDockWidget *>(widget))
            return dock->windowTitle();
    }
    return owner != nullptr && !owner->accessibleName().isEmpty() ? owner->accessibleName() : translated("Window");
}

QString keysOf(const QAction &action)
{
    QStringList keys;
    for (const QKeySequence &sequence : action.shortcuts())
        keys.append(sequence.toString(QKeySequence::NativeText));
    keys.removeDuplicates();
    return keys.join(translated(" or "));
}

} // namespace wsw::desktop
