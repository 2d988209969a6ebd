#pragma once

// qcustomplot.h 2.1 says "signals", "slots" and "foreach", which this project's strict Qt defines take away. They are lent to it here,
// and only here: everything else of the pane includes this file instead.

#include <QtWidgets>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach(variable, container) for (variable : container)
#include <qcustomplot.h>
#undef foreach
#undef slots
#undef signals
