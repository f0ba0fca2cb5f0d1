// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/exploration_worker.h"
#include "models/rows_model.h"

#include <memory>
#include <vector>

namespace pfnscope::ui {

using Explorations = std::vector<std::shared_ptr<const Explored>>;

/// Options against kinds of finding: the length of the shortest counterexample, or how far there is none. The
/// first column names the option, the last says how far the search got.
Rows matrixRows(const Explorations& results);

/// Whether any option shows the kind of finding that this column of the matrix is for.
bool isShown(const Explorations& results, int column);
/// How far each search got, and which kinds no option shows: what the matrix leaves out, in words.
QString summary(const Explorations& results);

/// The counterexample behind a cell of that matrix; nullptr where there is none.
const explore::Counterexample* counterexampleAt(const Explorations& results, int row, int column);

/// Its letters, what went wrong, and the kernel functions it came through.
QString describe(const explore::Counterexample& example);

/// "depth 4, 19,948 states, 61,000 states/s, 21 MiB".
QString describe(const explore::SearchProgress& progress);

} // namespace pfnscope::ui
