// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/diagram.h"

#include <string>
#include <string_view>

/// A diagram as SVG: stable ids, tooltips as <title>, one style sheet with dark and print variants, text as
/// text. The same diagram gives the same bytes.
namespace pfnscope::render {

inline constexpr int kCellWidth = 8; ///< user units a cell
inline constexpr int kCellHeight = 18;

enum class Page : std::uint8_t { Transparent, Painted };

struct SvgOptions {
    Page page = Page::Painted;
    std::string idPrefix;  ///< before every id, where several pictures share a page
    bool withStyle = true; ///< false: the page that embeds it carries svgStyle() once
};

std::string renderSvg(const view::Diagram& diagram, const SvgOptions& options = {});
std::string svgStyle();

/// & < > " as entities; control characters dropped.
std::string escapeXml(std::string_view text);

} // namespace pfnscope::render
