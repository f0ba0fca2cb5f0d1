// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// QCustomPlot's header needs Qt's keywords, which the project does without: the engine has members named `slots`.
#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach
