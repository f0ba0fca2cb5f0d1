// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/diagram.h"
#include "view/differences.h"

#include <string>
#include <vector>

namespace pfnscope::render {

/// Two moments, and what they differ in.
struct Comparison {
    view::Stamp before;
    view::Stamp now;
    std::vector<view::Difference> differences;
};

/// In the manner of a patch: two headings, then for each difference a line that begins with the letter of its
/// mark, and below it what was and what is. 7-bit, 72 columns; every line says in its first column what it
/// is.
std::string renderDiff(const Comparison& comparison);

} // namespace pfnscope::render
