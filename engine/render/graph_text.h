// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/diagram.h"
#include "view/history.h"

#include <string>
#include <vector>

/// The diagram for tool chains that lay it out themselves.
namespace pfnscope::render {

/// Graphviz: ids equal those of the SVG, one rank a level.
std::string renderDot(const view::Diagram& diagram);

/// Mermaid's flowchart. It is meant to be small: above kMermaidNodes boxes a comment in the text says so.
inline constexpr std::size_t kMermaidNodes = 60;
std::string renderMermaid(const view::Diagram& diagram);
/// Mermaid's sequence diagram of the kernel calls of one operation.
std::string renderMermaidCalls(const std::vector<view::CallLine>& calls, const view::Stamp& stamp);

} // namespace pfnscope::render
