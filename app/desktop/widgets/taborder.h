#pragma once

#include <QList>

class QWidget;

namespace wsw::desktop {

/// Lets Tab go through @p parts one after another, and within each through its widgets in the order of its layouts: as they are read, and
/// not in the order in which they were made.
void orderTabs(const QList<QWidget *> &parts);

} // namespace wsw::desktop
