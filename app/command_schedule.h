// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands.h"

namespace pfnscope::app {

void addScheduleCommand(CLI::App& program, Context& context);

} // namespace pfnscope::app
