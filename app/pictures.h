// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "view/diagram.h"

#include <string>
#include <vector>

/// The exports that Qt draws. A program built without the window answers ErrorKind::Unsupported.
namespace pfnscope::app {

/// `scale`: pixels a unit, 1 to 3.
Result<std::string> drawPng(const view::Diagram& diagram, double scale);
/// One page a diagram.
Result<std::string> drawPdf(const std::vector<view::Diagram>& pages);

} // namespace pfnscope::app
