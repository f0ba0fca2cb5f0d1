// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "view/diagram.h"

#include <string>
#include <vector>

/// The exports that Qt draws. A program built without the window answers ErrorKind::Unsupported.
namespace pfnscope::app {

struct PngRequest {
    double scale = 2; ///< pixels a unit, 1 to 3
    int mostPixels = 4'096;
    std::string theme = "print"; ///< light, dark, print
    bool transparent = false;
};

/// A piece of a picture; one that fits into `mostPixels` a side is a single piece.
struct PngPiece {
    std::string suffix; ///< of the file's name: "-1-2", row and column; empty: the picture is whole
    std::string bytes;
};
Result<std::vector<PngPiece>> drawPng(const view::Diagram& diagram, const PngRequest& request);
/// One page a diagram.
Result<std::string> drawPdf(const std::vector<view::Diagram>& pages);

} // namespace pfnscope::app
