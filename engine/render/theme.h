// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/diagram.h"

#include <string_view>

/// The colours of the diagrams that the engine writes itself: hues of Okabe and Ito, one meaning each, never
/// alone: marks are letters too, deposits dashed, stale rows hatched.
namespace pfnscope::render {

struct RoleColour {
    view::Role role = view::Role::Plain;
    std::string_view hue;  ///< "#0072b2": lines and the stripe at a row's left
    std::string_view tint; ///< the row's background on a light page
    std::string_view dark; ///< the row's background on a dark page
};

inline constexpr RoleColour kRoleColours[] = {
    {view::Role::Plain, "#444444", "#ffffff", "#1c2024"},
    {view::Role::Space, "#444444", "#f2f2f2", "#262b30"},
    {view::Role::TablePointer, "#0072b2", "#e3f0f8", "#10344a"},
    {view::Role::Page4K, "#56b4e9", "#e6f4fc", "#123a50"},
    {view::Role::Leaf2M, "#e69f00", "#fbecca", "#4a3508"},
    {view::Role::Leaf1G, "#009e73", "#d5f0e7", "#0b3d30"},
    {view::Role::Special, "#cc79a7", "#f8e6f0", "#452536"},
    {view::Role::Soft, "#b8a900", "#fbf8cf", "#3f3b0a"},
    {view::Role::Deposit, "#000000", "#efefef", "#30353a"},
    {view::Role::Device, "#8a6d3b", "#f4eee2", "#3a2f1b"},
    {view::Role::Vma, "#444444", "#ffffff", "#1c2024"},
    {view::Role::Fault, "#d55e00", "#fbe0d0", "#4d2408"},
    {view::Role::Dimmed, "#888888", "#f7f7f7", "#22262a"},
};

} // namespace pfnscope::render
